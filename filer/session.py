"""The walk through a flow: the only loop.

`run` takes its collaborators as arguments and knows them by their ports alone. It looks at the
page, takes the detours as they come, and hands over to the person whenever it does not know where
it is. It presses no send control; there is no call for that in its ports.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Never, assert_never
from urllib.parse import urlsplit

from filer import addresses, drift
from filer.errors import FromTheStart, Stopped, WindowClosed
from filer.evidence.values import UNMADE, salted
from filer.flow import (
    Attach,
    Choose,
    Code,
    Field,
    Fill,
    Flow,
    HandOver,
    HumanSends,
    Keep,
    Open,
    Press,
    Step,
)
from filer.gate import UNPRESSED, Request, Reviewed, ReviewedValue, Ruling, State, Verdict
from filer.ports import (
    REPLAYED,
    Answer,
    ChangeNow,
    Clock,
    CodeAsked,
    CodeReview,
    FillByHand,
    Form,
    Found,
    Human,
    IsThisIt,
    Meaning,
    NoAnswer,
    NoFormHere,
    Pace,
    PageAsks,
    Place,
    Prefilled,
    PressNow,
    PressShut,
    Question,
    Reaction,
    Reading,
    Recorder,
    Result,
    Review,
    Sent,
    Told,
    Unreadable,
    View,
)
from filer.ports import HandOver as HandOverTo
from filer.profile import Profile

_SETTLE = 6.0
_LEAVES = 1.5
_TICK = 0.1
_STAMP = 2.0
"""How long a confirmed send waits for its timestamp; then it goes on without."""
_COOKIE_TRIES = 4
_GONE_TICKS = 50
_AWAY_TICKS = 15
_LEFT_AT_MOST = 3
_VOIDED_AT_MOST = 50
_ANOTHER = "another form"
_FINAL = frozenset({"throttled", "account locked", "already objected", "foreign host"})
"""Dead ends that speak for every address of the flow."""


class _Ending(Exception):
    """The walk ends with an outcome of design §4."""

    def __init__(self, outcome: str, reason: str | None = None, by: str | None = None) -> None:
        super().__init__(outcome)
        self.outcome, self.reason, self.by = outcome, reason, by


class _Left(Exception):
    """The form has left the document; the walk goes back to where it looks for it."""


class Press_(enum.Enum):  # noqa: N801 - private to this module
    """What came of waiting for the person's press."""

    SENT = "sent"
    CHANGED = "changed"


@dataclass(frozen=True)
class Patience:
    """How long filer waits for machines, in seconds. For the person it waits without end.

    *answer* is for Meta's answer, *reading* for the page to show it, *page* for a page to come.
    """

    answer: float = 60.0
    reading: float = 8.0
    page: float = 5.0


def run(
    flow: Flow,
    profile: Profile,
    form: Form,
    human: Human,
    recorder: Recorder,
    clock: Clock,
    patience: Patience | None = None,
    pace: Pace | None = None,
) -> Result:
    """Walk *flow* with the values of *profile* and return how it ended.

    With a *pace* each step waits for it. Raises `FilerError` when the evidence cannot be written
    or a law would be broken; then the way out is cut first. In a replay, `FromTheStart` when the
    person wants to see it again. Blocks for as long as the person takes.
    """
    patience = patience or Patience()
    return _Walk(flow, profile, form, human, recorder, clock, patience, pace).run()


