"""Ctrl-C where it must wait: what is begun meanwhile is deaf to it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def held() -> Iterator[None]:
    """In this thread, and in threads and programs begun meanwhile, Ctrl-C waits.

    It is heard at the end, here; what was begun stays deaf to it. On Windows nothing changes.
    """
    block = getattr(signal, "pthread_sigmask", None)  # not on Windows
    if block is None:
        yield
        return
    mask = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, mask)
