"""Killing a session from outside: when, what was acknowledged until then, and what is left of it.

The practice site is served by the tests, so it outlives the killed filer and counts what arrives.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filer.evidence import layout
from filer.evidence.reading import read_bundle, read_log
from filer.evidence.verify import verify
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.end_to_end.command import Command, Run, Running

SCENARIOS = (
    *("mobile", "mobile", "desktop+login", "app", "app+slow", "mobile+code"),
    *("desktop+silent", "mobile+cut", "mobile+went-wrong", "app+no-wording"),
)
"""What random sessions meet: every rendering, and answers of every kind."""

LINES = 28
"""About how many lines the log of a session has."""


class Log:
    """The log of a running session, read from outside as it grows."""

    def __init__(self, evidence: Path) -> None:
        self._evidence = evidence
        self._file: Path | None = None
        self.read = b""
        """What was seen on disk so far."""

    @property
    def bundle(self) -> Path | None:
        """The session's bundle, once there is one."""
        return next(iter(sorted(self._evidence.glob("*/*-filing"))), None)

    def follow(self) -> bytes:
        """Read what has come since; returns the whole lines so far."""
        if self._file is None and (bundle := self.bundle):
            self._file = bundle / layout.DATA / layout.LOG
        if self._file is not None and self._file.exists():
            with self._file.open("rb") as file:
                file.seek(len(self.read))
                self.read += file.read()
        return self.read[: self.read.rfind(b"\n") + 1]


@dataclass(frozen=True)
class Moment:
    """When to kill: *come* is asked again and again, with the log as it is; then *delay* passes."""

    words: str
    come: Callable[[Log, float], bool]
    delay: float = 0.0


def after(seconds: float) -> Moment:
    """So many *seconds* after the start."""
    return Moment(f"after {seconds:.2f} s", lambda _log, passed: passed >= seconds)


def line(number: int, delay: float) -> Moment:
    """*delay* seconds after the log has *number* lines."""
    return Moment(
        f"{delay:.3f} s after line {number}",
        lambda log, _passed: log.follow().count(b"\n") >= number,
        delay,
    )


def event(name: str, delay: float = 0.0) -> Moment:
    """*delay* seconds after the log holds an event called *name*."""
    wanted = f'"event":"{name}"'.encode()
    return Moment(f"{delay:.3f} s after {name}", lambda log, _passed: wanted in log.follow(), delay)


def never() -> Moment:
    """Not at all: the session goes on to its end."""
    return Moment("never", lambda _log, _passed: False)


def file(pattern: str) -> Moment:
    """As soon as a file of the bundle fits *pattern*."""

    def come(log: Log, _passed: float) -> bool:
        return log.bundle is not None and any(log.bundle.glob(pattern))

    return Moment(f"at {pattern}", come)


@dataclass
class Killed:
    """A session that was killed, and what was known of it just before and just after.

    *acknowledged* is what stood in the log before the kill, *left* what stands there after it,
    *sealed* whether it had come as far as its seal, *unsaid* whether a start that was killed too
    sealed it and may not have come to say so.
    """

    scenario: str
    moment: Moment
    number: int
    log: Log
    said: str
    acknowledged: bytes
    left: bytes
    sealed: bool
    unsaid: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def events(self) -> set[str]:
        """The names of the events on disk at the kill."""
        whole = self.left[: self.left.rfind(b"\n") + 1]
        return {row.split(b'"event":"')[1].split(b'"')[0].decode() for row in whole.splitlines()}


def kill(
    filer: Command,
    site: PracticeSite,
    moment: Moment,
    *,
    everything: bool = False,
    arguments: Sequence[str] = (),
) -> Killed:
    """A practice filing at *site*, killed at *moment*: filer alone, or *everything* it started.

    A session that ends before its moment comes is left with the exit code it ended with.
    """
    log = Log(filer.evidence)
    running = filer.start(
        *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
        *("--headless", "--json", "--language", "en", *arguments),
        env={"FILER_PATIENCE": "3", "TMPDIR": str(temporary(filer))},
    )
    started = time.monotonic()
    process = running.process
    while process.poll() is None and not moment.come(log, time.monotonic() - started):
        log.follow()
        time.sleep(0.001)
    wait(moment.delay, running)
    acknowledged = log.follow()
    for number in family(process.pid) if everything else [process.pid]:
        _send(number, signal.SIGKILL)
    process.wait()
    log.follow()
    said = running.finish().stderr
    sealed = _has_seal(log.bundle)
    return Killed(
        site.scenario.name, moment, process.pid, log, said, acknowledged, log.read, sealed
    )