@dataclass
class _Walk:
    flow: Flow
    profile: Profile
    form: Form
    human: Human
    recorder: Recorder
    clock: Clock
    patience: Patience
    pace: Pace | None = None
    how: dict[str, str] = field(default_factory=dict)
    actions: int = 0
    language: str = ""
    host: str = ""
    started: int = 0
    document: str = ""
    agreed: bool = False
    logging_in: bool = False
    friction: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, int] = field(default_factory=dict)  # in a replay: sends, by their address
    reviewed: Reviewed | None = None
    captured: str = ""
    press_noted: bool = False
    voided: int = 0
    differs: tuple[drift.Finding, ...] = ()
    untried: list[str] = field(default_factory=list)
    dead_ends: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------ the walk

    def run(self) -> Result:
        self.started = self.clock.mono_ns()
        self.form.on_send = self._on_send
        try:
            self._walk()
            ending = _Ending("drifted", "the flow ended without a send")
        except _Ending as end:
            ending = end
        except WindowClosed as signal:
            ending = self._ended_early("the window was closed", type(signal).__name__)
        except (Stopped, KeyboardInterrupt):
            ending = self._ended_early("stopped by the person", "Ctrl-C")
        except Exception:
            self.form.cut()
            raise
        return self._result(ending)

    def _walk(self) -> None:
        number = 0
        steps = self.flow.steps
        opened = next(n for n, s in enumerate(steps) if isinstance(s, Open))
        while number < len(steps):
            try:
                self._begin(number)
                self._take(number)
                self._done(number)
                number += 1
            except _Left:
                number = opened + 1 if self._still_on_the_way() else opened

    def _begin(self, number: int) -> None:
        if self.pace is not None and not self.pace.before(number):
            self._event("ended", "person", signal="stop")
            raise _Ending("stopped", "stopped by the person")

    def _done(self, number: int) -> None:
        if self.pace is not None:
            self.pace.after(number)

    def _take(self, number: int) -> None:
        step = self.flow.steps[number]
        match step:
            case Open():
                self._open(step)
            case HandOver():
                self._reach_form(step)
            case Press():
                self.form.press(step, self.flow)
            case Choose():
                self.form.choose(step, self.flow)
            case Keep():
                self._keep(step.title, filled=isinstance(self._after(number), HumanSends))
            case Fill():
                self._fill(step.field, self.profile.get(step.value))
            case Attach():
                self._attach(step.field, self.profile.get(step.value))
            case HumanSends() if not self.form.gate.lockable:
                self._rehearse(number)
            case HumanSends():
                self._send(step)
            case Code():
                pass  # a mailed code is met where it comes, in `_outcome`
            case _:
                assert_never(step)

    def _after(self, number: int) -> Step | None:
        return self.flow.steps[number + 1] if number + 1 < len(self.flow.steps) else None

    def _ended_early(self, reason: str, signal: str) -> _Ending:
        self._event("ended", "person", signal=signal)
        sent = self.form.sent()
        if sent is None:
            return _Ending("stopped", reason)
        if sent.state == "answered":
            return _Ending("sent", reason)
        return _Ending("unknown", reason)

    def _result(self, ending: _Ending) -> Result:
        sent = self.form.sent()
        if sent is None:
            self.form.cut()  # what is said from here on stays true: nothing leaves any more
        outcome = ending.outcome
        if sent is not None and outcome in {"stopped", "drifted", "unavailable"}:
            outcome = "sent" if sent.state == "answered" else "unknown"
        self._drain_refusals()
        for address, times in self.stopped.items():
            if times > 1:
                self._tell("replay presses", address=address, times=str(times))
        self._event("friction", counts=dict(self.friction))
        return Result(
            flow=self.flow.name,
            outcome=outcome,
            reason=ending.reason,
            confirmed_by=ending.by if outcome == "confirmed" else None,
            sent=_was_sent(sent),
            page_language=self.language,
            fields=dict(self.how),
            refused_requests=self.form.refused_requests(),
            human_actions=self.actions,
            seconds=round((self.clock.mono_ns() - self.started) / 1e9, 1),
            send_host=self.host,
            drift=tuple(each.sentence() for each in self.differs if each.weighty),
        )

    def _compare(self) -> None:
        """Hold the form against the flow, and note what is different: no word of the page."""
        seen = self.form.fingerprint(self.flow)
        if seen is None:
            return
        self.differs = drift.compare(self.flow, seen, drift.spots(self.flow.name))
        self._event("form.compared", differs=[each.noted() for each in self.differs])

    # ------------------------------------------------------------------ asking and telling

    def _ask(self, question: Question, settled: Callable[[], bool] | None = None) -> Answer | None:
        """Ask the person; None if the page settled it. Logs that they were asked and answered."""

        def meanwhile() -> bool:
            self.form.pump(_TICK)
            self._answer_page()
            self._drain_refusals()
            return settled is not None and settled()

        if self.form.gate.state is State.ARMED:
            self.form.expect_typing()
        answer = self.human.ask(question, meanwhile)
        self.actions += 1
        name = type(question).__name__
        self._event(
            "answered",
            "person" if answer else "tool",
            question=name,
            answer=answer.value if answer else "page",
        )
        if answer is Answer.STOP:
            raise _Ending("stopped", "stopped by the person")
        return answer

    def _answer_page(self) -> None:
        """Put a dialog that the page opened before the person."""
        text = self.form.question()
        if text is None:
            return

        def settled() -> bool:
            self.form.pump(_TICK)  # Ctrl-C and a closed window are heard here
            return self.form.question() is None

        answer = self.human.ask(PageAsks(text), settled)
        self.actions += 1
        self.form.answer_question(answer is Answer.YES)
        self._event("dialog.answered", "person", answer=answer.value if answer else "page")

    def _tell(self, what: str, **facts: str) -> None:
        self.human.tell(Told(what, facts))

    def _event(self, name: str, who: str = "tool", **data: object) -> None:
        self.recorder.event(name, who, **data)

    def _drain_refusals(self) -> None:
        for refusal in self.form.refusals():
            self._event(
                "gate.refused", method=refusal.method, address=refusal.address, why=refusal.why
            )
            if not refusal.like_a_send:
                continue
            if not self.form.gate.lockable:
                self._tell_once(refusal.address)
            elif self.form.gate.state is State.ARMED or refusal.why == UNPRESSED:
                self._tell("press stopped", address=refusal.address)
            elif self.form.gate.state is State.UNLOCKED and refusal.differs:
                self._tell("values differ", address=refusal.address, why=refusal.why)

    def _tell_once(self, address: str) -> None:
        """Tell the first send that a replay stops; the others are told as a number at the end."""
        self.stopped[address] = self.stopped.get(address, 0) + 1
        if self.stopped[address] == 1:
            self._tell("replay press", address=address)

    # ------------------------------------------------------------------ reaching the form

    def _open(self, step: Open) -> None:
        """Try the addresses in order until a page comes that is not plainly a dead end."""
        self._tell("opening")
        self.untried = list(step.addresses)
        if not self._open_next():
            self._no_form(_worst(self.dead_ends))

    def _open_next(self) -> bool:
        """Open what addresses are left, in order, until one is no dead end; False if all are."""
        while self.untried:
            address = self.untried.pop(0)
            problem = self.form.open(address)
            self._event("address.tried", address=address, problem=problem)
            if problem is None:
                self.form.settle(self.patience.page)
                problem = self._dead_end(self._see())
                if problem is None:
                    return True
            self._dead(problem, address)
        return False

    def _dead(self, problem: str, address: str) -> None:
        """Note a dead end; some of them speak for all addresses that are left."""
        self.dead_ends.append(problem)
        self._count("dead addresses")
        self._tell("address dead", address=address, reason=problem)
        if problem in _FINAL:
            self.untried.clear()
        if problem == "site not reachable":  # no retries against a host that does not answer
            host = urlsplit(address).hostname
            self.untried = [a for a in self.untried if urlsplit(a).hostname != host]

    def _still_on_the_way(self) -> bool:
        """The form has left: open the gate, and say whether the window leads back to it by itself.

        If not, the address is opened once more: a session that expired shows its login only then.
        """
        self._event("form.left")
        if self.form.gate.state is State.ARMED:
            self.form.disarm()
            self._event("gate.opened", why="the form has left the document")
            self._tell("gate opened")
        self.form.settle(self.patience.page)
        leads = {Place.FORM, Place.PRIVATE, Place.COOKIES, Place.QUESTION, Place.OTHER_FORM}
        self._count("forms left")
        if self.friction["forms left"] > _LEFT_AT_MOST:
            raise _Ending("drifted", "the form does not stay on the page")
        return self._see().place in leads

    def _dead_end(self, view: View) -> str | None:
        """Why this page will not lead to the form, if it says so."""
        match view.place:
            case Place.UNAVAILABLE | Place.UNREACHABLE:
                return view.reason or "no form"
            case Place.OTHER_FORM:
                return _ANOTHER
            case _:
                return None

    def _see(self) -> View:
        view = self.form.look(self.flow)
        if view.document + view.place.value != self.document:
            self.document = view.document + view.place.value
            self._count("screens")
            self._event(
                "page.seen", place=view.place.value, address=view.address, reason=view.reason
            )
        if view.place not in {Place.BLANK, Place.UNREACHABLE}:
            if self.logging_in and view.place is not Place.PRIVATE:
                self._count("logins")  # only now: its page was seen to be left
            self.logging_in = view.place is Place.PRIVATE
        if view.place is Place.FORM:
            self.language = view.language or self.language
            self.host = view.host
        return view

    def _count(self, what: str) -> None:
        self.friction[what] = self.friction.get(what, 0) + 1

    def _reach_form(self, step: HandOver) -> None:
        """Take the detours as they come until the form is there, or the person says otherwise."""
        cookies = 0
        idle = 0
        while True:
            view = self._see()
            match view.place:
                case Place.FORM:
                    if self._is_it(view):
                        self._arrive()
                        return
                    self._hand_over("other form", view)
                case Place.COOKIES:
                    cookies += 1
                    self._cookies(cookies, view)
                case Place.PRIVATE:
                    self._hand_over("login", view, private=True, words=step.words)
                case Place.QUESTION:
                    if not self._answer_question():
                        self._hand_over("question", view)
                case Place.OTHER_FORM:
                    self._hand_over("other form", view)
                case Place.UNAVAILABLE | Place.UNREACHABLE:
                    self.form.settle(self.patience.page)  # a login passes through other pages
                    if self._see().place is view.place:
                        self._dead(view.reason or "no form", view.address)
                        if not self._open_next():
                            self._no_form(_worst(self.dead_ends))
                case Place.BLANK | Place.UNKNOWN:
                    idle += 1
                    if idle * _TICK * 2 < self.patience.page:
                        self.form.pump(_TICK * 2)
                        continue
                    self._hand_over("unknown", view)
            idle = 0

    def _is_it(self, view: View) -> bool:
        """Whether this form is the one; the person is asked where nothing on the page says so."""
        if view.recognised == "wording" or self.agreed:
            return True
        known = view.recognised == "structure"
        answer = self._ask(IsThisIt(view.title, known_language=known))
        self.agreed = answer is Answer.YES
        return self.agreed

    def _cookies(self, tries: int, view: View) -> None:
        if tries > _COOKIE_TRIES:
            self._hand_over("cookies", view)
            return
        for press in self.flow.cookies:
            if self.form.press(press, self.flow):
                self._event("cookies.pressed", tries=tries)
                break
        self._wait(lambda: self.form.look(self.flow).place is not Place.COOKIES, 1.2)

    def _answer_question(self) -> bool:
        for choose in self.flow.questions:
            if self.form.choose(choose, self.flow):
                self._event("question.answered", question=choose.question.best("en"))
                self._wait(lambda: self.form.look(self.flow).place is not Place.QUESTION, 3.0)
                return self.form.look(self.flow).place is not Place.QUESTION
        return False

    def _hand_over(self, task: str, view: View, *, private: bool = False, words: str = "") -> None:
        """Let the person do what this page asks, until the page is another one."""
        self._event("handed-over", task=task, address="" if private else view.address)

        def moved() -> bool:
            now = self.form.look(self.flow)
            if now.place is Place.BLANK:
                return False
            if task in {"login", "unknown"} and now.place is view.place:
                return False
            return (now.place, now.document) != (view.place, view.document)

        answer = self._ask(HandOverTo(task, words, private), moved)
        while private and answer is Answer.DONE and self._still_private(moved):
            self._tell("still login")
            answer = self._ask(HandOverTo(task, words, private), moved)
        self._event("handed-back", "person" if answer else "tool", task=task)
        if answer is Answer.NO_FORM:
            self._end_without_form(_ANOTHER if task == "other form" else "no form")
        if answer is None:
            self.form.settle(self.patience.page)

    def _still_private(self, moved: Callable[[], bool]) -> bool:
        """Whether the page to log in stays, though the person is done; it gets a moment to go."""
        if self._wait(moved, _LEAVES):
            self.form.settle(self.patience.page)  # a login passes through other pages
        return self.form.look(self.flow).place is Place.PRIVATE

    def _no_form(self, reason: str) -> None:
        """There is no form, and it is known why: say so; the person may look for it themselves."""
        answer = self._ask(NoFormHere(reason))
        if answer is not Answer.LOOK:
            self._end_without_form(reason)

        def moved() -> bool:
            return self.form.look(self.flow).place not in {
                Place.UNAVAILABLE,
                Place.UNREACHABLE,
                Place.BLANK,
            }

        if self._ask(HandOverTo("unknown"), moved) is Answer.NO_FORM:
            self._end_without_form(reason)

    def _end_without_form(self, reason: str) -> Never:
        self._compare()
        self._capture("the page without the form")
        raise _Ending("drifted" if reason == _ANOTHER else "unavailable", reason)

    def _arrive(self) -> None:
        """The form is there: let it settle, then shut the gate before anything is typed."""
        self.form.settle(_SETTLE)
        view = self._see()
        if view.place is not Place.FORM:
            raise _Left
        self._tell("form found", title=view.title)
        self.form.arm()
        self._event(
            "gate.armed", host=view.host, recognised=view.recognised, language=view.language
        )
        self._tell("gate armed")
        self._compare()
        if self.form.look(self.flow).place is not Place.FORM:
            raise _Left

    # ------------------------------------------------------------------ filling

    def _form_view(self) -> View:
        """What the form shows; raises `_Left` when it is gone for good."""
        view = self._see()
        while view.place is not Place.FORM:
            self._wait(lambda: self.form.look(self.flow).place is Place.FORM, 1.5)
            view = self._see()
            if view.place is Place.FORM:
                break
            if not self.form.holds_typed():
                raise _Left
            self._hand_over("covered", view)  # hidden, not gone: the gate stays shut
            view = self._see()
        return view

    def _gone(self) -> Callable[[], bool]:
        """Whether the form has been away for a while: then no answer about it is waited for."""
        away = 0

        def gone() -> bool:
            nonlocal away
            away = away + 1 if self.form.look(self.flow).place is not Place.FORM else 0
            return away > _AWAY_TICKS

        return gone

    def _fill(self, wanted: Field, value: str) -> None:
        self._form_view()
        label = wanted.label.best(self.language)
        found = self.form.find(wanted, self.flow)
        if found is None:
            self._form_view()  # the form may have left meanwhile: then it goes on from there
            if value or wanted.required:
                self._by_hand(label, wanted.kind, "not found", value, field=wanted.name)
            return
        if found.value and found.holds(value):
            self.how[wanted.name] = found.how
            self._event("compared", field=wanted.name, same=True)
            self._tell("prefilled same", label=found.label)
            return
        if not value:
            return
        if found.value and not self._replace(found, value):
            self.how[wanted.name] = found.how
            return
        if found.limit is not None and len(value) > found.limit:
            self._event("too.long", field=wanted.name, length=len(value), limit=found.limit)
            self._by_hand(
                found.label, wanted.kind, "too long", value, limit=found.limit, field=wanted.name
            )
            return
        shown = self.form.fill(found, value)
        if not _agrees(shown, value):
            self._form_view()  # the form may have left meanwhile: then it goes on from there
            self._event("not.taken", field=wanted.name)
            self._by_hand(found.label, wanted.kind, "not taken", value, field=wanted.name)
            return
        self.how[wanted.name] = found.how
        hashed = salted(self.recorder.salt, value)
        self._event("typed", field=wanted.name, how=found.how, hash=hashed)
        self._tell("typed", label=found.label or label, how=found.how)

    def _attach(self, wanted: Field, path: str) -> None:
        """Attach the file that the person named; the log holds its hash, never its name."""
        self._form_view()
        label = wanted.label.best(self.language)
        found = self.form.find(wanted, self.flow)
        if not path:
            return  # what the page requires nevertheless is asked for before the review
        if found is None:
            self._form_view()  # the form may have left meanwhile: then it goes on from there
            self._by_hand(label, wanted.kind, "not found", path, field=wanted.name)
            return
        if found.value:  # chosen by the person meanwhile, in the window
            self.how[wanted.name] = "person"
            return
        attached = self.form.attach(found, path)
        if attached.shown != attached.name:
            self._form_view()
            self._event("not.taken", field=wanted.name)
            self._by_hand(found.label or label, wanted.kind, "not taken", path, field=wanted.name)
            return
        self.how[wanted.name] = found.how
        self._event(
            "attached",
            field=wanted.name,
            how=found.how,
            size=attached.size,
            sha256=attached.sha256,
        )
        self._tell("attached", label=found.label or label, name=attached.name)

    def _replace(self, found: Found, value: str) -> bool:
        """Whether a value that was there before may be replaced: the person says."""
        self._event("compared", field=found.field, same=False)
        answer = self._ask(Prefilled(found.label, found.kind, found.value, value))
        return answer is Answer.REPLACE

    def _by_hand(
        self,
        label: str,
        kind: str,
        why: str,
        value: str = "",
        *,
        limit: int | None = None,
        field: str = "",
    ) -> None:
        """The person fills a field; what they typed is read back at the review like all else."""
        before = self.form.look(self.flow)
        self._event("handed-over", task="field", field=field or label, why=why)
        try:
            self._ask(FillByHand(label, kind, why, value, limit), self._gone())
        except _Ending as end:
            if why == "too long":
                raise
            self._capture("the form as it is")
            raise _Ending("drifted", f"{why}: {field or label}") from end
        self._note_changes(before, self._form_view())
        if field:
            self.how[field] = "person"
        self._event("handed-back", "person", task="field", field=field or label)

    def _required(self) -> None:
        """Required fields that are still empty and no step fills: the person does, or stops."""
        asked: set[str] = set()
        while True:
            empty = [
                r
                for r in self._form_view().readings
                if r.required and not r.value and r.path not in asked
            ]
            empty = [r for r in empty if r.kind != "choice" or not self._group_chosen(r)]
            if not empty:
                return
            asked.add(empty[0].path)
            self._by_hand(empty[0].label, empty[0].kind, "required", field=empty[0].name)

    def _group_chosen(self, reading: Reading) -> bool:
        return any(
            r.kind == "choice" and r.name == reading.name and r.value
            for r in self._form_view().readings
        )

    # ------------------------------------------------------------------ keeping

    def _keep(self, title: str, *, filled: bool) -> None:
        self._form_view()
        if filled:
            self._required()
        self._capture(title)

    def _capture(self, title: str, wording: str = "") -> None:
        shot = self.form.capture(title, self.flow, wording)
        self.recorder.keep(shot)
        self.captured = self._values_hash(shot.fields)
        if shot.withheld and self.form.sent() is None:
            self._tell("not pictured", title=title, why=shot.withheld)

    # ------------------------------------------------------------------ review and send

    def _send(self, step: HumanSends) -> None:
        """The review, the unlocking, the person's press, and what came of it."""
        again = False
        while True:
            view = self._form_view()
            if again or self._values_hash(view.readings) != self.captured:
                self._required()
                self._capture("the form as changed")
                view = self._form_view()
            answer = self._review(view, again=again)
            again = True
            if answer is Answer.CHANGE:
                self._ask(ChangeNow(), self._gone())
            now = self._form_view()
            self._note_changes(view, now)
            if answer is not Answer.YES:
                continue
            if now.shown != view.shown:
                self._revoke("the form changed during the review")
                continue
            if self._unlock(view) and self._await_press(step, view) is Press_.SENT:
                self._outcome(step)
            self._note_changes(view, self._form_view())

    def _review(self, view: View, *, again: bool) -> Answer | None:
        rows = tuple(r for r in view.readings if r.kind != "choice" or r.value)
        self._event(
            "reviewed",
            host=view.host,
            fields=[r.name or r.label for r in rows],
            hash=self._values_hash(view.readings),
            again=again,
        )
        label = view.send_label or step_label(self.flow, self.language)
        shut = not self.form.gate.lockable
        return self._ask(Review(rows, view.host, view.address, label, again, shut), self._gone())

    def _rehearse(self, number: int) -> Never:
        """The review of a replay, and whoever presses: the gate stays shut, nothing comes of it."""
        view = self._form_view()
        while (answer := self._review(view, again=False)) is not Answer.YES:
            if answer is Answer.CHANGE:
                self._ask(ChangeNow(), self._gone())
            view = self._form_view()
        self._done(number)
        label = view.send_label or step_label(self.flow, self.language)
        if self._ask(PressShut(label, view.host)) is Answer.AGAIN:
            raise FromTheStart
        raise _Ending("stopped", REPLAYED)

    def _note_changes(self, before: View, now: View) -> None:
        """What differs from *before* was typed by the person, in the window."""
        known = {r.path: r.value for r in before.readings}
        for reading in now.readings:
            if known.get(reading.path) != reading.value:
                self.form.note_typed(reading.path, "person")
                self._event("changed", "person", field=reading.name or reading.label)

    def _unlock(self, view: View) -> bool:
        """Unlock the gate for what was reviewed; False if the form changed just before."""
        values = tuple(
            ReviewedValue(
                names=tuple(n for n in (r.name, r.label) if n),
                value=r.value,
                kind=r.kind,
                aliases=r.aliases,
                typed=r.filled_by is not None,
            )
            for r in view.readings
            if r.kind not in UNMADE or r.value
        )
        self.reviewed = Reviewed((*values, *_unanswered(view.readings)), view.host)
        self._drain_refusals()
        self._event("confirmed", "person", hash=self._values_hash(view.readings), host=view.host)
        self.recorder.stamp("before-send")
        self._wait(self.recorder.stamped, _STAMP)
        self.press_noted = False
        same = self._form_view().shown == view.shown
        if not same or not self.form.unlock(self.reviewed):
            self._revoke("the form changed after the review")
            return False
        self._event("gate.unlocked", seconds=600)
        return True

    def _revoke(self, why: str, told: str = "voided") -> None:
        """A yes that counts no more. Ends the walk where the form never stays as it was checked."""
        self._event("gate.voided", why=why)
        self._tell(told)
        self.voided += 1
        if self.voided > _VOIDED_AT_MOST:
            raise _Ending("drifted", "the form does not stay on the page")
        self.form.pump(_TICK)  # what the page is about to do comes before the next question

    def _await_press(self, step: HumanSends, view: View) -> Press_:
        """Wait until the send has left, or the confirmation is void."""
        press = _Press(self, step, view)
        label = view.send_label or step_label(self.flow, self.language)
        answer = self._ask_press(PressNow(label, view.host), press.settled)
        if self._left():
            self._note_press()
            return Press_.SENT
        wants = answer is Answer.CHANGE
        why = "the person wants to change something" if wants else press.why
        self.form.relock()
        self._revoke(why, "expired" if press.expired else "voided")
        return Press_.CHANGED

    def _note_press(self) -> None:
        """Log the press, once, as soon as it is known: before the send where it came first."""
        if self.form.pressed() and not self.press_noted:
            self.press_noted = True
            self._event("pressed", "person")

    def _ask_press(self, question: PressNow, settled: Callable[[], bool]) -> Answer | None:
        """Ask for the press; a stop takes the unlocking back first, unless the send has left."""
        try:
            return self._ask(question, settled)
        except _Ending:
            if self._left():
                return None
            self.form.cut()
            raise

    def _left(self) -> bool:
        return self.form.sent() is not None

    def _decide_unreadable(self) -> None:
        waiting = self.form.unreadable()
        if waiting is None:
            return
        address, what = waiting
        answer = self.human.ask(Unreadable(address, what), self._pumped)
        self.actions += 1
        self._event("unreadable.decided", "person", answer=answer.value if answer else "page")
        self.form.decide_unreadable(answer is Answer.YES)

    def _pumped(self) -> bool:
        self.form.pump(_TICK)
        return False

    def _on_send(self, request: Request, verdict: Verdict) -> None:
        """Called by the form the moment before a send leaves; on disk before it does."""
        code = verdict.ruling is Ruling.CODE
        if not code:
            self._note_press()
        self._event(
            "code.left" if code else "send.left",
            method=request.method,
            address=addresses.bare(request.url),
            names=list(verdict.names),
            why=verdict.why,
            hash=self._sent_hash(),
        )

    def _sent_hash(self) -> str | None:
        """The hash of the values that leave: a choice that was not made is none of them."""
        if self.reviewed is None:
            return None
        made = [v.value for v in self.reviewed.values if v.value or v.kind not in UNMADE]
        return salted(self.recorder.salt, made)

    # ------------------------------------------------------------------ the answer

    def _outcome(self, step: HumanSends) -> Never:
        """Wait for Meta's answer and say what it means; ends the walk."""
        self._tell("send left")
        waited = self._await_answer()
        sent = self.form.sent()
        assert sent is not None
        self._note_answer(sent)
        if sent.state != "answered" or sent.failure:
            self._capture("the page after the send")
            self.recorder.stamp("after-send")
            if sent.state != "answered":
                raise _Ending("unknown", (waited and sent.failure) or "no answer came")
            raise _Ending("sent", sent.failure)
        reaction = self._read(step)
        codes = 0
        while reaction.code_asked and not (reaction.confirmed or reaction.refused) and codes < 5:
            codes += 1
            self._mailed_code()
            reaction = self._read(step)
        self._conclude(reaction, sent)

    def _conclude(self, reaction: Reaction, sent: Sent) -> Never:
        failed = reaction.confirmed and (sent.status or 0) >= 400  # its own number says no
        if reaction.confirmed != reaction.refused and not failed:
            self._event("answer.read", wording=reaction.wording, confirmed=reaction.confirmed)
            self._keep_answer(reaction.wording)
            if reaction.confirmed:
                raise _Ending("confirmed", by="page")
            raise _Ending("refused", reaction.wording)
        self._keep_answer("")
        spots = drift.spots(self.flow.name)
        self.differs += (drift.unknown_answer(self.language, spots),)
        answer = self._ask(Meaning(sent.status))
        self._event("answer.read", "person", answer=answer.value if answer else None)
        if answer is Answer.CONFIRMED:
            raise _Ending("confirmed", by="person")
        if answer is Answer.REFUSED:
            raise _Ending("refused", "read by the person")
        raise _Ending("sent", "nobody could say what the answer means")

    def _keep_answer(self, wording: str) -> None:
        title = next(
            (s.title for s in reversed(self.flow.steps) if isinstance(s, Keep)), "Meta's answer"
        )
        self._capture(title, wording)
        self.recorder.stamp("after-send")

    def _note_answer(self, sent: Sent) -> None:
        name = {"answered": "send.answered", "failed": "send.failed"}.get(sent.state)
        if name is not None:
            self._event(name, status=sent.status, date=sent.date, failure=sent.failure)

    def _await_answer(self) -> bool:
        """Wait for the answer to the send; after a while the person says how much longer.

        False when the person ended the waiting: that no answer came is then filer's doing too.
        """
        waited = 0.0
        while True:
            if self._wait(self._is_answered, self.patience.answer):
                return True
            waited += self.patience.answer
            answer = self._ask(NoAnswer(int(waited)), self._is_answered)
            if answer is Answer.END:
                self.form.cut()  # an answer that nobody waits for any more is not read half
                self._wait(self._is_answered, 2.0)
                return False

    def _is_answered(self) -> bool:
        sent = self.form.sent()
        return sent is not None and sent.state != "left"

    def _read(self, step: HumanSends) -> Reaction:
        """What the page shows, as soon as it is plain, at the latest after the reading time."""
        seen: list[Reaction] = []

        def plain() -> bool:
            seen.append(self.form.reaction(step, self.flow))
            return seen[-1].confirmed or seen[-1].refused or seen[-1].code_asked

        if self._wait(plain, self.patience.reading):
            self.form.pump(0.05)
        seen.append(self.form.reaction(step, self.flow))
        latest = seen[-1]
        earlier = next((r for r in reversed(seen) if r.confirmed or r.refused), latest)
        return latest if latest.confirmed or latest.refused or latest.code_asked else earlier

    def _mailed_code(self) -> None:
        """The page wants a code that was mailed: the person types it, reviews it, and presses."""
        while True:
            self._ask(CodeAsked())
            code = self.form.code_typed()
            if code is None:
                return
            if not code.strip():
                continue
            answer = self._ask(CodeReview(code))
            if answer is not Answer.YES or self.form.code_typed() != code:
                continue
            self._event("code.confirmed", "person", hash=salted(self.recorder.salt, code))
            self.form.unlock_code(code)
            if self._await_code(code):
                return

    def _await_code(self, code: str) -> bool:
        def settled() -> bool:
            left = self.form.code_sent()
            if left is not None and left.state != "left":
                return True
            return left is None and self.form.code_typed() not in {code, None}

        label = ""
        self._ask(PressNow(label, self.host), settled)
        left = self.form.code_sent()
        if left is None or left.state == "left":
            return False
        self._event("code.answered", status=left.status, failure=left.failure)
        return True

    # ------------------------------------------------------------------ small things

    def _wait(self, settled: Callable[[], bool], seconds: float) -> bool:
        """Let the page live until *settled*, at most *seconds*."""
        until = self.clock.mono_ns() + int(seconds * 1e9)
        while self.clock.mono_ns() < until:
            if settled():
                return True
            self.form.pump(_TICK)
            self._answer_page()
            self._drain_refusals()
        return settled()

    def _values_hash(self, rows: Iterable[Reading]) -> str:
        return salted(self.recorder.salt, [[r.name, r.label, r.value] for r in rows])


