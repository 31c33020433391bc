"""Where the cases stand, in lines for a terminal: state, what is due, what one can do now."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filer.complaint.advice import Step, state_in_words
from filer.complaint.cases import CaseStatus
from filer.complaint.days import from_today, in_words
from filer.complaint.deadlines import Deadline, practice_of_authorities
from filer.complaint.facts import Happened
from filer.complaint.states import Fact, State
from filer.human.shown import inline
from filer.words import _, command, pair

WIDEST = 80
_FEW = 3
"""Of up to so many cases, everything is said; of more, the most important things."""
_MOST_STEPS = 2
_GAP = 2


@dataclass(frozen=True)
class Line:
    """A line as it is printed. *style* is "", "title", "state" or "wrong"."""

    text: str
    style: str = ""


def lines(
    cases: Sequence[tuple[CaseStatus, Sequence[Step]]], *, full: bool, called: str = ""
) -> Iterator[Line]:
    """Everything about *cases*, real ones first; *full* says all of each, also of many.

    *called* is how a command names the first of them, where not by its name.
    """
    full = full or len(cases) <= _FEW
    if not cases:
        yield Line(_("You have no cases yet."))
        yield Line(f"  {command()} practice")
        return
    for practice, heading in (
        (False, _("Your cases")),
        (True, _("Practice: nothing of this went to Meta")),
    ):
        mine = [(case, steps) for case, steps in cases if case.practice is practice]
        if not mine:
            continue
        yield Line(f"{heading} ({in_words(mine[0][0].today)})", "title")
        for case, steps in mine:
            yield Line("")
            yield from _block(case, steps, full=full)
        yield Line("")
    yield from _below([case for case, _steps in cases], called, full=full)


def short(case: CaseStatus) -> str:
    """A case in a few words: its state, and what is due."""
    said = state_word(case.state)
    if case.due is not None:
        when = from_today(case.due.day, case.today)
        said += "; " + _("due {day} ({when})").format(day=in_words(case.due.day), when=when)
    if any(trouble.broken for trouble in case.troubles):
        said += "; " + _("EVIDENCE BROKEN")
    return said


def state_word(state: State) -> str:
    """A state in a word or two."""
    words = {
        State.NOT_SENT: _("not sent"),
        State.UNKNOWN: _("unknown"),
        State.SENT: _("sent"),
        State.CONFIRMED: _("confirmed"),
        State.GRANTED: _("granted"),
        State.NOT_TAKEN: _("refused by the page"),
        State.REFUSED: _("refused"),
        State.UNANSWERED: _("unanswered"),
        State.COMPLAINT: _("complaint made"),
        State.CLOSED: _("closed"),
    }
    return words[state]


def _block(case: CaseStatus, steps: Sequence[Step], *, full: bool) -> Iterator[Line]:
    yield Line(f"{inline(case.flow)}  {inline(case.case.name)}", "title")
    state = state_word(case.state).upper()
    if case.since is not None:
        since = in_words(case.where.day(case.since))
        state += "  " + _("since {day}").format(day=since)
    yield Line(f"  {state}", "state")
    yield from _wrapped(state_in_words(case), 2)
    yield from _why_not(case)
    for trouble in case.troubles:
        yield from _wrapped(_("NOTE: {what}").format(what=inline(trouble.says)), 2, style="wrong")
    rows: list[tuple[str, str]] = [*_due_rows(case, full=full)]
    if full:
        rows += _known_rows(case)
    rows += [(_("Covers"), inline(covers)) for covers in case.covers]
    yield from _table(rows)
    yield from _steps(steps, full=full)


def _why_not(case: CaseStatus) -> Iterator[Line]:
    last = case.last
    if last is None or not last.reason or case.state not in {State.NOT_SENT, State.NOT_TAKEN}:
        return
    said = _("The page said: “{words}”") if case.state is State.NOT_TAKEN else _("Reason: {words}")
    yield from _wrapped(said.format(words=inline(last.reason)[:200]), 2)


def _due_rows(case: CaseStatus, *, full: bool) -> Iterator[tuple[str, str]]:
    shared = set(case.where.doubts())
    for deadline in case.deadlines:
        if deadline.kind == "reminder" and (not full or case.state is State.UNANSWERED):
            continue
        when = from_today(deadline.day, case.today)
        said = pair(f"{in_words(deadline.day)}, {when}", _due_word(deadline))
        if full:
            notes = [note for note in deadline.notes if note not in shared]
            said = " ".join((said + ".", deadline.rule, *notes))
        else:
            said += f" ({_article(deadline)})"
            if case.received_by == "sent":
                said += ". " + deadline.notes[0]
        yield _row_word(deadline, over=deadline.day < case.today), said


def _row_word(deadline: Deadline, *, over: bool) -> str:
    if deadline.kind == "reminder":
        return _("Reminder")
    return _("Was due") if over else _("Due")


def _article(deadline: Deadline) -> str:
    return _("GDPR, Article 78(2)") if deadline.kind == "news" else _("GDPR, Article 12(3)")


def _due_word(deadline: Deadline) -> str:
    words = {
        "reminder": _("two weeks after sending"),
        "answer": _("Meta's last day to answer"),
        "news": _("the authority's last day to tell you more"),
    }
    return words[deadline.kind]


def _known_rows(case: CaseStatus) -> Iterator[tuple[str, str]]:
    for number, fact in enumerate(_told(case.evidence)):
        day = in_words(case.where.day(fact.at))
        where = _("{bundle}, line {line}").format(bundle=fact.bundle, line=fact.line)
        yield (_("Known") if number == 0 else ""), f"{pair(day, fact.says)} [{where}]"


def _told(facts: Sequence[Happened]) -> list[Happened]:
    telling = [fact for fact in facts if fact.what is not Fact.NOTHING_LEFT]
    return telling or list(facts[-1:])


def _table(rows: Sequence[tuple[str, str]]) -> Iterator[Line]:
    width = max((len(name) for name, _said in rows), default=0) + _GAP
    for name, said in rows:
        yield from _wrapped(said, 2 + width, first=f"  {name:<{width}}")


def _steps(steps: Sequence[Step], *, full: bool) -> Iterator[Line]:
    shown = steps if full else steps[:_MOST_STEPS]
    if shown:
        yield Line("  " + _("What you can do now:"))
    for step in shown:
        end = _(":") if step.command else "."
        yield from _wrapped(f"{step.do.rstrip('.')}{end}", 4, first="  - ")
        if step.command:
            yield Line(f"      {step.command}")


def _below(cases: Sequence[CaseStatus], called: str, *, full: bool) -> Iterator[Line]:
    if not full:
        yield from _dates(cases)
        yield from _wrapped(
            _("Everything about one case, with all that is known and from where:"), 0
        )
        yield Line(f"  {command()} status {inline(called or cases[0].case.name)}")
    waiting = any(c.deadlines and not c.practice for c in cases)
    for said in (
        *(cases[0].where.doubts() if any(c.deadlines for c in cases) else ()),
        *((practice_of_authorities(),) if waiting and not full else ()),
        _("This is no legal advice."),
    ):
        yield from _wrapped(said, 0)


def _dates(cases: Sequence[CaseStatus]) -> Iterator[Line]:
    """What is due in the real cases, the earliest first, a line each."""
    due = [(case.due, case) for case in cases if case.due is not None and not case.practice]
    if not due:
        return
    yield Line(_("What is due, in order:"), "title")
    for deadline, case in sorted(due, key=lambda each: each[0].day):
        when = from_today(deadline.day, case.today)
        state = state_word(case.state)
        yield Line(f"  {deadline.day}  {when:<12}  {inline(case.case.name)}  {state}")
    yield Line("")


def _wrapped(
    text: str, indent: int, *, first: str | None = None, style: str = ""
) -> Iterator[Line]:
    space = " " * indent
    for line in textwrap.wrap(
        text,
        WIDEST,
        initial_indent=space if first is None else first,
        subsequent_indent=space,
        break_on_hyphens=False,
    ):
        yield Line(line, style)
