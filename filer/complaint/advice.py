"""What a case's state means for the person, and what they can do now, with the exact commands.

No legal advice: each sentence about the law names its article, and what is only our own advice or
the practice of authorities says so.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filer.complaint.cases import CaseStatus
from filer.complaint.days import from_today, in_words
from filer.complaint.deadlines import practice_of_authorities
from filer.complaint.facts import Happened
from filer.complaint.states import Fact, State
from filer.words import _, command

Named = Callable[[Path], str]
"""How a person can name a case to filer."""


@dataclass(frozen=True)
class Step:
    """Something the person can do, and the command for it, "" where filer has none."""

    do: str
    command: str = ""

    def facts(self) -> dict[str, str | None]:
        """The same as a JSON object."""
        return {"do": self.do, "command": self.command or None}


def state_in_words(case: CaseStatus) -> str:
    """What the state means, as a sentence that claims no more than the evidence does."""
    match case.state:
        case State.NOT_SENT:
            return _("Nothing has been sent, as far as this case shows.")
        case State.UNKNOWN:
            return _("Your form left or may have left, and nobody knows whether it arrived.")
        case State.SENT if case.received_by == "sent":
            return _("You sent your objection. Whether it arrived is not known.")
        case State.SENT:
            return _("Your form was sent and an answer came. What it means is not known.")
        case State.CONFIRMED:
            return _confirmed(case) + " " + _("Whether Meta honours it is not known yet.")
        case State.GRANTED:
            return _granted(case.decided) + " " + _("What Meta really does, nobody here can see.")
        case State.NOT_TAKEN:
            return _("The page did not accept your form. That is no decision on your objection.")
        case State.REFUSED:
            return _refused(case.decided)
        case State.UNANSWERED:
            return _("The month is over, and no answer is in this case.")
        case State.COMPLAINT if case.handed_in:
            return _("You handed in a complaint on {day}.").format(day=in_words(case.handed_in))
        case State.COMPLAINT:
            return _("Your complaint is made. filer does not know whether you handed it in.")
        case State.CLOSED:
            return _("You closed this case.")


def _confirmed(case: CaseStatus) -> str:
    """Who says that the objection was received: nothing here sees that it was."""
    by = next((fact for fact in reversed(case.evidence) if fact.what is Fact.CONFIRMED), None)
    if by is None or by.by == "log":
        return _("The page said that your objection was received.")
    if by.by == "person":
        return _("As you say, your objection was received.")
    return _("A mail that Meta signed says that your objection was received.")


def _granted(by: Happened | None) -> str:
    if by is not None and by.by == "person":
        return _("As you say, Meta honours your objection.")
    if by is not None and by.proven:
        return _("Meta honours your objection: a mail that it signed says so.")
    return _("A mail says that Meta honours your objection. Nothing proves that Meta wrote it.")


def _refused(by: Happened | None) -> str:
    if by is not None and by.by == "person":
        return _("As you say, Meta refuses your objection.")
    if by is not None and by.proven:
        return _("Meta refuses your objection: a mail that it signed says so.")
    return _("A mail says that Meta refuses your objection. Nothing proves that Meta wrote it.")


def next_steps(case: CaseStatus, named: Named, flow_known: bool = True) -> tuple[Step, ...]:  # noqa: FBT001, FBT002 - whether a form can be filed again
    """What the person can do now, the most useful first.

    *named* says how to name a case in a command; *flow_known* is whether filer has a
    flow for this case's form.
    """
    steps = _Steps(case, named, flow_known)
    return (*steps.about_evidence(), *(steps.practice() if case.practice else steps.now()))


@dataclass(frozen=True)
class _Steps:
    """The steps for one case."""

    case: CaseStatus
    named: Named
    flow_known: bool

    def about_evidence(self) -> Iterator[Step]:
        """What to do about evidence that is broken."""
        for bundle in (trouble.broken for trouble in self.case.troubles if trouble.broken):
            where = shlex.quote(str(self.case.case / bundle))
            yield Step(_("See what is wrong with the evidence"), f"{command()} verify {where}")

    def practice(self) -> Iterator[Step]:
        """What to do after practice."""
        yield self._file(_("This was practice: nothing went to Meta. For the real form"))
        if self.case.state not in {State.NOT_SENT, State.NOT_TAKEN}:
            yield Step(
                _("Try how a complaint looks; every page of it says that it is practice"),
                self._complaint(),
            )

    def now(self) -> Iterator[Step]:
        """What to do in a real case."""
        match self.case.state:
            case State.NOT_SENT:
                yield from self._not_sent()
            case State.UNKNOWN:
                yield from self._unknown()
            case State.SENT | State.CONFIRMED:
                yield from self._waiting()
            case State.GRANTED:
                yield from self._granted()
            case State.NOT_TAKEN:
                yield self._file(_("Correct your text and try again"))
                yield from self._letter_instead()
            case State.REFUSED:
                yield Step(
                    _(
                        "Read Meta's reasons. It has to give them, and to name your right to "
                        "complain and to go to court (GDPR, Article 12(4)). You can complain to "
                        "your authority (Article 77)"
                    ),
                    self._complaint(),
                )
                yield self._add(_("If Meta thinks again, add its mail"))
            case State.UNANSWERED:
                yield from self._unanswered()
            case State.COMPLAINT:
                yield from self._complaint_made()
            case State.CLOSED:
                yield Step(
                    _("Nothing is left to do. A copy of all of it, to hand on or to keep"),
                    f"{command()} export {self._case()}",
                )

    def _not_sent(self) -> Iterator[Step]:
        if self._reason() == "already objected":
            yield self._add(
                _(
                    "The page said that you have objected before. Meta says that you need not do "
                    "it again. Add the mail of that time, if you have it"
                )
            )
        yield self._file(_("Fill in the form again"))
        yield from self._letter_instead()
        yield self._say(_("You sent it in another way? Say on which day"), "sent", dated=True)

    def _letter_instead(self) -> Iterator[Step]:
        yield Step(
            _("The form does not work for you? Object by letter"),
            f"{command()} letter {self._case()}",
        )

    def _unknown(self) -> Iterator[Step]:
        yield self._add(_("Look for a mail from Meta, also in your spam. Add it if it came"))
        reminder = self._reminder()
        if reminder is not None and reminder <= self.case.today:
            yield self._file(
                _("Two weeks have gone by. Filing once more does no harm, as far as is known")
            )
        yield self._say(_("You know that it arrived? Say so"), "received")
        yield self._say(_("You know that it did not arrive? Say so"), "not-sent")

    def _waiting(self) -> Iterator[Step]:
        case = self.case
        if any(fact.what is Fact.ASKED for fact in case.evidence):
            yield Step(
                _(
                    "Meta asked you for something. Answer it: where it has good reason to doubt "
                    "who you are, it may ask for more (GDPR, Article 12(6))"
                )
            )
        if case.state is State.SENT and case.received_by == "sent":
            yield self._say(
                _("A delivery note came? Say on which day it arrived"),
                "received",
                "SCAN.pdf",
                dated=True,
            )
        elif case.state is State.SENT:
            yield self._say(_("You know what the answer said? Say so"), "received")
        yield self._add(_("Look for Meta's mail, also in your spam, and add it"))
        reminder = self._reminder()
        if reminder is not None:
            yield self._remind(reminder)
        yield from self._others()
        if not case.extended:
            yield self._say(_("Meta writes that it needs longer? Then"), "extended", "MAIL.eml")

    def _remind(self, day: dt.date) -> Step:
        if day > self.case.today:
            return Step(
                _(
                    "Nothing until {day} ({when})? Then a friendly reminder (our own advice, no "
                    "law asks for it)"
                ).format(day=in_words(day), when=from_today(day, self.case.today)),
                f"{command()} letter {self._case()} --kind reminder",
            )
        return Step(
            _("Send a friendly reminder, if you like (our own advice, no law asks for it)"),
            f"{command()} letter {self._case()} --kind reminder",
        )

    def _granted(self) -> Iterator[Step]:
        if not self.case.decided or not self.case.decided.proven:
            yield Step(
                _(
                    "Nothing proves that the answer came from Meta. Keep it, and the mail itself "
                    "as an .eml file if there is one"
                )
            )
        yield from self._others()
        yield self._say(_("Done? Close the case"), "closed")

    def _unanswered(self) -> Iterator[Step]:
        yield self._add(_("An answer came after all? Add it"))
        yield Step(_("Complain to your authority (GDPR, Article 77)"), self._complaint())
        yield Step(
            _("Or send Meta a reminder first, or both"),
            f"{command()} letter {self._case()} --kind reminder",
        )
        yield Step(practice_of_authorities())

    def _complaint_made(self) -> Iterator[Step]:
        case, due = self.case, self.case.due
        if case.handed_in is None:
            yield Step(_("Hand it in yourself: filer sends nothing"))
            yield self._say(_("Handed in? Say on which day"), "complaint", dated=True)
            return
        if due is not None and due.day < case.today:
            yield Step(
                _(
                    "Three months are over. If the authority told you nothing about your "
                    "complaint, ask it first (our own advice). You also have a right to go to "
                    "court about that (GDPR, Article 78(2)): get legal help for it"
                )
            )
        yield self._add(_("Add what the authority or Meta writes to you"))
        yield self._say(_("It is over? Close the case"), "closed")

    def _others(self) -> Iterator[Step]:
        if not self.case.covers:
            yield self._say(
                _(
                    "Which other accounts are in the same Accounts Center? Meta says that they are "
                    "covered too; write them down. Accounts outside it need their own objection"
                ),
                "covers",
            )

    def _file(self, do: str) -> Step:
        if not self.flow_known:
            return Step(do)
        return Step(do, f"{command()} file {shlex.quote(self.case.flow)}")

    def _add(self, do: str) -> Step:
        return Step(do, f"{command()} add {self._case()} MAIL.eml")

    def _say(self, do: str, means: str, file: str = "", *, dated: bool = False) -> Step:
        parts = [command(), "add", self._case(), *([file] if file else []), "--means", means]
        if dated:
            parts += ["--on", self.case.today.isoformat()]
        if means == "covers":
            parts += ["--note", '"NAMES"']
        return Step(do, " ".join(parts))

    def _complaint(self) -> str:
        to = self.case.where.country or "COUNTRY"
        return f"{command()} complaint {self._case()} --to {to}"

    def _case(self) -> str:
        return self.named(self.case.case)

    def _reminder(self) -> dt.date | None:
        return next((d.day for d in self.case.deadlines if d.kind == "reminder"), None)

    def _reason(self) -> str:
        last: Happened | None = self.case.last
        return last.reason if last else ""
