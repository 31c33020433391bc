"""`filer verify` beside `sha256sum -c` and `bagit.py --validate`: large bundles, and many."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from figures import Call, Curve, Part, Ran, Row, in_turn, megabytes, ratio, seconds
from making import bundle
from rivals import BIN

SIZES = {1: 9, 100: 5, 1000: 3}
"""Megabytes of a bundle, and how often each is verified."""
MANY = 1000
LISTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
_EACH = f'for b in */*/; do (cd "$b" && sha256sum -c --quiet {" ".join(LISTS)}) || exit 1; done'
_STARTS = (
    "Hashing this takes milliseconds; the rest is the start of Python with the packages for "
    "signatures and certificates, which neither of the others loads."
)
_MANY_EACH = (
    "Each bundle is judged by twenty checks beside the hashes, which takes about a millisecond; "
    "bagit has two."
)
_NOT_FREE = "Two processes are twice as fast only where two processors are free."


def measure() -> Part:
    """All of it; the bundles lie in a folder of their own, removed afterwards."""
    rows: list[Row] = []
    took: dict[str, list[tuple[float, float]]] = {"sha256sum -c": [], "bagit.py": [], "filer": []}
    used: list[tuple[float, float]] = []
    for size, times in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            made = bundle(Path(folder), pictures=10, size=size * 100_000)
            runs = in_turn(
                {
                    "sha256sum -c": Call(["sha256sum", "-c", "--quiet", *LISTS], made),
                    "bagit.py": Call([BIN / "bagit.py", "--validate", "--quiet", made]),
                    "filer": Call([sys.executable, "-m", "filer", "verify", made]),
                },
                times,
            )
        rows += _rows(f"{size:,} MB", runs, cause=_STARTS if size < 100 else "")
        for name, each in runs.items():
            took[name].append((size, seconds(each)))
        used.append((size, megabytes(runs["filer"])))
    rows.append(
        Row(
            "memory of filer verify, 1,000 MB against 1 MB",
            used[-1][1] / used[0][1],
            "×",
            f"{used[0][1]:.0f} MB and {used[-1][1]:.0f} MB",
            at_most=1.1,
        )
    )
    rows += _many()
    curves = [
        Curve("verify: seconds over MB", name, tuple(points)) for name, points in took.items()
    ]
    return Part("Verifying evidence", tuple(rows), tuple(curves))


def _rows(what: str, runs: dict[str, list[Ran]], cause: str = "") -> list[Row]:
    ours, stock, other = (runs[name] for name in ("filer", "sha256sum -c", "bagit.py"))
    note = f"median of {len(ours)}"
    return [
        *(
            Row(f"{name}, {what}", seconds(each), "s", f"{note}; {megabytes(each):.0f} MB")
            for name, each in (("sha256sum -c", stock), ("bagit.py", other), ("filer verify", ours))
        ),
        Row(
            f"speed against sha256sum, {what}",
            1 / ratio(ours, stock),
            "×",
            at_least=0.8,
            cause=cause,
        ),
        Row(f"speed against bagit, {what}", 1 / ratio(ours, other), "×", at_least=1, cause=cause),
    ]


def _many() -> list[Row]:
    """A thousand bundles of a usual size, on one processor and on all."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "evidence"
        for _each in range(MANY):
            bundle(root, pictures=3, size=110_000)
        found = sorted(path.parent for path in root.glob("*/*/seal.sha256"))
        both = str(os.cpu_count())
        ours: list[str | Path] = [sys.executable, "-m", "filer", "verify", root]
        theirs: list[str | Path] = [BIN / "bagit.py", "--validate", "--quiet"]
        runs = in_turn(
            {
                "sha256sum -c": Call(["sh", "-c", _EACH], root, cores=1),
                "bagit.py": Call([*theirs, *found], cores=1),
                "filer": Call(ours, cores=1),
                "bagit.py, all": Call([*theirs, "--processes", both, *found]),
                "filer, all": Call(ours),
            },
            3,
        )
        shutil.rmtree(root)
    what = f"{MANY:,} bundles"
    every = runs["filer, all"]
    return [
        *_rows(f"{what}, one core", runs, _MANY_EACH),
        Row(
            f"bagit.py, {what}, {both} cores",
            seconds(runs["bagit.py, all"]),
            "s",
            f"median of 3; {megabytes(runs['bagit.py, all']):.0f} MB",
        ),
        Row(
            f"filer verify, {what}, {both} cores",
            seconds(every),
            "s",
            f"median of 3; {megabytes(every):.0f} MB in the largest process",
        ),
        Row(
            f"{both} cores against one, {what}",
            ratio(runs["filer"], every),
            "×",
            "as fast",
            at_least=1.7,
            cause=_NOT_FREE,
        ),
    ]