def _has_seal(bundle: Path | None) -> bool:
    return bundle is not None and (bundle / layout.SEAL).exists()


def wait(seconds: float, running: Running) -> None:
    """Give the run *seconds*, as long as it goes on."""
    try:
        running.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def temporary(filer: Command) -> Path:
    """The folder for temporary files of the runs, so that what they leave there is seen.

    Its name is short: Chromium makes a socket in it, and the name of a socket has about 100 bytes.
    """
    link = filer.folder / "temporary"
    if not link.is_symlink():
        link.symlink_to(tempfile.mkdtemp(prefix="f-"), target_is_directory=True)
    return link.resolve()


def left_behind(filer: Command) -> list[str]:
    """The files that the runs left in their temporary folder; empty folders and sockets are none.

    A Chromium that was killed leaves the folder of its socket, in which nothing else lies.
    """
    return [path.name for path in temporary(filer).rglob("*") if path.is_file()]


def put_away(filer: Command) -> None:
    """End what still runs, and delete the temporary files."""
    filer.put_away()
    shutil.rmtree(temporary(filer))


def _send(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return


def processes() -> list[tuple[int, int, str]]:
    """Every process of this machine: its number, its parent's, and its command line."""
    rows = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    split = [row.split(None, 2) for row in rows]
    return [(int(row[0]), int(row[1]), row[2] if len(row) > 2 else "") for row in split]


def family(number: int) -> list[int]:
    """The process *number* and everything that it started, itself first."""
    found, known = [number], processes()
    for parent in found:  # it grows while it is read
        found += [child for child, its_parent, _words in known if its_parent == parent]
    return found


def dies(running: Running, what: str, number: signal.Signals = signal.SIGKILL) -> int:
    """Kill *what* of the run: its "browser", its "page" or its "driver"; returns how many.

    Another signal than the one that kills is sent in the same way.
    """
    words = {process: args for process, _parent, args in processes()}
    mine = [process for process in family(running.process.pid)[1:] if process in words]
    chosen: dict[str, Callable[[str], bool]] = {
        "browser": lambda args: "--remote-debugging" in args and "--type=" not in args,
        "page": lambda args: "--type=renderer" in args,
        "driver": lambda args: "run-driver" in args,
    }
    found = [process for process in mine if chosen[what](words[process])]
    for process in found:
        _send(process, number)
    return len(found)


def orphans(killed: Killed) -> list[str]:
    """The processes that still use the browser profile of the killed session."""
    mark = f"filer-browser-{killed.number}-"
    return [words for _number, _parent, words in processes() if mark in words]


def gone_within(killed: Killed, seconds: float) -> bool:
    """Whether browser and driver of the killed session are gone after at most *seconds*."""
    end = time.monotonic() + seconds
    while orphans(killed):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# --------------------------------------------------------------------------- what must hold


def recovered(filer: Command) -> Run:
    """The next start of filer; it finds what the kill left."""
    return filer("--json", env={"TMPDIR": str(temporary(filer))})


def wrong(filer: Command, killed: Killed, site: PracticeSite, later: Run) -> list[str]:
    """What does not hold after the kill and the *later* start, in words; nothing, if all does."""
    sends = len(site.sends())
    faults = [f"{sends} sends"] if sends > 1 else []
    if later.code != 0 or "Traceback" in later.stderr:
        faults.append(f"the next start ended with {later.code}: {later.stderr}")
    if left := left_behind(filer):
        faults.append(f"left behind: {left}")
    if sends and "send.left" not in killed.events:
        faults.append("a send arrived of which the log knows nothing")
    bundle = killed.log.bundle
    if bundle is None:
        return faults
    return faults + _wrong_on_disk(killed, bundle) + _wrong_in_words(killed, bundle, sends, later)


def _wrong_on_disk(killed: Killed, bundle: Path) -> list[str]:
    faults = []
    if not killed.left.startswith(killed.acknowledged):
        faults.append("lines that were acknowledged are not in the log after the kill")
    now = (bundle / layout.DATA / layout.LOG).read_bytes()
    whole = killed.left[: killed.left.rfind(b"\n") + 1]
    if not now.startswith(whole):
        faults.append("lines that were in the log after the kill are not there after recovery")
    torn = killed.left[len(whole) :]
    kept = [path.read_bytes() for path in sorted((bundle / "data").glob("*.torn-*"))]
    if ([torn] if torn else []) != kept:
        faults.append(f"the torn line is not kept: {torn!r}, {kept!r}")
    faults += [f"verify: {c.number} {c.name}: {c.got}" for c in verify(bundle).checks if not c.ok]
    return faults


def _wrong_in_words(killed: Killed, bundle: Path, sends: int, later: Run) -> list[str]:
    read = read_bundle(bundle)
    told = later.stderr
    ended = "closed" in killed.events
    faults = []
    if not read.sealed:
        faults.append("it is not sealed")
    if ended == (read.outcome == "interrupted"):
        faults.append(f"its outcome is {read.outcome}, and the session had ended: {ended}")
    nothing = "Nothing was sent." in told
    if sends and (read.sent is False or nothing):
        faults.append(f"a send arrived, and it says: {read.sent}, {told}")
    if "send.left" in killed.events and (read.sent is False or nothing):
        faults.append(f"a send left, and it says: {read.sent}, {told}")
    if "send.left" not in killed.events and read.sent is not False:
        faults.append(f"no send left, and it says: {read.sent}, {told}")
    said_now = not killed.sealed and not killed.unsaid
    if said_now and f"its evidence is sealed now: {bundle}." not in told:
        faults.append(f"the person was not told: {told}")
    seqs = [line.seq for line in read_log(bundle / layout.DATA / layout.LOG)]
    if seqs != list(range(len(seqs))):
        faults.append("the numbers of the lines are not whole")
    return faults


# --------------------------------------------------------------------------- random kills


@dataclass(frozen=True)
class Plan:
    """One random kill: in which scenario, when, of what, and when the recovery is killed too."""

    scenario: str
    moment: Moment
    everything: bool
    again_after: float | None


def plan(seed: str, number: int, whole: float) -> Plan:
    """The random kill *number* of *seed*, in sessions that take about *whole* seconds.

    Half of them come at any time, half at any line: a session spends most of its time waiting,
    and what matters happens between two lines.
    """
    draw = random.Random(f"{seed}-{number}")  # noqa: S311 - a moment, not a secret
    named = draw.choice(SCENARIOS)
    by_time = draw.random() < 0.5
    moment = (
        after(draw.uniform(0, whole))
        if by_time
        else line(draw.randrange(LINES), draw.choice([0.0, draw.uniform(0, 0.15)]))
    )
    everything = draw.random() < 0.3
    return Plan(named, moment, everything, draw.uniform(0, 0.8) if draw.random() < 0.2 else None)


def carry_out(filer: Command, planned: Plan) -> tuple[Killed, int]:
    """Kill as *planned*, start again, and look; returns what was killed, and the sends counted.

    What does not hold is in `Killed.faults`.
    """
    with PracticeSite(scenario(planned.scenario), "en") as site:
        killed = kill(filer, site, planned.moment, everything=planned.everything)
        if not gone_within(killed, 15):
            killed.faults.append(f"still there: {orphans(killed)}")
        if planned.again_after is not None:
            again = filer.start("--json", env={"TMPDIR": str(temporary(filer))})
            wait(planned.again_after, again)
            again.process.kill()
            first = again.finish()
            killed.unsaid = _has_seal(killed.log.bundle)
            later = recovered(filer)
            later = Run(later.code, later.stdout, first.stderr + later.stderr)
        else:
            later = recovered(filer)
        killed.faults += wrong(filer, killed, site, later)
        if site.faults:
            killed.faults += site.faults
        return killed, len(site.sends())
