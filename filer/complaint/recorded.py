"""What a case shows: facts, each with the bundle and the line of the log it stands in.

Nothing is stated that no line says. The words come from the catalogue of the letter's language.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filer.complaint.facts import is_signed
from filer.errors import EvidenceBroken
from filer.evidence import captions, layout
from filer.evidence.reading import (
    BundleReading,
    LogLine,
    bundles_in,
    files_named,
    read_bundle,
    read_log,
)
from filer.evidence.verify import Verification, verify
from filer.words import _, command

_LARGEST_FORM = 8 << 20

PLACES = {
    "private": "private",
    "cookies": "cookies",
    "question": "question",
    "other form": "other_form",
    "unreachable": "unreachable",
    "unknown": "unknown",
    "form": "form",
}
"""Places that `page.seen` names, and the fact each is."""

PLAIN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "typed": ("typed", {"field": "field"}),
    "capture.withheld": ("withheld", {"what": "name"}),
    "confirmed": ("confirmed", {}),
    "pressed": ("pressed", {}),
    "send.left": ("sent", {"address": "address"}),
    "send.failed": ("unanswered", {"why": "failure"}),
}
"""Events that are one fact each: its kind, and its values by their names in the log."""


@dataclass(frozen=True)
class Fact:
    """One thing that a line of a log says. *kind* names its sentence in the catalogue.

    *bundle* and *line* say where it stands; lines are counted from one. *who* is "tool", "person"
    or, for what stands in a mail, "mail".
    """

    kind: str
    when: dt.datetime
    bundle: str
    line: int
    values: Mapping[str, str] = field(default_factory=dict)
    who: str = "tool"

    @property
    def source(self) -> str:
        """Where it stands, as `01-filing, 7`."""
        return f"{self.bundle}, {self.line}"


@dataclass(frozen=True)
class Recorded:
    """What the bundles of a case show.

    *tried* is everything about reaching and sending the form, *sent* what shows that an objection
    was made, *answers* Meta's mails, *steps* all there is to tell, in the order of the bundles and
    of their lines. *email* and *reason* are what the form held last. *played* names the bundles of
    practice in which a program, the stand-in, played the person.
    """

    case: Path
    flow: str
    practice: bool
    bundles: tuple[BundleReading, ...] = ()
    steps: tuple[Fact, ...] = ()
    tried: tuple[Fact, ...] = ()
    sent: tuple[Fact, ...] = ()
    answers: tuple[Fact, ...] = ()
    email: str = ""
    reason: str = ""
    granted: bool = False
    played: frozenset[str] = frozenset()


def read_case(case: Path, verified: Mapping[Path, Verification] | None = None) -> Recorded:
    """What the folder *case* shows; *verified* is what verifying its bundles said, if known.

    Raises `EvidenceBroken` when a bundle is not in order.
    """
    bundles = [read_bundle(path) for path in bundles_in(case)]
    for bundle in bundles:
        _refuse_broken(bundle.path, (verified or {}).get(bundle.path) or verify(bundle.path))
    steps: list[Fact] = []
    tried: list[Fact] = []
    sent: list[Fact] = []
    after: list[Fact] = []
    answers: list[Fact] = []
    email = reason = ""
    for bundle in bundles:
        match bundle.kind:
            case "filing":
                facts = _called(list(_once(_of_filing(bundle))))
                steps += facts
                facts = [fact for fact in facts if fact.kind not in _DETAILS]
                tried += facts
                if bundle.outcome in _LEFT:
                    sent += [fact for fact in facts if fact.kind in _SENT]
                email, reason = _held(bundle) or (email, reason)
            case "letter":
                after += _of_letter(bundle)
                steps += _of_letter(bundle)
            case "paper" | "note":
                after += _of_person(bundle)
                steps += _as_the_person_says(bundle)
            case "mail":
                answers += _of_mail(bundle)
                steps += (*_of_mail(bundle), *_as_the_person_says(bundle))
    name = layout.case_name(case.name)
    return Recorded(
        case=case,
        flow=name.flow if name else next((b.flow for b in bundles if b.flow), ""),
        practice=any(b.practice for b in bundles) or bool(name and name.practice),
        bundles=tuple(bundles),
        steps=tuple(steps),
        tried=tuple(tried),
        sent=(*sent, *after),
        answers=tuple(answers),
        email=email,
        reason=reason,
        granted=any(fact.values.get("counts") == "granted" for fact in answers),
        played=frozenset(bundle.path.name for bundle in bundles if _is_played(bundle)),
    )


_SENT = frozenset(
    "sent answered unanswered page_confirmed page_refused read_confirmed read_refused "
    "read_unclear left_unknown".split()
)

_LEFT = frozenset({"confirmed", "sent", "unknown"})
"""Endings after which an objection may have reached Meta; one that the page refused did not."""

_DETAILS = frozenset(
    "handed typed kept withheld confirmed pressed redirects stamped stamped_unchecked".split()
)
"""What is too much for a letter, and belongs into a dossier."""


def _refuse_broken(path: Path, checked: Verification) -> None:
    wrong = next((c for c in checked.checks if not c.ok and not c.mendable), None)
    if wrong is None and not checked.is_copy:
        return
    if wrong is None:
        raise EvidenceBroken(
            _("{name} is a working copy, with something taken out.").format(name=path.name),
            _("Name the original case. filer states nothing from a copy."),
        )
    raise EvidenceBroken(
        _("{name} is not in order: check {number}, {check}: {got}.").format(
            name=path.name, number=wrong.number, check=wrong.name, got=wrong.got
        ),
        _(
            "filer states no facts from broken evidence. A letter without the case can still be "
            "made: {command} letter PLATFORM."
        ).format(command=command()),
    )


# --------------------------------------------------------------------------- a filing


def _lines(bundle: BundleReading) -> Iterator[LogLine]:
    return read_log(bundle.path / layout.DATA / layout.LOG)


def _of_filing(bundle: BundleReading) -> Iterator[Fact]:
    for line in _lines(bundle):
        yield from _facts(line, bundle.path.name)


def _called(facts: Sequence[Fact]) -> list[Fact]:
    """The same *facts*, the captures called by what came after them."""
    events = {"kept": "captured", "withheld": "capture.withheld", "sent": "send.left"}
    told = ((f.line, events[f.kind], f.values.get("what")) for f in facts if f.kind in events)
    known = captions.called(told)
    return [
        replace(fact, values={**fact.values, "what": known[fact.line]})
        if fact.line in known
        else fact
        for fact in facts
    ]


def _facts(line: LogLine, bundle: str) -> Iterator[Fact]:
    data = line.data

    def fact(kind: str, **values: object) -> Fact:
        held = {key: str(value) for key, value in values.items()}
        return Fact(kind, _time(line), bundle, line.seq + 1, held, line.who)

    if line.event in PLAIN:
        kind, values = PLAIN[line.event]
        yield fact(kind, **{name: _text(data, key) for name, key in values.items()})
        return
    match line.event:
        case "address.tried":
            problem = _text(data, "problem")
            kind = "opened_failed" if problem else "opened"
            yield fact(kind, address=_text(data, "address"), why=problem)
        case "page.seen" if _text(data, "place") == "unavailable":
            yield fact("unavailable", why=_text(data, "reason"))
        case "page.seen" if place := PLACES.get(_text(data, "place")):
            yield fact(place)
        case "handed-over" if _text(data, "task") == "login":
            yield fact("handed")
        case "captured":
            yield fact("kept", what=_text(data, "name"), path=_picture(data))
        case "timestamped":
            kind = "stamped" if _text(data, "root") == "pinned" else "stamped_unchecked"
            when, authority = _text(data, "gen_time"), _text(data, "authority")
            yield fact(kind, at=when, authority=authority, lines=_number(data, "lines"))
        case "send.answered":
            yield fact("answered", status=_number(data, "status"))
        case "answer.read":
            yield fact(_reading(line), words=_text(data, "wording"))
        case _:
            yield from _at_the_end(line, fact)


def _at_the_end(line: LogLine, fact: Callable[..., Fact]) -> Iterator[Fact]:
    data = line.data
    match line.event:
        case "friction" if isinstance(data.get("counts"), dict) and data["counts"]:
            counts = data["counts"]
            yield fact(
                "counts",
                screens=_number(counts, "screens", 0),
                logins=_number(counts, "logins", 0),
                dead=_number(counts, "dead addresses", 0),
            )
        case "network":
            if count := _redirects(data):
                yield fact("redirects", count=count)
            for address, status in _dead(data):
                yield fact("dead", address=address, status=status)
        case "closed" if _text(data, "outcome") in layout.NOT_SENT:
            yield fact("not_sent", why=_text(data, "reason"))
        case "closed" if _text(data, "outcome") == "unknown":
            yield fact("left_unknown", why=_text(data, "reason"))
        case "closed" if _text(data, "outcome") == "interrupted":
            yield fact("broke_off")


def _picture(data: Mapping[str, Any]) -> str:
    """The picture among the files of a capture; empty when it has none."""
    paths = (ref.path for ref in files_named(data))
    return next((path for path in paths if path.startswith("shots/")), "")


def _reading(line: LogLine) -> str:
    if line.who == "person":
        answer = _text(line.data, "answer")
        return {"confirmed": "read_confirmed", "refused": "read_refused"}.get(
            answer, "read_unclear"
        )
    return "page_confirmed" if line.data.get("confirmed") is True else "page_refused"


def _dead(data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    documents = data.get("documents")
    for document in documents if isinstance(documents, list) else ():
        match document:
            case {"address": str(address), "status": int(status)} if status >= 400:
                yield address, status


def _redirects(data: Mapping[str, Any]) -> int:
    documents = data.get("documents")
    return sum(
        isinstance(document, dict) and document.get("redirected") is True
        for document in (documents if isinstance(documents, list) else ())
    )


def _once(facts: Iterator[Fact]) -> Iterator[Fact]:
    """*facts*, of those that repeat the one before only the first."""
    before: tuple[str, Mapping[str, str]] | None = None
    for fact in facts:
        if (fact.kind, fact.values) != before:
            yield fact
        before = (fact.kind, fact.values)


def _held(bundle: BundleReading) -> tuple[str, str] | None:
    """The e-mail address and the reason that the form held when it was last read; None if never."""
    forms = [ref.path for ref in bundle.files if ref.path.startswith("form/")]
    for form in reversed(forms):
        if not layout.is_safe(form):
            continue
        held = {
            str(entry.get("kind")): str(entry["value"]).strip()
            for entry in _json(bundle, form).get("fields") or ()
            if isinstance(entry, dict) and isinstance(entry.get("value"), str)
        }
        if any(held.values()):
            return held.get("email", ""), held.get("textarea", "")
    return None


def _is_played(bundle: BundleReading) -> bool:
    return bundle.practice and bool(_json(bundle, "practice.json").get("stand_in"))


def _json(bundle: BundleReading, name: str) -> Mapping[str, Any]:
    """The JSON object in a file of *bundle*, empty when there is none that can be read."""
    try:
        with layout.opened(bundle.path / layout.DATA / name) as file:
            read = json.loads(file.read(_LARGEST_FORM))
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


# --------------------------------------------------------------------------- what came after


def _of_letter(bundle: BundleReading) -> Iterator[Fact]:
    for line in _lines(bundle):
        if line.event == "letter.made" and line.data.get("letter") in {"objection", "reminder"}:
            kept = {"letter": _text(line.data, "letter")}
            yield Fact("letter", _time(line), bundle.path.name, line.seq + 1, kept)


def _of_person(bundle: BundleReading) -> Iterator[Fact]:
    """That the person says they sent an objection elsewhere, and on which day, if they said."""
    said: LogLine | None = None
    day = ""
    for line in _lines(bundle):
        if line.event == "meaning.given" and line.data.get("meaning") == "sent":
            said = line
        elif line.event == "day.given":
            day = _text(line.data, "day")
    if said is not None:
        on = dt.date.fromisoformat(day) if day else _time(said).date()
        when = dt.datetime.combine(on, dt.time(12), dt.UTC)
        values = {"day": on.isoformat()}
        yield Fact("person_sent", when, bundle.path.name, said.seq + 1, values, "person")


def _as_the_person_says(bundle: BundleReading) -> Iterator[Fact]:
    """What the person added, and what they say that it means."""
    lines = list(_lines(bundle))
    day = next((_text(line.data, "day") for line in lines if line.event == "day.given"), "")
    for line in lines:
        added = {"paper.added": "paper", "note.added": "note"}.get(line.event)
        if added is not None:
            yield Fact(added, _time(line), bundle.path.name, line.seq + 1, who="person")
        if line.event == "meaning.given":
            values = {"meaning": _text(line.data, "meaning") or "unclear"}
            kind = "person_says_when" if day else "person_says"
            values |= {"day": day} if day else {}
            yield Fact(kind, _time(line), bundle.path.name, line.seq + 1, values, "person")


def _of_mail(bundle: BundleReading) -> Iterator[Fact]:
    lines = list(_lines(bundle))
    said = [_text(line.data, "meaning") for line in lines if line.event == "meaning.given"]
    for line in lines:
        if line.event != "mail.read":
            continue
        read = _text(line.data, "meaning") if is_signed(line) else ""
        domain = _text(line.data, "proven_by") if is_signed(line) else ""
        values = {
            "meaning": _text(line.data, "meaning") or "unclear",
            "counts": said[-1] if said else read,
            "domain": domain,
        }
        kind = "mail_proven" if domain else "mail"
        yield Fact(kind, _time(line), bundle.path.name, line.seq + 1, values, "mail")


def _time(line: LogLine) -> dt.datetime:
    return dt.datetime.fromisoformat(line.t)


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _number(data: Mapping[str, Any], key: str, otherwise: object = "?") -> object:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
