"""A process that has filer's modules read in, out of which runs of the command begin.

Reading them in takes a run most of a second, and the tests make many hundred runs. Each is still a
process of its own, with its own environment, folder, streams and terminal, and it ends as any
other: it is a fork of one that has read the modules and done nothing else.

`python warm.py FD` speaks over the socket FD: it is told what to run, with the three streams, and
tells the run's number and process, and how each run ended: the number, since the system gives the
number of an ended process to another in time.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import itertools
import json
import os
import random
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

_LONGEST = 1 << 17


@dataclass(frozen=True)
class Asked:
    """What to run: *arguments* of filer, where, in which surroundings, and on which streams."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    terminal: bool
    streams: Sequence[int] = ()


# --------------------------------------------------------------------------- on the tests' side


class Forked:
    """A run that was begun in a `Warm` one; it is used as `subprocess.Popen` is."""

    def __init__(
        self,
        warm: Warm,
        run: tuple[int, int],
        stdout: IO[bytes] | None,
        stderr: IO[bytes] | None,
    ) -> None:
        self._warm = warm
        self._number, self.pid = run
        self.stdout, self.stderr = stdout, stderr

    @property
    def returncode(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it is not known to be."""
        return self._warm.ended.get(self._number)

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        self._warm.listen(self._number, 0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises what `Popen.wait` does."""
        self._warm.listen(self._number, timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("filer", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


class Warm:
    """The process with the modules, begun with *environment*. *ended*: codes by a run's number."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.ended: dict[int, int] = {}
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def run(self, asked: Asked, terminal: int | None = None) -> Forked:
        """Begin a run, with pipes as streams, or with *terminal* as all but standard output."""
        with contextlib.ExitStack() as ends:
            nothing = os.open(os.devnull, os.O_RDONLY)
            ends.callback(os.close, nothing)
            out, out_end = os.pipe()
            ends.callback(os.close, out_end)
            err, err_end = None, terminal
            if err_end is None:
                err, err_end = os.pipe()
                ends.callback(os.close, err_end)
            told = json.dumps(
                [asked.arguments, asked.folder, dict(asked.environment), asked.terminal]
            )
            streams = [nothing if terminal is None else terminal, out_end, err_end]
            with self._turn:
                socket.send_fds(self._line, [told.encode()], streams)
                run = self._hear_of_a_begin()
        return Forked(
            self,
            run,
            os.fdopen(out, "rb", 0),
            None if err is None else os.fdopen(err, "rb", 0),
        )

    def _hear_of_a_begin(self) -> tuple[int, int]:
        while True:
            number, pid, code = self._hear()
            if code is None:
                return number, pid

    def _hear(self) -> tuple[int, int, int | None]:
        raw = self._line.recv(_LONGEST)
        assert raw, "what begins the runs of filer has ended"
        number, pid, code = json.loads(raw)
        if code is not None:
            self.ended[number] = code
        return number, pid, code

    def listen(self, number: int, timeout: float | None) -> None:
        """Hear what there is to hear, until that run has ended, for at most *timeout* seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while number not in self.ended:
            left = None if until is None else max(0.0, until - time.monotonic())
            if self._says_something(0.05 if left is None else min(0.05, left)):
                with self._turn:  # somebody else may have heard it meanwhile
                    if self._says_something(0):
                        self._hear()
            elif left is not None and left <= 0:
                return

    def _says_something(self, seconds: float) -> bool:
        return bool(select.select([self._line], [], [], seconds)[0])

    def put_away(self) -> None:
        """End it; it ends by itself when nobody can ask any more."""
        self._line.close()
        self._process.wait()


# --------------------------------------------------------------------------- on the other side


def serve(line: socket.socket) -> Asked | None:
    """Fork for each question. Returns what to run, in the fork; None when nobody asks any more."""
    numbers: dict[int, int] = {}
    count = itertools.count(1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            for pid, code in _ends():
                line.send(json.dumps([numbers.pop(pid), pid, code]).encode())
        if line not in ready:
            continue
        raw, streams, _flags, _where = socket.recv_fds(line, _LONGEST, 3)
        if not raw:
            return None
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close()
            os.close(woken)
            os.close(wake)
            return Asked(*json.loads(raw), streams)
        for each in streams:
            os.close(each)
        numbers[pid] = next(count)
        line.send(json.dumps([numbers[pid], pid, None]).encode())


def _ends() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def become(asked: Asked) -> None:
    """Make this process what a new one would be, as far as filer can tell."""
    for number, stream in enumerate(asked.streams):
        os.dup2(stream, number)
        os.close(stream)
    if asked.terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked.environment)
    os.chdir(asked.folder)
    time.tzset()
    random.seed()
    tempfile.tempdir = None
    sys.path[0] = asked.folder
    sys.argv = ["filer", *asked.arguments]
    own = (sys.stdin, sys.stdout, sys.stderr)
    sys.stdin, sys.stdout, sys.stderr = (
        open(  # noqa: SIM115 - they stay open as long as the process is there
            number,
            "w" if number else "r",
            encoding=stream.encoding,
            errors=stream.errors,
            buffering=1 if number == 2 or os.isatty(number) else -1,
            closefd=False,
        )
        for number, stream in enumerate(own)
    )


def main(descriptor: str) -> None:
    """Read the modules in, and begin what is asked for."""
    import filer.cli  # noqa: PLC0415 - not on the tests' side

    for command in filer.cli.COMMANDS.values():
        importlib.import_module(f"filer.commands.{command.module}")

    gc.collect()
    gc.freeze()
    asked = serve(socket.socket(fileno=int(descriptor)))
    if asked is not None:
        become(asked)
        runpy.run_module("filer", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1])
