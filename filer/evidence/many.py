"""Verifying many bundles, one after the other or on all of this machine's cores.

Results come one by one, in the order of the bundles, and none is held longer than it takes to hand
it on: ten thousand bundles take no more memory than ten.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

from filer.evidence.tokens import read_roots
from filer.evidence.verify import Verification, verify

_FEW = 8
_FEW_TO_BEGIN_ANEW = 100
"""Up to so many bundles, starting other processes takes longer than it saves."""


def verify_many(
    bundles: Sequence[Path], roots: Path | None, language: str
) -> Generator[Verification]:
    """Every check of every bundle, in their order, each as soon as it and those before are done.

    *roots* is the PEM file of pinned root certificates, *language* that of the sentences.
    Raises `BadValue` for a file of certificates that cannot be read, and `MachineLacks` when a
    process that helps is ended from outside.
    """
    pinned = read_roots(roots) if roots else ()
    # A fork is quick, but safe only where no thread runs that could hold a lock.
    forks = sys.platform == "linux" and threading.active_count() == 1
    if len(bundles) > (_FEW if forks else _FEW_TO_BEGIN_ANEW) and _cores() > 1:
        from filer.evidence import helpers  # noqa: PLC0415 - read in only where there are many

        begin = "fork" if forks else "spawn"
        yield from helpers.verify_each(bundles, roots, language, _cores(), begin)
        return
    for bundle in bundles:
        yield verify(bundle, pinned)


def _cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux has it
    return len(allowed(0)) if allowed else os.cpu_count() or 1
