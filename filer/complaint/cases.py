"""Where a case stands: computed from its bundles each time, stored nowhere.

The facts of its bundles are taken in the order in which they happened, and each moves the case as
`filer.complaint.states` says. A fact that cannot happen there is not counted, and that is said.
Broken evidence is never taken for less than it may hold: a filing counts as far as its log can be
read, and what came later counts only if it verifies.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filer.complaint import deadlines
from filer.complaint.days import in_words
from filer.complaint.deadlines import Deadline, Place
from filer.complaint.facts import Happened, of_bundle
from filer.complaint.states import WAITING, Fact, IllegalMove, State, move
from filer.evidence import layout
from filer.evidence.reading import BundleReading, CaseReading
from filer.evidence.verify import Verification
from filer.words import _

_A_DAY = dt.timedelta(days=1)
_FRESH = frozenset({State.NOT_SENT, State.UNKNOWN, State.NOT_TAKEN, State.REFUSED, State.CLOSED})
"""States in which a send begins an objection anew, with a month of its own."""
_OPEN = WAITING | {State.UNKNOWN, State.UNANSWERED}


@dataclass(frozen=True)
class Trouble:
    """Something that does not fit in a case, as a sentence; *broken* names evidence that is."""

    says: str
    broken: str = ""


@dataclass(frozen=True)
class CaseStatus:
    """A case as it stands at one moment.

    *since* is when the state began, *due* the date that matters now. *received_by* says how the
    day from which the month counts is known: "answered" (the form's server answered), "told" (a
    mail, a receipt or the person), "sent" (only the sending is known), "" (no month runs).
    *evidence* holds the facts that count, *troubles* what does not fit or is broken. *covers*
    holds the person's notes of the accounts that the objection covers.
    """

    case: Path
    flow: str
    practice: bool
    state: State
    since: dt.datetime | None
    where: Place
    now: dt.datetime
    sent_on: dt.date | None = None
    received_on: dt.date | None = None
    received_by: str = ""
    extended: bool = False
    handed_in: dt.date | None = None
    deadlines: tuple[Deadline, ...] = ()
    evidence: tuple[Happened, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    covers: tuple[str, ...] = ()
    bundles: int = 0
    running: bool = False

    @property
    def today(self) -> dt.date:
        """The person's date."""
        return self.where.day(self.now)

    @property
    def due(self) -> Deadline | None:
        """The date that matters now: Meta's last day, or the authority's."""
        return next((each for each in self.deadlines if each.kind != "reminder"), None)

    @property
    def last(self) -> Happened | None:
        """The newest fact that says something about the state, None when nothing happened."""
        telling = [each for each in self.evidence if each.what is not Fact.NOTED]
        return telling[-1] if telling else None

    @property
    def decided(self) -> Happened | None:
        """The newest fact by which Meta decided, None when none is known."""
        known = [each for each in self.evidence if each.what in {Fact.GRANTED, Fact.REFUSED}]
        return known[-1] if known else None


def status(
    case: CaseReading,
    verified: Mapping[Path, Verification],
    where: Place,
    now: dt.datetime,
) -> CaseStatus:
    """Where *case* stands at *now*, for a person who lives at *where*.

    *verified* holds what verifying said, by bundle; a bundle that is not in it counts as in order.
    Raises nothing for broken evidence or for facts that contradict each other.
    """
    troubles = [trouble for bundle in case.bundles for trouble in _broken(bundle, verified)]
    facts = _in_order(case.bundles, verified, where)
    fold = _Fold(where, troubles=troubles)
    if case.closed:
        said = _("This case cannot be read: {why}.").format(why=case.closed)
        fold = _Fold(where, State.UNKNOWN, troubles=[Trouble(said, ".")])
    for fact in facts:
        fold.take(fact)
    fold.until(where.day(now))
    return CaseStatus(
        case=case.path,
        flow=case.flow,
        practice=case.practice,
        state=fold.state,
        since=fold.since,
        where=where,
        now=now,
        sent_on=fold.sent_on,
        received_on=fold.received_on if fold.state in _OPEN else None,
        received_by=fold.received_by if fold.state in _OPEN else "",
        extended=fold.extended,
        handed_in=fold.handed_in,
        deadlines=tuple(fold.deadlines()),
        evidence=tuple(fold.counted),
        troubles=tuple(fold.troubles),
        covers=tuple(fold.covers),
        bundles=len(case.bundles),
        running=any(_is_running(bundle) for bundle in case.bundles),
    )


# --------------------------------------------------------------------------- the evidence


def _in_order(
    bundles: Sequence[BundleReading], verified: Mapping[Path, Verification], where: Place
) -> list[Happened]:
    facts = [
        fact
        for bundle in bundles
        if bundle.kind not in layout.FOLLOW_UPS or not _wrong(bundle, verified)
        for fact in of_bundle(bundle, where)
    ]
    sends = [fact.at for fact in facts if fact.by == "log" and fact.what in {Fact.LEFT, Fact.SENT}]
    return sorted((_not_before(fact, sends) for fact in facts), key=lambda fact: fact.at)


def _not_before(fact: Happened, sends: Sequence[dt.datetime]) -> Happened:
    """*fact*, but a mail of the same hours is after the send, however the two clocks differ."""
    if fact.by == "log" or not fact.meaning or fact.meaning == "sent":
        return fact
    close = [sent for sent in sends if fact.at < sent <= fact.at + _A_DAY]
    return dataclasses.replace(fact, at=max(close)) if close else fact


