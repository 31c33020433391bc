"""Closing the bundle of a filing: the search for secrets, the start page, lists and seal."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from figures import Curve, Part, Row
from making import opened

TURNS = 5
PICTURES = (12, 48, 192)
"""How many pictures of 1 MB, for the growth."""


def measure() -> Part:
    """Bundles of pictures, with a secret to be looked for."""
    rows, grown = [], []
    for pictures in PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            times = []
            for _each in range(TURNS):
                bundle = opened(Path(folder), pictures=pictures, size=1_000_000)
                start = time.perf_counter()
                bundle.seal({"outcome": "stopped", "sent": False}, ["a-cookie-value-of-24-chars"])
                times.append(time.perf_counter() - start)
        took = statistics.median(times)
        grown.append((float(pictures), took))
        at_most = 1.0 if pictures == PICTURES[0] else None
        rows.append(Row(f"sealing {pictures} MB", took, "s", f"median of {TURNS}", at_most))
    return Part("Sealing", tuple(rows), (Curve("sealing: seconds over MB", "seal", tuple(grown)),))
