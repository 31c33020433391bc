"""A calendar file with what is due: iCalendar (RFC 5545), for any calendar software.

Each date is an event of a whole day without a time zone, so it is the same day wherever the
calendar is read. An event that no longer matters is in the file as cancelled, so that a calendar
which took it in before lets go of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from filer.complaint import deadlines
from filer.complaint.advice import state_in_words
from filer.complaint.cases import CaseStatus
from filer.complaint.deadlines import Deadline
from filer.words import _, fits_a_line

PRODUCT = "-//filer//cases and deadlines//EN"
_LONGEST = 75
_ALARM = "PT9H"
"""Nine in the morning of the day itself, by the clock of whoever reads the calendar."""


def calendar(cases: Sequence[CaseStatus], now: dt.datetime) -> bytes:
    """The calendar of *cases*, made at *now*; of practice only where there is nothing else."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:filer",
    ]
    for case in _chosen(cases):
        lines += _events(case, now)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def is_ours(content: bytes) -> bool:
    """Whether *content* is a calendar that filer wrote."""
    start = content[:400].split(b"\r\n")
    return start[0] == b"BEGIN:VCALENDAR" and f"PRODID:{PRODUCT}".encode() in start


def dates(cases: Sequence[CaseStatus]) -> int:
    """How many dates of *cases* the calendar holds that still matter."""
    return sum(len(case.deadlines) for case in _chosen(cases))


def _chosen(cases: Sequence[CaseStatus]) -> Sequence[CaseStatus]:
    return [case for case in cases if not case.practice] or cases


def _events(case: CaseStatus, now: dt.datetime) -> Iterator[str]:
    open_ = {deadline.kind: deadline for deadline in case.deadlines}
    for deadline in open_.values():
        yield from _event(case, deadline, now, cancelled=False)
    for deadline in _gone(case):
        if deadline.kind not in open_ and deadline.day >= case.today:
            yield from _event(case, deadline, now, cancelled=True)


def _gone(case: CaseStatus) -> Iterator[Deadline]:
    """Dates that mattered before, so that a calendar may hold them still."""
    if case.sent_on:
        yield deadlines.reminder(case.sent_on)
        yield deadlines.answer_due(case.sent_on, case.where)
    if case.handed_in:
        yield deadlines.news_due(case.handed_in, case.where)


def _event(
    case: CaseStatus, deadline: Deadline, now: dt.datetime, *, cancelled: bool
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{case.case.name}.{deadline.kind}@filer"
    yield f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{case.bundles}"
    yield f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{deadline.day + dt.timedelta(days=1):%Y%m%d}"
    title = f"{deadline.title} ({case.flow})"
    if case.practice:
        title = _("Practice: {title}").format(title=title)
    if cancelled:  # some calendars show what is cancelled like anything else
        title = _("No longer needed: {title}").format(title=title)
    yield f"SUMMARY:{_escaped(title)}"
    yield f"DESCRIPTION:{_escaped(_description(case, deadline))}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    if not cancelled:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:{_ALARM}"
        yield f"DESCRIPTION:{_escaped(deadline.title)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _description(case: CaseStatus, deadline: Deadline) -> str:
    return "\n".join(
        (
            state_in_words(case),
            deadline.rule,
            *deadline.notes,
            _("Case: {case}").format(case=case.case.name),
            _("See it with: filer status"),
            _("This is no legal advice."),
        )
    )


def _escaped(text: str) -> str:
    for character, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(character, instead)
    return "".join(c for c in text if fits_a_line(c))


def _folded(line: str) -> bytes:
    """*line* in pieces of at most 75 bytes, never amid a character, each end a CRLF."""
    pieces = [b""]
    for character in line:
        raw = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(raw) > _LONGEST:
            pieces.append(b" ")
        pieces[-1] += raw
    return b"\r\n".join(pieces) + b"\r\n"