def _wrong(bundle: BundleReading, verified: Mapping[Path, Verification]) -> list[int]:
    """The checks that *bundle* fails, but for what can still be added."""
    result = verified.get(bundle.path)
    return [c.number for c in result.checks if not c.ok and not c.mendable] if result else []


def _is_running(bundle: BundleReading) -> bool:
    return not bundle.sealed and not bundle.outcome and not bundle.broken


def _broken(bundle: BundleReading, verified: Mapping[Path, Verification]) -> Iterator[Trouble]:
    name = bundle.path.name
    if _is_running(bundle):
        yield Trouble(
            _("{bundle} is not sealed: its session is still running.").format(bundle=name)
        )
        return
    if wrong := _wrong(bundle, verified):
        numbers = ", ".join(str(number) for number in wrong[:5])
        said = (
            _(
                "The evidence in {bundle} is BROKEN or not complete (check {numbers}), so what it "
                "says is not counted."
            )
            if bundle.kind in layout.FOLLOW_UPS
            else _(
                "The evidence in {bundle} is BROKEN or not complete (check {numbers}). What is "
                "said here rests on what its log still says."
            )
        )
        yield Trouble(said.format(bundle=name, numbers=numbers), name)
    elif bundle.outcome == "interrupted" and bundle.kind in layout.FOLLOW_UPS:
        yield Trouble(
            _("Adding {bundle} broke off, so it is not counted. Please add it again.").format(
                bundle=name
            )
        )


# --------------------------------------------------------------------------- the fold


@dataclass
class _Fold:
    """A case while its facts are taken one after the other."""

    where: Place
    state: State = State.NOT_SENT
    since: dt.datetime | None = None
    sent_on: dt.date | None = None
    received_on: dt.date | None = None
    received_by: str = ""
    extended: bool = False
    handed_in: dt.date | None = None
    counted: list[Happened] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)

    def take(self, fact: Happened) -> None:
        """Take *fact*, or say why it does not count."""
        self.until(self.where.day(fact.at))
        before = self.state
        try:
            self.state = move(before, fact.what)
        except IllegalMove:
            self.troubles.append(Trouble(self._odd(fact)))
            return
        handed_in = fact.what is Fact.HANDED_IN and self.handed_in is None
        if self.state is not before or self.since is None or handed_in:
            self.since = fact.at
        self._count(fact, before)
        self.counted.append(fact)

    def until(self, day: dt.date) -> None:
        """Let time go by until *day*: the month may be over before it begins."""
        due = self._answer_due()
        if self.state in WAITING and due is not None and due.day < day:
            self.state = move(self.state, Fact.MONTH_OVER)
            self.since = self.where.begins(due.day + _A_DAY)

    def deadlines(self) -> Iterator[Deadline]:
        """What is due, the earliest first."""
        if self.state in _OPEN:
            if self.sent_on:
                yield deadlines.reminder(self.sent_on)
            if due := self._answer_due():
                yield due
        elif self.state is State.COMPLAINT and self.handed_in:
            yield deadlines.news_due(self.handed_in, self.where)

    def _answer_due(self) -> Deadline | None:
        if self.received_on is None:
            return None
        due = deadlines.answer_due(self.received_on, self.where, extended=self.extended)
        notes = {
            "sent": _(
                "Counted from the day of sending. The month begins when Meta receives it, which "
                "may be later, and which nothing here shows."
            ),
            "told": _("Counted from the day on which it was received, as far as is known here."),
        }
        note = notes.get(self.received_by)
        return dataclasses.replace(due, notes=(note, *due.notes)) if note else due

    def _count(self, fact: Happened, before: State) -> None:
        day = self.where.day(fact.at)
        match fact.what:
            case Fact.LEFT if before in _FRESH:
                self._begin(day, "sent")
            case Fact.SENT if before in _FRESH:
                self._begin(day, "answered" if fact.by == "log" else "sent")
            case Fact.CONFIRMED | Fact.ASKED if self.received_by == "sent":
                self.received_on, self.received_by = day, "told"
            case Fact.CONFIRMED if before is State.NOT_TAKEN:
                self.received_on, self.received_by = day, "told"
            case Fact.EXTENDED:
                self.extended = True
            case Fact.HANDED_IN:
                self.handed_in = self.handed_in or day
        if fact.meaning == "covers" and fact.note:
            self.covers.append(fact.note)

    def _begin(self, day: dt.date, received_by: str) -> None:
        self.sent_on = self.received_on = day
        self.received_by = received_by
        self.extended = False

    def _odd(self, fact: Happened) -> str:
        """Why *fact* cannot be counted, as a sentence."""
        what = {"bundle": fact.bundle, "day": in_words(self.where.day(fact.at))}
        if fact.what is Fact.EXTENDED and self.state is State.UNANSWERED:
            return _(
                "{bundle} ({day}) says that Meta takes longer. That counts only within the month "
                "(GDPR, Article 12(3)), so it is not counted."
            ).format(**what)
        if self.state is State.NOT_SENT:
            return _(
                "{bundle} ({day}) is about an objection, but nothing was sent in this case before "
                "that day, so it is not counted."
            ).format(**what)
        if self.state is State.CLOSED:
            return _(
                "{bundle} ({day}) came after you closed the case, so it is not counted."
            ).format(**what)
        return _(
            "{bundle} ({day}) does not fit with what was known before, so it is not counted."
        ).format(**what)
