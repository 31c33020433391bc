"""A room for one fault: filer with folders of its own, and how what it leaves there is judged.

What is promised for every fault is checked here, against what the site counted and the log says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import TimeoutExpired

from filer.evidence import layout
from filer.evidence.reading import read_log
from tests.crash.killing import Log, event, left_behind, put_away, temporary
from tests.end_to_end.command import Command, Run, Running

LONGEST = 90.0
"""A session in which nobody answers ends within so many seconds, or it hangs."""

EXITS = {
    "confirmed": 0,
    "sent": 6,
    "refused": 6,
    "unknown": 6,
    "stopped": 9,
    "drifted": 5,
    "unavailable": 5,
}
NOTHING_LEFT = ("stopped", "drifted", "unavailable")
SOMETHING_LEFT = ("confirmed", "sent", "unknown")

STEPS = (
    *("opened", "address.tried", "handed-over", "gate.armed", "captured", "typed", "reviewed"),
    *("confirmed", "gate.unlocked", "pressed", "send.left", "send.answered", "answer.read"),
    "closed",
)
"""The steps of a session, as its log calls them: each is on disk before what comes next."""


@dataclass(frozen=True)
class Seen:
    """What was seen of a fault: how the session ended, what *arrived*, what `verify` said of it.

    *verified* is the exit code of `filer verify` over all that is there. *broken* holds what does
    not fit the promise; None where there was no session, or no bundle.
    """

    outcome: str = ""
    code: int | None = None
    sent: bool | None = None
    arrived: int | None = None
    verified: int | None = None
    note: str = ""
    broken: tuple[str, ...] = ()

    def but(self, *broken: str, note: str = "") -> Seen:
        """The same, with more that was *broken*, or a *note*."""
        told = "; ".join(filter(None, (self.note, note)))
        return replace(self, note=told, broken=(*self.broken, *filter(None, broken)))


class Room:
    """A room below *folder*. *anew*: each run starts an interpreter, as a person's does."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        self.filer = Command(folder)
        self.filer.anew = anew
        self.folder = folder
        self.log = Log(self.filer.evidence)

    def within(self, name: str) -> Room:
        """Another room, within this one."""
        folder = self.folder / name
        folder.mkdir()
        return Room(folder, anew=self.filer.anew)

    def surroundings(self, more: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
        """What a run gets beside what the command sets: a short patience and a folder to litter."""
        return {"FILER_PATIENCE": "3", "TMPDIR": str(temporary(self.filer)), **(more or {})}

    def practice(
        self, url: str, person: str = "willing", env: Mapping[str, str | None] | None = None
    ) -> Running:
        """Begin a practice filing at *url*, in which *person* stands in."""
        return self.filer.start(
            *("practice", "facebook", "--site", url, "--stand-in", person),
            *("--headless", "--json", "--language", "en"),
            env=self.surroundings(env),
        )

    def file(self, env: Mapping[str, str | None]) -> Running:
        """Begin a real filing, which *env* keeps from the world."""
        return self.filer.start(
            *("file", "facebook", "--email", "a@example.org"),
            *("--headless", "--json", "--language", "en"),
            env=self.surroundings(env),
        )

    def reached(self, running: Running, step: str) -> bool:
        """Wait until the log of *running* holds *step*; False where it ends or hangs before."""
        moment, start = event(step), time.monotonic()
        while not moment.come(self.log, 0):
            if running.process.poll() is not None or time.monotonic() - start > LONGEST:
                return moment.come(self.log, 0)
            time.sleep(0.001)
        return True

    def ended(
        self,
        running: Running | Run,
        sends: Callable[[], int],
        *outcomes: str,
        lost: bool = False,
    ) -> Seen:
        """How *running* ended, and what of the promises does not hold.

        *sends* counts what has arrived at the site, once the session has ended.
        *outcomes* are those that fit; without any, those that fit what left. *lost* is where the
        disk was taken away, so that the bundle may not be whole, and the exit code may be 8.
        """
        if isinstance(running, Running):
            try:
                running = running.finish(LONGEST)
            except TimeoutExpired:
                return Seen(arrived=sends(), broken=(f"it hangs: no end after {LONGEST:.0f} s",))
        seen = self._session(running, sends(), outcomes, lost=lost)
        return self.later(seen, running)

    def _session(self, ran: Run, arrived: int, outcomes: tuple[str, ...], *, lost: bool) -> Seen:
        broken = []
        if "Traceback" in ran.stderr or ran.code == 1:
            broken.append(f"a traceback: {ran.stderr[-300:]}")
        if not ran.stderr.strip():
            broken.append("not a word")
        if not ran.results:
            broken += [f"{arrived} arrived"] if arrived else []
            broken += [] if ran.code == 8 else [f"no result: {ran.stderr[-200:]}"]
            return Seen("", ran.code, None, arrived, broken=tuple(broken))
        result = ran.result
        outcome, sent = str(result["outcome"]), result["sent"]
        left = "send.left" in self.events()
        fitting = outcomes or (SOMETHING_LEFT if left else NOTHING_LEFT)
        codes = {EXITS.get(outcome), *({8} if lost else ())}
        checks = {
            f"outcome {outcome}": outcome in fitting,
            f"exit {ran.code}": ran.code in codes,
            f"{arrived} arrived": arrived <= 1,
            "it says nothing left, and something did": not (sent is False and (left or arrived)),
            "it says it was sent, and nothing arrived": not (sent is True and arrived != 1),
            "it says nothing was sent, in words": sent is False
            or "Nothing was sent." not in ran.stderr,
            "it is not sealed": bool(result["sealed"]) or lost,
        }
        broken += [words for words, holds in checks.items() if not holds]
        return Seen(outcome, ran.code, sent, arrived, broken=tuple(broken))

    def later(self, seen: Seen, ran: Run | None = None) -> Seen:
        """What the next start of filer and `filer verify` say of what is there."""
        later = self.filer("--json", env=self.surroundings())
        broken = []
        if later.code != 0 or "Traceback" in later.stderr:
            broken.append(f"the next start ended with {later.code}: {later.stderr[-200:]}")
        if ran is not None and ran.results and ran.result["sealed"]:
            told = "An earlier session" in later.stderr
            broken += ["a sealed session counts as broken off"] if told else []
        if "Nothing was sent." in later.stderr and "send.left" in self.events():
            broken.append("the next start says that nothing was sent")
        if left := left_behind(self.filer):
            broken.append(f"left behind: {left[:3]}")
        verified = self.verify()
        broken += [f"verify ends with {verified}"] if verified else []
        return replace(seen, verified=verified).but(*broken)

    def verify(self) -> int | None:
        """The exit code of `filer verify` over all bundles; None where there is none."""
        if not self.bundles():
            return None
        return self.filer("verify", str(self.filer.evidence), env=self.surroundings()).code

    def bundles(self) -> list[Path]:
        """Every bundle that is there."""
        return sorted(self.filer.evidence.glob("*/*-filing"))

    def events(self) -> list[str]:
        """The names of all events that are on disk, or were when the log was last followed."""
        names: list[str] = []
        for bundle in self.bundles():
            log = bundle / layout.DATA / layout.LOG
            names += [line.event for line in read_log(log)] if log.is_file() else []
        rows = self.log.follow().splitlines()
        return names or [row.split(b'"event":"')[1].split(b'"')[0].decode() for row in rows]

    def put_away(self) -> None:
        """End what still runs, and delete the temporary files."""
        put_away(self.filer)


def ended_in(running: Running, seconds: float) -> bool:
    """Whether *running* ends within so many *seconds*."""
    try:
        running.process.wait(seconds)
    except TimeoutExpired:
        return False
    return True
