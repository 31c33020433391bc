"""The log of a bundle: JSON Lines, each holding the SHA-256 of the line before.

A structlog pipeline whose last step puts one line on disk, whole and synced, or raises. No
personal value belongs in it: a line cannot be taken out later without breaking the chain.
"""

from __future__ import annotations

import errno
import json
import math
import os
import re
import sys
import threading
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from structlog import BoundLoggerBase

from filer.errors import EvidenceBroken
from filer.evidence import disk, layout
from filer.evidence.layout import FileRef
from filer.evidence.reading import LONGEST_LINE, read_log
from filer.ports import Clock
from filer.words import _

_JUMP = timedelta(seconds=2)
"""By so much the two clocks may differ between two lines before the log says so."""

_NAME = re.compile(r"[a-z]+(?:[.-][a-z]+)*")


class _Line(BoundLoggerBase):
    """A structlog logger with one method: write a line."""

    def write(self, event: str, who: str, data: dict[str, object]) -> None:
        self._proxy_to_logger("write", event, who=who, data=data)


class _File:
    """The last step of the pipeline: the open file, its lock, and the state of the chain."""

    def __init__(self, path: Path, descriptor: int, seq: int, prev: str) -> None:
        self.path = path
        self.descriptor = descriptor
        self.seq = seq
        self.prev = prev
        self._whole = True

    def write(self, line: bytes) -> None:
        """Put *line* on disk. Raises `OSError`, and then leaves the file as it was."""
        before = self.in_its_place().st_size
        try:
            disk.write_all(self.descriptor, line)  # one call; it loops only on a short write
            disk.sync(self.descriptor)
        except OSError:
            self._whole = False
            os.ftruncate(self.descriptor, before)
            self._whole = True
            raise
        self.seq += 1
        self.prev = layout.sha256(line)

    def in_its_place(self) -> os.stat_result:
        """What the system says of the file. Raises `OSError` for one that nobody would find again.

        A file that was deleted or moved can still be written to, and nothing would say so.
        """
        found = os.fstat(self.descriptor)
        if not self._whole:
            raise OSError(errno.EIO, _("half a line could not be taken back"))
        if not os.path.samestat(found, self.path.stat(follow_symlinks=False)):
            raise OSError(errno.ESTALE, _("the log was moved or replaced"))
        return found


