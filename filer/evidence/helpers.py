"""Processes that help to verify: they are told which bundles, and tell what they found."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from cryptography import x509

from filer import words
from filer.errors import MachineLacks
from filer.evidence.tokens import read_roots
from filer.evidence.verify import Verification, verify
from filer.words import _

_PIECE = 16
"""So many bundles are handed over at once, where there are many."""
_ROUNDS = 8
"""So often at least each helper is given a piece, so that all have work to the end."""
_AHEAD = 12
"""So many pieces for each helper wait at most to be done, or to be handed on."""

_pinned: list[x509.Certificate] = []
"""In a helper: the root certificates, which cannot be handed over as they are."""


def verify_each(
    bundles: Sequence[Path], roots: Path | None, language: str, helpers: int, begin: str
) -> Generator[Verification]:
    """What `verify` says of each of *bundles*, in their order, by so many *helpers*.

    *begin* is how Python starts them: "fork" or "spawn". Closing the generator ends them at once.
    Raises `MachineLacks` when one is ended from outside.
    """
    context = multiprocessing.get_context(begin)
    pool = ProcessPoolExecutor(helpers, context, _begin, (roots, language))
    done = 0
    try:
        for result in _in_order(pool, bundles, helpers):
            yield result
            done += 1
    except BrokenProcessPool as ended:
        raise MachineLacks(
            _("A process that checks evidence for filer was ended from outside."),
            _(
                "Often that means that this machine has too little memory. {done} of {all} bundles "
                "are checked; those from {bundle} on are not."
            ).format(done=done, all=len(bundles), bundle=bundles[done]),
        ) from ended
    except BaseException:  # nobody waits for the other results any more
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, bundles: Sequence[Path], helpers: int
) -> Iterator[Verification]:
    piece = max(1, min(_PIECE, len(bundles) // (helpers * _ROUNDS)))
    waiting: deque[Future[list[Verification]]] = deque()
    for start in range(0, len(bundles), piece):
        waiting.append(pool.submit(_verify_piece, bundles[start : start + piece]))
        if len(waiting) == _AHEAD * helpers:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _begin(roots: Path | None, language: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C reaches all: this one ends without a word
    gc.freeze()  # what a fork was born with is not looked through, and so not copied
    words.speak(language)
    _pinned[:] = read_roots(roots) if roots else ()


def _verify_piece(bundles: Sequence[Path]) -> list[Verification]:
    return [verify(bundle, _pinned) for bundle in bundles]
