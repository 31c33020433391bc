"""Where all cases of an evidence folder stand: read, verified, computed, and what to do next."""

from __future__ import annotations

import contextlib
import datetime as dt
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from filer import flow
from filer.complaint import deadlines, ics
from filer.complaint.advice import Step, next_steps, state_in_words
from filer.complaint.cases import CaseStatus, status
from filer.errors import WrongUsage
from filer.evidence import disk, reading
from filer.evidence.many import verify_many
from filer.evidence.reading import CaseReading
from filer.settings import Settings
from filer.words import _

Watch = Callable[[int], AbstractContextManager[Callable[[], None]]]
"""Shows how far it is: told how many there are, it gives what is called after each."""


@dataclass(frozen=True)
class Standing:
    """A case, where it stands, and what the person can do now; in commands it is *called* so."""

    read: CaseReading
    status: CaseStatus
    steps: tuple[Step, ...]
    called: str

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        found = self.status
        return {
            "case": str(found.case),
            "state": found.state.word,
            "since": found.since.isoformat(timespec="seconds") if found.since else None,
            "due": found.due.day.isoformat() if found.due else None,
            "evidence": [fact.facts() for fact in found.evidence],
            "next": [step.facts() for step in self.steps],
            "flow": found.flow,
            "practice": found.practice,
            "meaning": state_in_words(found),
            "deadlines": [deadline.facts() for deadline in found.deadlines],
            "covers": list(found.covers),
            "troubles": [trouble.says for trouble in found.troubles],
            "broken": [trouble.broken for trouble in found.troubles if trouble.broken],
            "bundles": [
                {"bundle": str(b.path), "kind": b.kind, "outcome": b.outcome}
                for b in self.read.bundles
            ],
        }


@contextlib.contextmanager
def _unwatched(_total: int) -> Iterator[Callable[[], None]]:
    yield lambda: None


def all_cases(
    found: Settings,
    now: dt.datetime,
    *,
    named: Sequence[str] = (),
    by_path: bool = False,
    watch: Watch = _unwatched,
) -> list[Standing]:
    """Every case of the evidence folder, or the *named* ones, verified, as they stand at *now*.

    Where that folder has no cases, but folders that have, these are meant.
    In commands a case is called by its name, or *by_path* where the folder is not the usual one.
    *watch* is told how many bundles there are, and of each that is verified.
    Raises `WrongUsage` for a name that is no case, and as `verify_many` does.
    """
    where = deadlines.place(found.profile.get("country"), found.profile.get("region"))
    cases = _cases(found, named)
    by_path = by_path or any(case.path.parent != found.evidence for case in cases)
    known = set(flow.names())

    def call(case: Path) -> str:
        return shlex.quote(str(case) if by_path else case.name)

    bundles = [bundle.path for case in cases for bundle in case.bundles]
    results = verify_many(bundles, found.tsa_roots, found.speaks)
    stood = []
    with watch(len(bundles)) as step, contextlib.closing(results):
        for case in cases:
            verified = {}
            for bundle in case.bundles:
                verified[bundle.path] = next(results)
                step()
            stands = status(case, verified, where, now)
            steps = next_steps(stands, call, flow_known=case.flow in known)
            stood.append(Standing(case, stands, steps, call(case.path)))
    return stood


def _cases(found: Settings, named: Sequence[str]) -> list[CaseReading]:
    if not named:
        everything = (reading.cases(store) for store in reading.stores(found.evidence))
        return [case for cases in everything for case in cases if not _only_replays(case)]
    folders = dict.fromkeys(reading.case_named(name, found.evidence) for name in named)
    return [_case_at(folder) for folder in folders]


def _only_replays(case: CaseReading) -> bool:
    """Whether *case* holds replays alone: then it is about no objection."""
    return bool(case.bundles) and all(bundle.kind == "replay" for bundle in case.bundles)


def _case_at(folder: Path) -> CaseReading:
    case = reading.read_case(folder)
    if case is None:
        raise WrongUsage(
            _("{path} is not a case of filer.").format(path=folder),
            _("A case is a folder such as 2026-11-23-facebook-3f9c1a, with bundles in it."),
        )
    return case


def write_calendar(
    path: Path, cases: Sequence[CaseStatus], now: dt.datetime, *, overwrite: bool
) -> int:
    """Write what is due to the calendar file *path*; return how many dates that still matter.

    A file that is there is replaced when filer wrote it, else only with *overwrite*.
    Raises `WrongUsage` where it may not or cannot be written.
    """
    if path.is_dir():
        raise WrongUsage(
            _("{path} is a folder.").format(path=path), _("Name a file, such as deadlines.ics.")
        )
    if path.exists() and not overwrite and not _is_ours(path):
        raise WrongUsage(
            _("{path} is there already, and filer did not write it.").format(path=path),
            _("Name another file, or say --overwrite."),
        )
    try:
        disk.replace_file(path, ics.calendar(cases, now))
    except OSError as trouble:
        raise WrongUsage(
            _("{path} cannot be written: {why}.").format(path=path, why=trouble.strerror or trouble)
        ) from trouble
    return ics.dates(cases)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return ics.is_ours(file.read(400))
    except OSError:
        return False
