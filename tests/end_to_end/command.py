"""The command under test: filer as a process of its own, in surroundings that hold nothing of ours.

It has its own home, and a system proxy that leads nowhere, so that it could not reach the world
even where the suite runs with a network.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.end_to_end.warm import Asked, Forked, Warm

NOWHERE = "http://127.0.0.1:9"
"""A proxy address at which nothing listens."""

_KEPT = ("PATH", "TMPDIR", "SYSTEMROOT", "FILER_BROWSER")
_READ_AT_START = ("PYTHON", "LANG", "LC_")
"""Names beginning with these an interpreter reads when it starts."""


@dataclass(frozen=True)
class Run:
    """What a run left: its exit code and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def told(self) -> Mapping[str, Any]:
        """The one JSON object on standard output."""
        lines = self.stdout.splitlines()
        assert len(lines) == 1, f"one line on standard output, not {len(lines)}: {self.stdout!r}"
        found = json.loads(lines[0])
        assert isinstance(found, dict)
        return found

    @property
    def results(self) -> list[dict[str, Any]]:
        """The `results` of that object."""
        found = self.told["results"]
        assert isinstance(found, list)
        return found

    @property
    def result(self) -> dict[str, Any]:
        """Its only result."""
        assert len(self.results) == 1, self.stderr
        return self.results[0]


class Running:
    """A run that goes on: what it says is read as it comes, and it can be told to stop.

    *screen* is the other end of its terminal, where it has one.
    """

    def __init__(self, process: subprocess.Popen[bytes] | Forked, screen: int | None) -> None:
        self.process = process
        self._screen = screen
        self._closing = threading.Event()
        self._said: dict[str, bytearray] = {"out": bytearray(), "err": bytearray()}
        assert process.stdout is not None
        self._readers = [threading.Thread(target=self._read, args=("out", process.stdout))]
        if screen is None:
            assert process.stderr is not None
            self._readers.append(threading.Thread(target=self._read, args=("err", process.stderr)))
        else:
            self._readers.append(threading.Thread(target=self._read_screen, args=(screen,)))
        for reader in self._readers:
            reader.start()

    def _read(self, name: str, stream: IO[bytes]) -> None:
        while chunk := os.read(stream.fileno(), 65536):
            self._said[name] += chunk

    def _read_screen(self, screen: int) -> None:
        while True:
            ended = self.process.poll() is not None  # asked first: its last words come before it
            ready, _, _ = select.select([screen], [], [], 0.2)
            if self._closing.is_set() or (not ready and ended):
                return
            if ready:
                try:
                    chunk = os.read(screen, 65536)
                except OSError:  # Linux says so when the other end is closed
                    return
                self._said["err"] += chunk

    @property
    def stderr(self) -> str:
        """What it has told people so far."""
        return bytes(self._said["err"]).decode("utf-8", "replace")

    def until(self, settled: Callable[[], bool], seconds: float = 40.0) -> None:
        """Wait until *settled*; fails when the process ends before, or when it takes too long."""
        end = time.monotonic() + seconds
        while not settled():
            assert self.process.poll() is None, f"it ended before: {self.stderr}"
            assert time.monotonic() < end, f"it took too long: {self.stderr}"
            time.sleep(0.02)

    def until_said(self, words: str, seconds: float = 40.0) -> None:
        """Wait until it has told people *words*."""
        self.until(lambda: words in self.stderr, seconds)

    def type(self, line: str) -> None:
        """Type a line at its terminal."""
        assert self._screen is not None
        os.write(self._screen, line.encode() + b"\n")

    def interrupt(self) -> None:
        """Press Ctrl-C: at the terminal it has, else as the signal."""
        if self._screen is not None:
            os.write(self._screen, b"\x03")
        else:
            self.process.send_signal(signal.SIGINT)

    def close_screen(self) -> None:
        """Close the window of its terminal."""
        assert self._screen is not None
        self._closing.set()
        self._readers[-1].join(5)
        os.close(self._screen)
        self._screen = None

    def finish(self, seconds: float = 40.0) -> Run:
        """Wait until it ends."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            for reader in self._readers:
                reader.join(5)
        return Run(code, bytes(self._said["out"]).decode(), self.stderr)

    def put_away(self) -> None:
        """End it if it still runs, and close what is open."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        if self._screen is not None:
            with contextlib.suppress(OSError):
                os.close(self._screen)


