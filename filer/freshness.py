"""When each flow was last seen working: the day it was checked, and what was seen on this computer.

What is kept of a run is its day, its outcome, the language of the page and the version of the flow,
in one file beside the person's choices; nothing is sent anywhere, and no value is in it. Deleting
the file forgets it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from filer.flow import Flow

FILE = "runs.json"
"""The file's name, in the folder of the person's choices."""

STALE = 90
"""After so many days without a sign of life a flow is stale. Meta changes its forms several times
a year; the number is our own guess."""

_MOST = 200
_WORKED = frozenset({"confirmed", "as expected"})


@dataclass(frozen=True)
class Run:
    """One run on the real form: *day* is YYYY-MM-DD, *version* the flow's, *language* the page's.

    *outcome* is one of design §4, or what a check found: "as expected", "drifted", "unavailable".
    """

    day: str
    version: str
    outcome: str
    language: str

    @property
    def worked(self) -> bool:
        """Whether the form was there, and as the flow expects."""
        return self.outcome in _WORKED


@dataclass(frozen=True)
class Freshness:
    """What is known of a flow: the day it was *checked*, and how it went on this computer.

    *seen* is the run that worked last, *this* whether it was this version of the flow; *failed* a
    later one in which the form was not as expected.
    """

    checked: str
    seen: Run | None
    this: bool
    failed: Run | None

    def age(self, today: date) -> int | None:
        """Days since the last sign of life; None where no day can be read."""
        days = [
            d for text in (self.checked, self.seen.day if self.seen else "") if (d := _day(text))
        ]
        return (today - max(days)).days if days else None

    def stale(self, today: date) -> bool:
        """Whether it is long ago that anybody saw it working, or it failed here since."""
        age = self.age(today)
        return age is None or age > STALE or self.failed is not None

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "checked": self.checked,
            "last_seen": self.seen.day if self.seen else None,
            "last_seen_language": self.seen.language if self.seen else None,
            "this_version": self.this,
            "failed_since": self.failed.day if self.failed else None,
        }


def version(flow: Flow) -> str:
    """The version of *flow*: the beginning of the SHA-256 of all that it says."""
    return hashlib.sha256(flow.as_json().encode()).hexdigest()[:16]


def of(flow: Flow, file: Path | None) -> Freshness:
    """How fresh *flow* is, by what *file* holds of runs on this computer."""
    kept = runs(flow.name, file)
    seen = next((run for run in reversed(kept) if run.worked), None)
    later = kept[kept.index(seen) + 1 :] if seen else kept
    current = version(flow)
    failed = [r for r in later if r.outcome == "drifted" and r.version == current]
    return Freshness(
        flow.checked,
        seen,
        seen is not None and seen.version == current,
        failed[-1] if failed else None,
    )


def note(flow: Flow, run: Run, file: Path | None) -> None:
    """Keep *run* of *flow*. That it cannot be kept is no reason to stop: then it is not."""
    if file is None:
        return
    with contextlib.suppress(OSError):
        kept = _read(file)
        mine = [*_runs(kept.get(flow.name)), run][-_MOST:]
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        told = {**kept, flow.name: [asdict(each) for each in mine]}
        part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        part.replace(file)


def runs(name: str, file: Path | None) -> Sequence[Run]:
    """The runs of the flow called *name*, the oldest first; none where the file cannot be read."""
    return tuple(_runs(_read(file).get(name))) if file else ()


def beside(choices: Path | None) -> Path | None:
    """The file of runs, given the file of the person's choices."""
    return choices.with_name(FILE) if choices else None


def _runs(data: object) -> Iterable[Run]:
    for each in data if isinstance(data, list) else ():
        match each:
            case {
                "day": str(day),
                "version": str(made),
                "outcome": str(outcome),
                "language": str(language),
            } if _day(day):
                yield Run(day, made, outcome, language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
