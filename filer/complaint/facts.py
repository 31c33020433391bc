"""What happened to a case, read out of its bundles: each fact with the line that shows it.

Nothing here decides what follows from it; that is `filer.complaint.cases`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filer.complaint.deadlines import Place
from filer.complaint.states import Fact
from filer.errors import EvidenceBroken
from filer.evidence import layout
from filer.evidence.reading import LONGEST_LINE, BundleReading, LogLine, files_named, read_log
from filer.words import _

NOTE = "note.txt"
_MAIL_FACTS = "mail/0001.json"
_A_DAY = dt.timedelta(days=1)

OF_MEANINGS: Mapping[str, Fact] = {
    "granted": Fact.GRANTED,
    "received": Fact.CONFIRMED,
    "refused": Fact.REFUSED,
    "more": Fact.ASKED,
    "code": Fact.ASKED,
    "unclear": Fact.NOTED,
    "sent": Fact.SENT,
    "not-sent": Fact.NOT_SENT,
    "extended": Fact.EXTENDED,
    "covers": Fact.NOTED,
    "complaint": Fact.HANDED_IN,
    "closed": Fact.CLOSED,
}
"""What each meaning of a mail, a paper or a note is for the case."""


@dataclass(frozen=True)
class Happened:
    """A fact of a case. *at* is when it was, as far as is known; *line* counts from one.

    *by* is who says so: "log" (filer saw it), "person", or "mail" (it stands in a mail). *proven*
    is whether a signature of Meta's covers the mail and its date. *note* is the person's own text.
    """

    what: Fact
    at: dt.datetime
    bundle: str
    line: int
    says: str
    by: str
    meaning: str = ""
    file: str | None = None
    proven: bool = False
    reason: str = ""
    note: str = ""

    def facts(self) -> dict[str, object]:
        """The same as a JSON object: where to look, and what it shows."""
        return {
            "bundle": self.bundle,
            "line": self.line,
            "file": self.file,
            "at": _as_text(self.at),
            "by": self.by,
            "says": self.says,
        }


def of_bundle(bundle: BundleReading, where: Place) -> list[Happened]:
    """The facts that *bundle* holds, in the order of its log, up to where it can be read."""
    lines = list(_lines(bundle.path))
    if bundle.kind in layout.FOLLOW_UPS:
        return list(_of_follow_up(bundle, lines, where))
    if bundle.kind == "filing":
        return list(_of_filing(bundle, lines))
    return []


def _lines(bundle: Path) -> Iterator[LogLine]:
    try:
        yield from read_log(bundle / layout.DATA / layout.LOG)
    except EvidenceBroken:
        return  # `BundleReading.broken` says it


def moment(text: str) -> dt.datetime:
    """The moment of a log line's *t*."""
    return dt.datetime.fromisoformat(text)