@dataclass
class _Press:
    """What is watched between the unlocking and the send: whether the confirmation still holds."""

    walk: _Walk
    step: HumanSends
    view: View
    why: str = "the form shows something else than at the review"
    expired: bool = False
    pressed: bool = False
    gone: int = 0
    objected: bool = False

    def settled(self) -> bool:
        """True once the send has left, or the confirmation is void for the reason in `why`."""
        walk = self.walk
        walk._decide_unreadable()  # noqa: SLF001 - a part of the walk, kept apart to be read
        if walk._left():  # noqa: SLF001
            return True
        if walk.form.gate.expired():
            self.why, self.expired = "the confirmation is older than ten minutes", True
            return True
        now = walk.form.look(walk.flow)
        return walk._left() or self._void(now)  # noqa: SLF001

    def _void(self, now: View) -> bool:
        pressed = self.pressed = self.walk.form.pressed()
        if now.masked:
            return True
        if now.place is not Place.FORM:
            # After a press the page may show "sending" instead of the form before it sends.
            self.gone += 1
            self.why = "the form has left the document"
            return not pressed or self.gone > _GONE_TICKS
        self.gone = 0
        if pressed and not self.objected:
            self._hear_objection()
        # Before the press all that the form shows counts; after it, what the values are: the page
        # may say "sending", or what it does not like.
        if pressed:
            return _values(now) != _values(self.view)
        return now.shown != self.view.shown

    def _hear_objection(self) -> None:
        reaction = self.walk.form.reaction(self.step, self.walk.flow)
        if reaction.refused:
            self.objected = True
            self.walk._event("page.objects", wording=reaction.wording)  # noqa: SLF001
            self.walk._tell("page refused before send", wording=reaction.wording)  # noqa: SLF001


