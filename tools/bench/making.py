"""Bundles to measure on, written as filer writes them."""

from __future__ import annotations

import os
from pathlib import Path

from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case

_NOISE = os.urandom(1 << 20)


def opened(root: Path, *, pictures: int, size: int) -> Bundle:
    """An open bundle in a case of its own, with so many files of so many bytes, none alike."""
    case = new_case(root, "facebook", practice=False, clock=SystemClock())
    made = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=SystemClock())
    noise = (_NOISE * (size // len(_NOISE) + 1))[:size]
    for number in range(pictures):
        made.put(f"shots/{number:03d}.bin", noise[number:] + noise[:number])
    return made


def bundle(root: Path, *, pictures: int, size: int) -> Path:
    """The same, sealed. The search for secrets is left out: it is measured with sealing."""
    made = opened(root, pictures=pictures, size=size)
    made.seal({"outcome": "stopped", "sent": False})
    return made.path
