"""Speaking on when nobody hears it: a closed terminal or pipe must not end a session half way."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NOBODY = {errno.EPIPE, errno.EIO}


class _Unheard(io.FileIO):
    """A stream of the system's whose other end may go away; what is said then is said to nobody."""

    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except OSError as trouble:
            if trouble.errno in _NOBODY:
                return len(memoryview(content).cast("B"))
            raise


def speak_on() -> None:
    """Let standard error, and a terminal as standard output, outlive whoever listens.

    A pipe as standard output is left as it is: nobody reads on there because they have enough.
    Windows has its own streams for its console, and no signal when that is closed.
    """
    _fill_in_closed()
    if os.name == "nt":
        return
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _outliving(sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.isatty():
        sys.stdout = _outliving(sys.stdout)


def _fill_in_closed() -> None:
    """Put nothing in the place of streams that were closed before filer began.

    Else the next file that is opened takes the number of one, and what other programs say into
    that stream is written into the file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nothing = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
            setattr(sys, name, nothing)


def _outliving(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    raw = _Unheard(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=True,
    )
