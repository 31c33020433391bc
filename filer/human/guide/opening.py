"""What a person opens from a page of the guide: a folder, a file; and what is then said of it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from filer.errors import FilerError
from filer.words import _

Launch = Callable[[str], object]
"""Opens a file or a folder in the program that this system has for it; 0 or None if it did."""

_A_MOMENT = 1.5
"""Seconds after which a program that still runs counts as one that shows something."""


def open_with_system(what: str) -> int:
    """Open *what* in the program that this system has for it; not 0 when it is known to fail."""
    if sys.platform != "linux":
        return click.launch(what)
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(["xdg-open", what], stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError:
        return 1
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(_A_MOMENT)
    return 0


@dataclass
class Opening:
    """The buttons of a page that open something and answer nothing.

    *where* says what the button with a key opens, None for every other button; what it raises as
    a `FilerError` is said beside the button.
    """

    launch: Launch
    where: Callable[[str], Path | None]
    _tried: dict[str, Path | FilerError] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    def act(self, key: str) -> bool:
        """Open what the button *key* opens; False when it is another kind of button."""
        try:
            path = self.where(key)
        except FilerError as trouble:
            self._tried[key] = trouble
            return True
        if path is None:
            return False
        self._tried[key] = path
        self._failed.discard(key)
        if self.launch(str(path)) not in {None, 0}:
            self._failed.add(key)
        return True

    def said(self) -> Mapping[str, tuple[str, str]]:
        """By the key of each button that was pressed: what came of it, and where it lies."""
        return {key: self._of(key) for key in self._tried}

    def _of(self, key: str) -> tuple[str, str]:
        tried = self._tried[key]
        if isinstance(tried, FilerError):
            return f"{tried.message} {tried.hint or ''}".strip(), ""
        if key in self._failed:
            return _("filer could not open it. It lies here:"), str(tried)
        return _("It should open in a window of its own now. It lies here:"), str(tried)
