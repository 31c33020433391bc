"""Whether this machine has a screen that a window can open on.

Only the standard library; an X display is asked, because DISPLAY may name one that is gone.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ANSWER_WITHIN = 3.0


@dataclass(frozen=True)
class Display:
    """What is known of the screen: whether a window can open, and what it was told by."""

    present: bool
    what: str


def find_display(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Display:
    """The display of this machine; *environ* is the environment that names it on Linux.

    Windows and macOS have one whenever somebody is logged in there, also over ssh, where a
    window cannot open: the SSH_CONNECTION of a Mac says so. Raises nothing.
    """
    told = os.environ if environ is None else environ
    if platform == "win32":
        return Display(present=True, what="Windows")
    if platform == "darwin":
        remote = "SSH_CONNECTION" in told
        return Display(present=not remote, what="macOS over ssh" if remote else "macOS")
    if (wayland := told.get("WAYLAND_DISPLAY")) and _wayland_answers(wayland, told):
        return Display(present=True, what=f"Wayland {wayland}")
    if x11 := told.get("DISPLAY"):
        if x_answers(x11):
            return Display(present=True, what=f"X display {x11}")
        return Display(present=False, what=f"DISPLAY names {x11}, and nothing answers there")
    if wayland:
        return Display(
            present=False, what=f"WAYLAND_DISPLAY names {wayland}, and nothing answers there"
        )
    return Display(present=False, what="neither DISPLAY nor WAYLAND_DISPLAY is set")


def has_display() -> bool:
    """Whether a window can open here; the one question most callers have."""
    return find_display().present


def x_answers(name: str) -> bool:
    """Whether something listens on the X display *name*, such as ":0" or "localhost:10.0".

    A local display listens on a socket, a file or an abstract one; a forwarded one over TCP.
    """
    parts = re.fullmatch(r"(?P<host>.*):(?P<number>\d+)(?:\.\d+)?", name)
    if parts is None:
        return False
    host, number = parts["host"], int(parts["number"])
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server puts it
        return _unix_answers(path) or _unix_answers(f"\0{path}")
    if host.startswith("/"):  # XQuartz: the socket's own path
        return _unix_answers(name)
    try:
        with socket.create_connection((host, 6000 + number), timeout=_ANSWER_WITHIN):
            return True
    except OSError:
        return False


def _wayland_answers(name: str, environ: Mapping[str, str]) -> bool:
    path = Path(environ.get("XDG_RUNTIME_DIR", "/nowhere")) / name
    return _unix_answers(str(path))


def _unix_answers(path: str) -> bool:
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        return False
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(_ANSWER_WITHIN)
        try:
            line.connect(path)
        except OSError:
            return False
    return True
