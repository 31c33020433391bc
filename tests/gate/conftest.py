"""Runs of the command against hostile sites, and an end to whatever a run leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.command import Command, Running
from tests.end_to_end.warm import Forked

EMAIL = "kwikstaart.7391@example.org"
REASON = (
    "I object to the use of my posts for training AI. Years ago I wrote about the kwikstaart in my "
    "garden for friends alone, and nobody spoke of machines then.\nThat is my own situation: ëïö €."
)


@dataclass
class Run:
    """One run of `filer practice`: *code* and *result* are there once it has ended."""

    folder: Path
    running: Running
    code: int | None = None
    result: dict[str, Any] = field(default_factory=dict)
    said: str = ""

    @property
    def process(self) -> subprocess.Popen[bytes] | Forked:
        """Its process."""
        return self.running.process

    @property
    def outcome(self) -> str:
        """The outcome in its JSON."""
        return str(self.result.get("outcome"))

    def events(self) -> list[dict[str, Any]]:
        """The log of its bundle so far; a line that is being written is left out."""
        found = []
        for log in sorted((self.folder / "evidence").rglob("session.jsonl")):
            for line in log.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError):
                    found.append(json.loads(line))
        return found

    def reached(self, event: str, seconds: float = 40) -> bool:
        """Whether *event* comes into the log within *seconds*."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if any(event in line.values() for line in self.events()):
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.05)
        return False

    def wait(self, seconds: float = 120) -> Run:
        """Wait for the end, and read what it printed."""
        ended = self.running.finish(seconds)
        self.code, self.said = ended.code, ended.stderr
        with contextlib.suppress(IndexError, ValueError):
            self.result = (json.loads(ended.stdout.splitlines()[-1])["results"] or [{}])[0]
        return self


def _left_over(folder: Path) -> list[int]:
    """The processes whose command line names *folder*: browsers of a run that was killed."""
    mine = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(str(folder)) in entry.read_bytes():
                mine.append(int(entry.parent.name))
    return mine


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    """Start `filer practice facebook` against a site with a stand-in; ends what it leaves."""
    folders: list[Path] = []
    runs: list[Run] = []

    def start(url: str, stand_in: str, *, patience: float = 1.5) -> Run:
        folder = Path(tempfile.mkdtemp(prefix="gate-"))  # short: Chromium puts a socket in it
        folders.append(folder)
        (folder / "tmp").mkdir()
        reason = folder / "reason.txt"
        reason.write_text(REASON, encoding="utf-8")
        filer = Command(folder)
        running = filer.start(
            *("practice", "facebook", "--site", url, "--stand-in", stand_in),
            *("--headless", "--json", "--email", EMAIL, "--reason-file", str(reason)),
            env={"TMPDIR": str(folder / "tmp"), "FILER_PATIENCE": str(patience)},
        )
        runs.append(Run(folder, running))
        return runs[-1]

    yield start
    for one in runs:
        one.running.put_away()
    for folder in folders:
        for number in _left_over(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
