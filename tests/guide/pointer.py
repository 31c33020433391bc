"""A real pointer on the display, moved and pressed by the X server, whatever window is there.

Playwright gives its clicks to one page, whatever lies over it. These go to the window that a person
would hit. The few requests that this needs are written here; see the X Window System Protocol and
the XTEST extension.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from types import TracebackType
from typing import Self

_COOKIE = b"MIT-MAGIC-COOKIE-1"
_MOVE, _PRESS, _RELEASE = 6, 4, 5
_FAKE_INPUT = 2


class Pointer:
    """The pointer of the display that `DISPLAY` names. Raises OSError when it cannot be had."""

    def __init__(self) -> None:
        number = os.environ["DISPLAY"].partition(":")[2].partition(".")[0]
        self._socket = _connected(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - where they listen
        self._greet(_cookie())
        self._xtest = self._extension(b"XTEST")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def move(self, x: int, y: int) -> None:
        """Move it to a place on the screen."""
        self._fake(_MOVE, 0, x, y)

    def click(self) -> None:
        """Press and release the first button where it stands."""
        self._fake(_PRESS, 1)
        self._fake(_RELEASE, 1)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        request = struct.pack(
            "<BBHBBHIIII", self._xtest, _FAKE_INPUT, 9, kind, detail, 0, 0, 0, 0, 0
        )
        self._socket.sendall(request + struct.pack("<hhIHBB", x, y, 0, 0, 0, 0))

    def _greet(self, cookie: bytes) -> None:
        name = _COOKIE if cookie else b""
        lengths = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie))
        self._socket.sendall(lengths + _padded(name) + _padded(cookie))
        said, rest = struct.unpack("<BxxxxxH", self._read(8))
        self._read(4 * rest)
        if said != 1:
            raise OSError("The display does not let us in.")

    def _extension(self, name: bytes) -> int:
        length = 2 + len(_padded(name)) // 4
        self._socket.sendall(struct.pack("<BxHHxx", 98, length, len(name)) + _padded(name))
        present, opcode = struct.unpack("<8xBB22x", self._read(32))
        if not present:
            raise OSError(f"The display does not know {name.decode()}.")
        return int(opcode)

    def _read(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            more = self._socket.recv(count - len(found))
            if not more:
                raise OSError("The display has ended the connection.")
            found += more
        return found


def _connected(path: str) -> socket.socket:
    """A connection to the X server at *path*: on Linux first by that name alone, without a file."""
    for address in (f"\0{path}", path):
        made = socket.socket(socket.AF_UNIX)
        try:
            made.connect(address)
        except OSError:
            made.close()
        else:
            return made
    raise OSError(f"No display answers at {path}.")


def _padded(text: bytes) -> bytes:
    return text + b"\0" * (-len(text) % 4)


def _cookie() -> bytes:
    """The key to the display, from the file that `XAUTHORITY` names; empty where there is none."""
    named = os.environ.get("XAUTHORITY")
    raw = Path(named).read_bytes() if named else b""
    while raw:
        raw, parts = raw[2:], []
        for _part in ("address", "number", "name", "data"):
            size = int.from_bytes(raw[:2], "big")
            parts.append(raw[2 : 2 + size])
            raw = raw[2 + size :]
        if parts[2] == _COOKIE:
            return parts[3]
    return b""