class Command:
    """Runs `python -m filer` in *folder*; `evidence` is where its evidence goes.

    *anew* starts an interpreter for each run; else a fork of one that has read filer in takes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = folder / "evidence"
        self.home = folder / "home"
        self.home.mkdir()
        self.anew = False
        self._started: list[Running] = []

    def surroundings(self, env: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The environment of a run: nothing of ours, and *env*; None takes a name out."""
        clean = {name: os.environ[name] for name in _KEPT if name in os.environ}
        clean |= {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "FILER_EVIDENCE": str(self.evidence),
            "FILER_TSA_URLS": "",
        }
        for name, value in (env or {}).items():
            clean.pop(name, None)
            if value is not None:
                clean[name] = value
        return clean

    def __call__(
        self, *arguments: str, env: Mapping[str, str | None] | None = None, timeout: float = 90.0
    ) -> Run:
        """Run to the end."""
        return self.start(*arguments, env=env).finish(timeout)

    def start(
        self,
        *arguments: str,
        env: Mapping[str, str | None] | None = None,
        terminal: bool = False,
    ) -> Running:
        """Begin a run; with a *terminal*, people's words go there and answers come from there."""
        surroundings = self.surroundings(env)
        if self.anew or any(name.startswith(_READ_AT_START) for name in env or ()):
            return self.start_anew(arguments, surroundings, terminal=terminal)
        return self._start_warm(arguments, surroundings, terminal=terminal)

    def _start_warm(
        self, arguments: tuple[str, ...], surroundings: Mapping[str, str], *, terminal: bool
    ) -> Running:
        surroundings = {**surroundings, **(_ON_A_SCREEN if terminal else {})}
        asked = Asked(arguments, str(self.folder), surroundings, terminal)
        if not terminal:
            return self._keep(Running(_warm().run(asked), None))
        screen, line = pty.openpty()
        process = _warm().run(asked, line)
        os.close(line)
        return self._keep(Running(process, screen))

    def start_anew(
        self,
        arguments: tuple[str, ...],
        surroundings: Mapping[str, str],
        *,
        terminal: bool = False,
    ) -> Running:
        """Begin a run as a person does, by starting the interpreter."""
        command = [sys.executable, "-m", "filer", *arguments]
        if not terminal:
            return self._start_program(command, surroundings)
        screen, line = pty.openpty()
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**surroundings, **_ON_A_SCREEN},
            stdin=line,
            stdout=subprocess.PIPE,
            stderr=line,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - it calls the system and nothing else
        )
        os.close(line)
        return self._keep(Running(process, screen))

    def start_program(
        self, command: Sequence[str], env: Mapping[str, str | None] | None = None
    ) -> Running:
        """Begin *command*, which runs filer in some other way, in the same surroundings."""
        return self._start_program(command, self.surroundings(env))

    def _start_program(self, command: Sequence[str], surroundings: Mapping[str, str]) -> Running:
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self._keep(Running(process, None))

    def _keep(self, running: Running) -> Running:
        self._started.append(running)
        return running

    def put_away(self) -> None:
        """End every run that still goes on."""
        for running in self._started:
            running.put_away()


_ON_A_SCREEN = {"TERM": "dumb", "COLUMNS": "200"}


@functools.cache
def _warm() -> Warm:
    """What begins the runs of this process, itself begun with the first."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    warm = Warm({**environment, "LANG": "C.UTF-8"})
    atexit.register(warm.put_away)
    return warm


def _own_terminal() -> None:
    """Make standard input the controlling terminal, so that Ctrl-C typed there is a signal."""
    import fcntl  # noqa: PLC0415 - in the child alone, and not there on Windows
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
