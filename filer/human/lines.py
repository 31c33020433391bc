"""The lines a person types, read by one thread for each stream and taken out without waiting.

The main thread must never wait in a read: while a window is open that would freeze the page.
The thread reads the raw file below the stream, because a daemon thread that holds the lock of
`sys.stdin` makes Python abort at its end (https://github.com/python/cpython/issues/86883).
"""

from __future__ import annotations

import codecs
import io
import os
import queue
import threading
from collections.abc import Iterator
from typing import TextIO


class Lines:
    """What comes in on one stream, line by line. Use `reading`; a second reader would steal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._ended = False
        if stream is None or stream.closed:
            self._queue.put(None)
            return
        lines = _lines_below(stream)
        threading.Thread(target=self._read, args=(lines,), name="terminal", daemon=True).start()

    def _read(self, lines: Iterator[str]) -> None:
        try:
            for line in lines:
                self._queue.put(line)
        except (OSError, ValueError):
            pass  # the terminal has gone: that is the end of all typing
        finally:
            self._queue.put(None)

    @property
    def ended(self) -> bool:
        """Whether the last line has been taken out and no more can come."""
        return self._ended

    def take(self, seconds: float) -> str | None:
        """The next line, waiting at most *seconds* for it; None if there is none yet, or ever."""
        if self._ended:
            return None
        try:
            line = self._queue.get(timeout=seconds) if seconds else self._queue.get_nowait()
        except queue.Empty:
            return None
        self._ended = line is None
        return line

    def drop(self) -> int:
        """How many waiting lines were thrown away."""
        count = 0
        while self.take(0) is not None:
            count += 1
        return count


def _lines_below(stream: TextIO) -> Iterator[str]:
    """The lines of the raw file below *stream*, or of *stream* itself where there is none.

    The raw file is a handle of its own, so that nobody closes it under the thread.
    """
    try:
        descriptor = os.dup(stream.fileno())
    except (AttributeError, io.UnsupportedOperation):
        return (line.rstrip("\r\n") for line in stream)
    return _raw_lines(descriptor, stream.encoding or "utf-8")


def _raw_lines(descriptor: int, encoding: str) -> Iterator[str]:
    """The lines without their ends; a last one without an end counts too."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = ""
    with open(descriptor, "rb", buffering=0) as raw:
        while chunk := raw.read(65536):
            text += decoder.decode(chunk)
            *whole, text = text.split("\n")
            yield from (line.rstrip("\r") for line in whole)
    if text:
        yield text.rstrip("\r")


_readers: dict[TextIO | None, Lines] = {}
_guard = threading.Lock()


def reading(stream: TextIO | None) -> Lines:
    """The one reader of *stream* in this process."""
    with _guard:
        if stream not in _readers:
            _readers[stream] = Lines(stream)
        return _readers[stream]
