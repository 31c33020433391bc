"""The command that opens the guide: ended from outside, and where it cannot open."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.end_to_end.command import Command, Running

DISPLAY = {name: os.environ.get(name, "") for name in ("DISPLAY", "XAUTHORITY")}


def profiles(running: Running) -> list[Path]:
    """The profile folders of the guides of a run."""
    mine = f"filer-browser-{running.process.pid}-guide-*"
    return list(Path(tempfile.gettempdir()).glob(mine))


def opened(running: Running) -> bool:
    """Whether the guide's browser has begun to write its profile."""
    return any((folder / "Default").is_dir() for folder in profiles(running))


@pytest.mark.parametrize(
    "arguments",
    [("practice", "facebook"), pytest.param((), marks=pytest.mark.proof)],
    ids=["practice", "alone"],
)
def test_ctrl_c_in_the_terminal_ends_the_guide(filer: Command, arguments: tuple[str, ...]) -> None:
    """Ctrl-C is a clean No: it says that nothing was sent, and leaves no profile behind."""
    running = filer.start(*arguments, env=DISPLAY, terminal=True)
    running.until(lambda: opened(running))
    running.interrupt()
    ran = running.finish()

    assert 9 == ran.code
    assert "Nothing was sent." in ran.stderr
    assert [] == profiles(running)


def test_no_browser_is_told_in_the_terminal(filer: Command, tmp_path: Path) -> None:
    """Where no window can open, the reason stands where filer was called."""
    nothing = tmp_path / "no-browser"
    nothing.write_text("#!/bin/sh\nexit 1\n")
    nothing.chmod(0o755)
    ran = filer(env={**DISPLAY, "FILER_BROWSER": str(nothing)})

    assert 8 == ran.code
    assert "Traceback" not in ran.stderr


def test_without_a_display_it_lists_the_cases(filer: Command) -> None:
    """No display, no guide: `filer` says what can be done in the terminal."""
    ran = filer(env={"DISPLAY": None, "WAYLAND_DISPLAY": None})

    assert 0 == ran.code
    assert "filer helps you object" in ran.stderr + ran.stdout
