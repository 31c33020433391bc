"""Verifying many bundles at once, on all of this machine's cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cryptography import x509

from filer import words
from filer.evidence.tokens import read_roots
from filer.evidence.verify import Verification, verify

_FEW = 8
"""Up to so many bundles, starting other processes takes longer than it saves."""

_pinned: list[x509.Certificate] = []
"""In a process that helps: the root certificates, which cannot be handed over as they are."""


def verify_many(
    bundles: Sequence[Path], roots: Path | None, language: str
) -> Iterator[Verification]:
    """Every check of every bundle, in their order, each as soon as it and those before are done.

    *roots* is the PEM file of pinned root certificates, *language* that of the sentences.
    Raises `BadValue` for a file of certificates that cannot be read.
    """
    pinned = read_roots(roots) if roots else ()
    cores = os.cpu_count() or 1
    if len(bundles) <= _FEW or cores == 1:
        for bundle in bundles:
            yield verify(bundle, pinned)
        return
    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(roots, language)) as helpers:
        yield from helpers.map(_verify, bundles, chunksize=4)


def _begin(roots: Path | None, language: str) -> None:
    words.speak(language)
    _pinned[:] = read_roots(roots) if roots else ()


def _verify(bundle: Path) -> Verification:
    return verify(bundle, _pinned)