def _as_text(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")


# --------------------------------------------------------------------------- filings


def _of_filing(bundle: BundleReading, lines: Sequence[LogLine]) -> Iterator[Happened]:
    left = answered = None
    read: LogLine | None = None
    for line in lines:
        match line.event:
            case "send.left":
                left = line
                yield _seen(bundle, line, Fact.LEFT, _("The form left the window."))
            case "send.answered":
                answered = line
                yield _seen(bundle, line, Fact.SENT, _answered(line))
            case "answer.read":
                read = line
    if not lines:
        yield from _nothing_readable(bundle)
        return
    last = lines[-1]
    if not left and bundle.sent is not False:  # a log that says so without the line for it
        what = Fact.SENT if bundle.sent else Fact.LEFT
        yield _seen(bundle, last, what, _("The log says that a send left."))
    elif not left:
        yield from _nothing_sent(bundle, lines)
        return
    if answered or bundle.sent:
        yield from _taken(bundle, read or last)
    for line in lines:
        if line.event == "accounts.told" and line.data.get("answer") in _COVERED:
            yield _covers(bundle, line)


_COVERED = frozenset({"one", "both", "more"})


def _covers(bundle: BundleReading, line: LogLine) -> Happened:
    """Which accounts the objection is for, as the person said after the send."""
    told = {
        "one": _("only the account it was made for"),
        "both": _("one account on Facebook and one on Instagram, in the same Accounts Center"),
        "more": _("more than two accounts, or two on one platform, in the same Accounts Center"),
    }[str(line.data["answer"])]
    says = _("You said which accounts the objection covers: {which}.").format(which=told)
    fact = _seen(bundle, line, Fact.NOTED, says, by="person")
    return dataclasses.replace(fact, meaning="covers", note=told)


def _answered(line: LogLine) -> str:
    status = line.data.get("status")
    return _("An answer came to the form that was sent (status {status}).").format(
        status=status if isinstance(status, int) else "?"
    )


def _taken(bundle: BundleReading, line: LogLine) -> Iterator[Happened]:
    """What the answer to a send was read as; nothing when nobody could say."""
    outcome = bundle.outcome
    if outcome in {"", "interrupted"}:
        outcome = _as_read(line)
    by_person = line.who == "person" or line.data.get("confirmed_by") == "person"
    if outcome == "confirmed":
        says = (
            _("You read the answer and said that the objection was received.")
            if by_person
            else _("The page said that the objection was received.")
        )
        yield _seen(bundle, line, Fact.CONFIRMED, says, by="person" if by_person else "log")
    elif outcome == "refused":
        says = (
            _("You read the answer and said that the page did not accept the form.")
            if by_person
            else _("The page said no to the form that was sent.")
        )
        by = "person" if by_person else "log"
        yield _seen(bundle, line, Fact.NOT_TAKEN, says, by=by, reason=bundle.reason or "")


def _as_read(line: LogLine) -> str:
    """How the answer was read in a session that broke off afterwards."""
    if line.event != "answer.read":
        return ""
    if line.data.get("confirmed") is True or line.data.get("answer") == "confirmed":
        return "confirmed"
    if line.data.get("confirmed") is False or line.data.get("answer") == "refused":
        return "refused"
    return ""


def _nothing_sent(bundle: BundleReading, lines: Sequence[LogLine]) -> Iterator[Happened]:
    reason, last = bundle.reason or "", lines[-1]
    if bundle.outcome == "interrupted":
        own = [line for line in lines if line.event not in {"recovered", "closed"}] or [last]
        says = _("The session broke off, and nothing was sent.")
        yield _seen(bundle, own[-1], Fact.NOTHING_LEFT, says, reason=reason)
    elif last.event == "closed":
        says = _("The session ended, and nothing was sent.")
        yield _seen(bundle, last, Fact.NOTHING_LEFT, says, reason=reason)
    elif bundle.broken:
        # What cannot be read may have held a send: nobody may take this for "not sent".
        says = _("The log cannot be read further. A send may have left after this line.")
        yield _seen(bundle, last, Fact.LEFT, says)
    else:
        says = _("The session has not ended yet. Up to this line nothing was sent.")
        yield _seen(bundle, last, Fact.NOTHING_LEFT, says)


def _nothing_readable(bundle: BundleReading) -> Iterator[Happened]:
    case = layout.case_name(bundle.path.parent.name)
    day = dt.date.fromisoformat(case.date) if case and _is_day(case.date) else dt.date.min
    says = _("The log cannot be read. A send may have left.")
    at = dt.datetime.combine(max(day, dt.date(1970, 1, 2)), dt.time.min, dt.UTC)
    yield Happened(Fact.LEFT, at, bundle.path.name, 1, says, "log")


def _seen(
    bundle: BundleReading,
    line: LogLine,
    what: Fact,
    says: str,
    *,
    by: str = "log",
    reason: str = "",
) -> Happened:
    at = moment(line.t)
    return Happened(what, at, bundle.path.name, line.seq + 1, says, by, reason=reason)


# --------------------------------------------------------------------------- what came later


def _of_follow_up(
    bundle: BundleReading, lines: Sequence[LogLine], where: Place
) -> Iterator[Happened]:
    if not lines or bundle.outcome != layout.ADDED:
        return
    by_event = {line.event: line for line in lines}
    if bundle.kind == "complaint":
        says = _("A complaint was made with filer. filer does not hand it in.")
        yield _seen(bundle, lines[-1], Fact.PREPARED, says)
        return
    if bundle.kind == "letter":
        says = _("A letter was made with filer. filer does not post it.")
        yield _seen(bundle, lines[-1], Fact.NOTED, says)
        return
    named = {ref.path: ref for line in lines for ref in files_named(line.data)}
    read, given = by_event.get("mail.read"), by_event.get("meaning.given")
    told = given or read
    if told is None:
        yield from _kept_alone(bundle, by_event, named)
        return
    meaning = str(told.data.get("meaning") or "unclear")
    day = _day_given(by_event.get("day.given"))
    facts = _held(bundle.path, named, _MAIL_FACTS) if read else {}
    at, dated_by_meta = _when(moment(told.t), day, facts, meaning, where)
    signed = read is not None and is_signed(read)
    proven = signed and (dated_by_meta or day is None)
    by = "mail" if given is None else "person"
    # A mail that anybody may have written changes nothing; the person may say that it counts.
    counts = signed or by == "person"
    yield Happened(
        OF_MEANINGS.get(meaning, Fact.NOTED) if counts else Fact.NOTED,
        at,
        bundle.path.name,
        told.seq + 1,
        _says(meaning, bundle.kind, by, proven=proven),
        by,
        meaning=meaning,
        file="mail/0001.eml" if read else _paper(named),
        proven=proven,
        note=_note(bundle.path, named),
    )


def _kept_alone(
    bundle: BundleReading, by_event: Mapping[str, LogLine], named: Mapping[str, layout.FileRef]
) -> Iterator[Happened]:
    """A paper or a note of which nobody said what it means."""
    for event, says in (
        ("paper.added", _("A paper was added.")),
        ("note.added", _("A note was added.")),
    ):
        if event in by_event:
            fact = _seen(bundle, by_event[event], Fact.NOTED, says, by="person")
            yield dataclasses.replace(fact, file=_paper(named), note=_note(bundle.path, named))
            return


def is_signed(read: LogLine) -> bool:
    """Whether the line `mail.read` tells of a text that Meta signed, by a key from DNS.

    A key that the person brought in a file proves no more than where they have it from.
    """
    if read.data.get("from_meta") is not True or read.data.get("text_proven") is not True:
        return False
    signatures = read.data.get("signatures")
    return any(
        isinstance(each, dict)
        and each.get("ok") is True
        and each.get("root")
        and each.get("key_from") in {"dns", "stored"}
        for each in (signatures if isinstance(signatures, list) else [])
    )


def _says(meaning: str, kind: str, by: str, *, proven: bool) -> str:
    said = {
        "granted": _("the objection is honoured"),
        "received": _("the objection was received"),
        "refused": _("the objection is refused"),
        "more": _("they want to know more first"),
        "code": _("they want a code to be typed in"),
        "sent": _("the objection was sent in another way"),
        "not-sent": _("the objection was not sent after all"),
        "extended": _("Meta takes up to two further months"),
        "covers": _("the objection covers further accounts too"),
        "complaint": _("a complaint was handed in to an authority"),
        "closed": _("the case is closed"),
    }.get(meaning, "")
    if by == "mail" and not said:
        return (
            _("A mail that Meta signed was added. What it says is not clear to filer.")
            if proven
            else _(
                "A mail was added. That Meta wrote it is not proven, and what it says is not clear "
                "to filer."
            )
        )
    said = said or _("its meaning is not clear")
    if by == "mail":
        sentence = (
            _("A mail that Meta signed says: {what}.")
            if proven
            else _(
                "A mail says, if it is real: {what}. No signature of Meta's proves it, so it "
                "changes nothing here. If you are sure that it is Meta's, say so with --means."
            )
        )
    elif kind == "mail":
        sentence = _("You read a mail and said: {what}.")
    elif kind == "paper":
        sentence = _("You added a paper and said: {what}.")
    else:
        sentence = _("You said: {what}.")
    return sentence.format(what=said)


def _when(
    added: dt.datetime,
    day: dt.date | None,
    mail: Mapping[str, Any],
    meaning: str,
    where: Place,
) -> tuple[dt.datetime, bool]:
    """When it was, and whether a signature of Meta's covers that.

    A day alone counts from its begin for what was sent, and to its end for what came, so that on
    one day an answer comes after what it answers.
    """
    if day is not None:
        begin = where.begins(day)
        end = where.begins(day + _A_DAY) - dt.timedelta(seconds=1)
        return (begin if meaning == "sent" else min(end, max(added, begin))), False
    for key in ("proven", "not_proven"):
        for name, value in _rows(mail.get(key)):
            if name.casefold() == "date" and (at := _mail_date(value)) and at <= added + _A_DAY:
                return min(at, added), key == "proven"
    return added, False


def _rows(found: object) -> Iterator[tuple[str, str]]:
    for row in found if isinstance(found, list) else ():
        match row:
            case [str(name), str(value)]:
                yield name, value


def _mail_date(text: str) -> dt.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(text)
        return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _day_given(line: LogLine | None) -> dt.date | None:
    text = str(line.data.get("day", "")) if line else ""
    return dt.date.fromisoformat(text) if _is_day(text) else None


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _paper(named: Mapping[str, layout.FileRef]) -> str | None:
    return next((path for path in named if path.startswith("papers/0001-paper")), None)


def _note(bundle: Path, named: Mapping[str, layout.FileRef]) -> str:
    raw = _file(bundle, named, NOTE)
    return raw.decode("utf-8", "replace").strip() if raw is not None else ""


def _held(bundle: Path, named: Mapping[str, layout.FileRef], name: str) -> Mapping[str, Any]:
    """The JSON object in a file of *bundle*, empty when it is not the file that the log names."""
    raw = _file(bundle, named, name)
    try:
        found = json.loads(raw) if raw is not None else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _file(bundle: Path, named: Mapping[str, layout.FileRef], name: str) -> bytes | None:
    """The bytes of a file as the log names it, None when it is another one or cannot be read."""
    ref = named.get(name)
    if ref is None or not layout.is_safe(name) or ref.size > LONGEST_LINE * 8:
        return None
    try:
        with layout.opened(bundle / layout.DATA / name) as file:
            raw = file.read(ref.size + 1)
    except OSError:
        return None
    return raw if layout.sha256(raw) == ref.sha256 else None