class Log:
    """A log that is open for writing, alone: its lock is held until `close`."""

    def __init__(self, path: Path, descriptor: int, seq: int, prev: str, clock: Clock) -> None:
        self._file = _File(path, descriptor, seq, prev)
        self._clock = clock
        self._stamped: tuple[datetime, int] | None = None
        self._turn = threading.Lock()
        self._open = True
        self._logger = _Line(self._file, [_only_json, self._stamp, _render], {})

    @classmethod
    def begin(cls, path: Path, clock: Clock) -> Log | None:
        """A new log at *path*; None when another process writes or has written it.

        Raises `OSError`.
        """
        descriptor = _open(path)
        try:
            mine = _lock(descriptor) and not os.fstat(descriptor).st_size
            if mine:
                disk.sync_folder(path.parent)
        except BaseException:
            os.close(descriptor)
            raise
        if not mine:
            os.close(descriptor)
            return None
        return cls(path, descriptor, 0, layout.FIRST_PREV, clock)

    @classmethod
    def reopen(
        cls, path: Path, clock: Clock, *, alone: bool = True
    ) -> tuple[Log, FileRef | None] | None:
        """The log of a session that broke off, and its torn last line if there was one.

        The torn line is moved to a file beside it. None while another process holds the lock.
        Raises `OSError`, and `EvidenceBroken` when the log is broken elsewhere, or has no whole
        line though it is not *alone*: other evidence is there, which it should name. Then nothing
        is touched.
        """
        descriptor = _open(path)
        if not _lock(descriptor):  # before the tail is read: somebody may be writing it
            os.close(descriptor)
            return None
        try:
            start = _whole_until(descriptor)
            seq, prev = 0, layout.FIRST_PREV
            for line in read_log(path, start):
                seq, prev = line.seq + 1, line.sha256
            if seq == 0 and not alone:
                _say_gone()
            torn = _move_torn(descriptor, path, start)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, seq, prev, clock), torn

    def event(self, name: str, who: str, data: dict[str, object]) -> int:
        """Write one line and return its number; it is on disk then.

        Raises `OSError` when it cannot be written, `ValueError` and `TypeError` for a line that
        filer would not be able to read again.
        """
        if not _NAME.fullmatch(name) or who not in {"tool", "person"}:
            raise ValueError(f"no such event: {name!r} by {who!r}")
        with self._turn:
            if not self._open:
                raise ValueError("the log is closed")
            self._note_jump()
            self._logger.write(name, who, data)
            return self._file.seq - 1

    def in_its_place(self) -> None:
        """Nothing, or `OSError` when the log was moved or deleted since it was opened."""
        with self._turn:
            if self._open:
                self._file.in_its_place()

    def prefix(self) -> tuple[int, bytes]:
        """How many lines the log has, and their bytes: what a timestamp of it is made over.

        Raises `OSError`.
        """
        with self._turn:
            size = os.fstat(self._file.descriptor).st_size
            os.lseek(self._file.descriptor, 0, os.SEEK_SET)  # O_APPEND: writing is not moved by it
            pieces = []
            while size > 0 and (piece := os.read(self._file.descriptor, size)):
                pieces.append(piece)
                size -= len(piece)
            return self._file.seq, b"".join(pieces)

    def close(self) -> None:
        """Give the lock back. Nothing can be written any more."""
        with self._turn:
            if self._open:
                self._open = False
                os.close(self._file.descriptor)

    def _note_jump(self) -> None:
        """Say it in a line of its own when somebody set the clock since the line before."""
        if self._stamped is None:
            return
        then, mono_then = self._stamped
        passed = timedelta(microseconds=(self._clock.mono_ns() - mono_then) // 1000)
        jumped = self._clock.now() - then - passed
        if abs(jumped) > _JUMP:
            milliseconds = jumped // timedelta(milliseconds=1)
            self._logger.write("clock.jumped", "tool", {"by_ms": milliseconds})

    def _stamp(
        self, _logger: object, _method: str, line: MutableMapping[str, Any]
    ) -> dict[str, Any]:
        now, mono_ns = self._clock.now().astimezone(UTC), self._clock.mono_ns()
        self._stamped = now, mono_ns
        return {
            "seq": self._file.seq,
            "t": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z",
            "mono_ns": mono_ns,
            "prev": self._file.prev,
            "event": line["event"],
            "who": line["who"],
            "data": line["data"],
        }


def _only_json(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    line["data"] = _plain(line["data"], "data")
    return line


def _plain(value: object, where: str) -> object:
    match value:
        case None | bool() | str() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_plain(item, f"{where}[{number}]") for number, item in enumerate(value)]
        case dict():
            if wrong := [key for key in value if not isinstance(key, str)]:
                raise TypeError(f"{where} has a key that is not text: {wrong[0]!r}")
            return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    raise TypeError(f"{where} is not a JSON value: {type(value).__name__}")


def _render(_logger: object, _method: str, line: MutableMapping[str, Any]) -> bytes:
    # ASCII only: whatever tool reads it, with whatever settings, sees the bytes that were hashed.
    raw = json.dumps(line, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
    if len(raw) > LONGEST_LINE:
        raise ValueError(f"a log line of {len(raw)} bytes is too long")
    return raw


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"):
        flags |= getattr(os, name, 0)
    return os.open(path, flags, 0o600)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        # Windows keeps others from reading what is locked: lock a byte far behind the end.
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def in_use(path: Path) -> bool:
    """Whether some process holds the lock of the log at *path*; no when there is none to open."""
    flags = os.O_RDWR
    for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def _say_gone() -> NoReturn:
    # The first line is on disk before any other file.
    raise EvidenceBroken(
        _("The log is gone, and with it what was known of the other files."),
        _("The folder is left as it is."),
    )


def _whole_until(descriptor: int) -> int:
    """Where the whole lines end, and a torn one may begin."""
    end = os.fstat(descriptor).st_size
    # A power cut can leave zeros where the last line was to be, and its line end behind them.
    start = _after_last_newline(descriptor, _first_zero(descriptor, end))
    if b'\n{"seq":' in _from(descriptor, start):
        return _after_last_newline(descriptor, end)  # lines follow: that is no torn end
    return start


def _move_torn(descriptor: int, path: Path, start: int) -> FileRef | None:
    torn = _from(descriptor, start)
    if not torn:
        return None
    number = 1
    while path.with_name(f"{path.name}.torn-{number}").exists():
        number += 1
    aside = path.with_name(f"{path.name}.torn-{number}")
    disk.replace_file(aside, torn)
    os.ftruncate(descriptor, start)
    os.fsync(descriptor)
    return FileRef(aside.name, layout.sha256(torn), len(torn))


def _from(descriptor: int, start: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    return b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))


def _first_zero(descriptor: int, end: int) -> int:
    """Where the first zero byte stands, which no line holds; *end* if there is none."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    begin = 0
    while piece := os.read(descriptor, 1 << 16):
        if (found := piece.find(b"\0")) >= 0:
            return begin + found
        begin += len(piece)
    return end


def _after_last_newline(descriptor: int, end: int) -> int:
    while end > 0:
        begin = max(0, end - (1 << 16))
        os.lseek(descriptor, begin, os.SEEK_SET)
        found = os.read(descriptor, end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0