def step_label(flow: Flow, language: str) -> str:
    """What the send control is called in *language*, as far as is known."""
    return flow.sending.send.best(language)


def _unanswered(readings: Sequence[Reading]) -> Iterator[ReviewedValue]:
    """Of each group of choices in which nothing is chosen, that nothing is."""
    choices = [r for r in readings if r.kind == "choice" and r.name]
    chosen = {r.name for r in choices if r.value}
    for name in dict.fromkeys(r.name for r in choices if r.name not in chosen):
        yield ReviewedValue((name,), "", "choice", ("false", "0"), typed=False)


def _values(view: View) -> tuple[tuple[str, str], ...]:
    return tuple((r.path, r.value) for r in view.readings)


def _agrees(shown: str, value: str) -> bool:
    """Whether the page shows *value*; line ends may differ."""
    return shown.replace("\r\n", "\n").strip() == value.replace("\r\n", "\n").strip()


def _was_sent(sent: Sent | None) -> bool | None:
    """True if an answer to a send came, False if none left, None if nobody knows."""
    if sent is None:
        return False
    return True if sent.state == "answered" else None


def _worst(reasons: list[str]) -> str:
    """The reason to name when several addresses failed: the most telling, else the last."""
    telling = [r for r in reasons if r not in {"site not reachable", "no form"} and "HTTP" not in r]
    if telling:
        return telling[0]
    if all(r == "site not reachable" for r in reasons):
        return "site not reachable"
    return "no form"
