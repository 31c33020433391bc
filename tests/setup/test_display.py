"""Whether a window can open: what the environment says, and what answers."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from filer.browser.display import find_display, x_answers

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.mark.parametrize(
    ("environ", "platform", "present", "what"),
    [
        ({}, "linux", False, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":987"}, "linux", False, "DISPLAY names :987, and nothing answers there"),
        ({"DISPLAY": "nonsense"}, "linux", False, "DISPLAY names nonsense, and nothing answers"),
        ({"WAYLAND_DISPLAY": "w-9"}, "linux", False, "WAYLAND_DISPLAY names w-9, and nothing"),
        ({}, "darwin", True, "macOS"),
        ({"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "darwin", False, "macOS over ssh"),
        ({}, "win32", True, "Windows"),
    ],
)
def test_what_is_known(environ: dict[str, str], platform: str, present: bool, what: str) -> None:
    """A display counts when it is named and answers; the finding says what was looked at."""
    display = find_display(environ, platform)

    assert present == display.present
    assert display.what.startswith(what)


def test_wayland_that_answers(tmp_path: Path) -> None:
    """A Wayland socket that somebody listens on is a display."""
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-0"))
        compositor.listen()

        display = find_display(
            {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}, "linux"
        )

    assert display.present


def test_forwarded_display() -> None:
    """A forwarded X display listens on TCP, 6000 and its number."""
    with socket.socket() as forwarder:
        forwarder.bind(("127.0.0.1", 0))
        forwarder.listen()
        number = forwarder.getsockname()[1] - 6000

        assert x_answers(f"127.0.0.1:{number}.0")
    assert not x_answers(f"127.0.0.1:{number}.0")


def test_virtual_display_comes_and_goes() -> None:
    """The suite's virtual display answers while its block runs, and is gone after it."""
    story = (
        "from screen import virtual_display\n"
        "from filer.browser.display import find_display, x_answers\n"
        "with virtual_display() as surroundings:\n"
        "    name = surroundings['DISPLAY']\n"
        "    print(find_display(surroundings).present, surroundings['XAUTHORITY'] != '')\n"
        "print(x_answers(name))\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", story],
        cwd=TOOLS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "True True\nFalse\n" == told.stdout, told.stderr
