"""How long filer takes to begin, beside another tool of the field and one import."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from figures import Call, Part, Row, in_turn, ratio, seconds
from making import bundle
from rivals import BIN

TURNS = 15


def measure() -> Part:
    """`filer --help` and `filer verify`, from process start."""
    filer = Path(sys.executable).with_name("filer")
    with tempfile.TemporaryDirectory() as folder:
        small = bundle(Path(folder), pictures=1, size=1000)
        calls = {
            "filer --help": Call([filer, "--help"]),
            "filer verify --help": Call([filer, "verify", "--help"]),
            "filer verify, a bundle of 1 kB": Call([filer, "verify", small]),
            "shot-scraper --help": Call([BIN / "shot-scraper", "--help"]),
            'python -c "import click"': Call([BIN / "python", "-c", "import click"]),
        }
        runs = in_turn(calls, TURNS)
    theirs = runs["shot-scraper --help"]
    rows = [Row(name, seconds(took) * 1000, "ms") for name, took in runs.items()]
    rows += [
        Row(f"{name} against shot-scraper", ratio(runs[name], theirs), "×", at_most=1)
        for name in list(calls)[:3]
    ]
    return Part(f"Beginning, median of {TURNS}", tuple(rows))
