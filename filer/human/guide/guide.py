"""The person at the guide's window: shows the screens and takes the answers, without blocking.

The same list of screens as in the terminal, one page at a time. An answer counts only on the page
it was given on. Closing the guide is a clean No.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from filer import words
from filer.human.guide.opening import Opening
from filer.human.guide.page import STAGES, Page, body, of_screen
from filer.human.guide.ways import AFTERWARDS
from filer.human.guide.window import Act, GuideWindow
from filer.human.screen import Moment, Sofar
from filer.human.screens import harmless, screen
from filer.human.shown import inline
from filer.ports import (
    Accounts,
    Answer,
    ChangeNow,
    CodeAsked,
    FillByHand,
    HandOver,
    Introduction,
    LookAround,
    PressNow,
    Question,
    Reading,
    Result,
    Review,
    Told,
)
from filer.words import _

_A_MOMENT = 0.02
"""Seconds to let the window live when *meanwhile* itself took no time."""
_LOOK_AGAIN = 0.5
_FOR_EACH = frozenset({Answer.BOTH, Answer.UNCLEAR})
"""What was said of the Accounts Center for one form, and holds for the other as well."""
_MOST_NEWS = 6


class Closed(Exception):
    """A signal: the person closed the guide, where that is no answer to a question."""


@dataclass(frozen=True)
class Said:
    """What the person did on a page of the guide's own: which button, and what was filled in."""

    answer: str
    values: Mapping[str, str]
    files: tuple[tuple[str, bytes | None], ...] = ()


class Guide:
    """A `Human` in *window*, speaking *language*.

    *stop* is called when the person presses Stop, or closes the guide, while nothing is asked.
    *introduced* says that the person has read what filer does, so it is not shown again. *ending*
    makes the page that stands beside Meta's answer; *opening* acts on the buttons of that page
    that answer nothing, and *went* is the one that did. *idle* makes the line of what was sent
    where no form is under way; *has_form* says that the form's window is there. *reviewed* is what
    stood in the form when the person looked at it last. *which* says which form of several it is
    about. *on_language* is told of a new language.
    """

    def __init__(
        self,
        window: GuideWindow,
        language: str,
        on_language: Callable[[str], None] = lambda _language: None,
    ) -> None:
        self.window = window
        self.language = words.speak(language)
        self.stop: Callable[[], None] = lambda: None
        self.introduced = False
        self.ending: Callable[[Result], Page] | None = None
        self.opening: Opening | None = None
        self.went = ""
        self.which: Callable[[], str] = lambda: ""
        self._on_language = on_language
        self._sofar = Sofar()
        self._news: list[tuple[str, str]] = []
        self._number = 0
        self._stage: int | None = None
        self._shown: Callable[[], Page] = lambda: Page("empty", "filer")
        self._looked = 0.0
        self._asking = False
        self._ended: Result | None = None
        self._interrupted = False
        self._stopped = False
        self._leaving = False
        self._too_early = False
        self._accounts: Answer | None = None
        self._earlier: list[tuple[str, Sofar]] = []
        self._name = ""
        self.idle: Callable[[], str] | None = None
        self.has_form = False
        self.reviewed: tuple[Reading, ...] = ()
        window.on_urgent = self._urgent

    # ------------------------------------------------------------------ as a `Human`

    def tell(self, told: Told) -> None:
        """Show a piece of news under what stands there, and have it read aloud."""
        self._sofar = self._sofar.after(told)
        news = screen(told, self._sofar, self.language)
        rows = " ".join(f"{label}: {value}" for label, value in news.rows)
        self._news = [*self._news, (told.what, f"{news.title} {rows}".strip())][-_MOST_NEWS:]
        self._too_early = self._too_early or told.what == "press stopped"
        self._render(keep=True)
        self.window.say(news.title)

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        """Show the question and wait for one of its answers, letting the page live meanwhile.

        Returns None as soon as *meanwhile* says that the page has settled it. A closed guide is
        the harmless answer. Whatever *meanwhile* raises goes through.
        """
        self._sofar = self._sofar.after(question)
        if isinstance(question, Accounts) and self._accounts in _FOR_EACH:
            return self._accounts
        if isinstance(question, Review):
            self.reviewed = question.rows
        if isinstance(question, Introduction):
            self._news = []
            if self.introduced:
                return Answer.GO
            self.introduced = True
        self._show(lambda: self._page_of(question))
        mine, self._asking = self._number, True
        try:
            while True:
                started = time.monotonic()
                if meanwhile():
                    return None
                if self._number != mine:  # another question came in between
                    self._show(lambda: self._page_of(question))
                    mine = self._number
                act = self._next(started)
                if self.window.closed or self._stopped or (act and act.kind == "stop"):
                    return self._no(question)
                answer = self._answer(act, question) if act and act.page == mine else None
                if answer is not None:
                    self._too_early = False
                    if isinstance(question, Accounts):
                        self._accounts = answer
                    return answer
        finally:
            self._asking = False
            self._news = []
            if self._show(self._working):  # pressed just when the page settled it
                self._urgent()

    def ended(self, result: Result) -> None:
        """Keep how it ended; the guide's own page of the evidence shows it."""
        self._sofar = self._sofar.after(result)
        self._ended = result
        self._show(lambda: self._page_of(result))

    @property
    def sofar(self) -> Sofar:
        """What has been sent so far, as this person was told."""
        return self._sofar

    @property
    def how_it_ended(self) -> Result | None:
        """The result of the filing that ended last, None while there is none."""
        return self._ended

    # ------------------------------------------------------------------ the guide's own pages

    def page(self, make: Callable[[], Page], opening: Opening | None = None) -> Said:
        """Show the page that *make* makes and wait for a button of it.

        It is made again when the language changes, with what was filled in. Buttons that belong
        to *opening* answer nothing. Raises `Closed` when the person presses Stop or closes the
        window.
        """
        filled: dict[str, str] = {}

        def current() -> Page:
            made = make()
            inputs = tuple(replace(i, value=filled.get(i.name, i.value)) for i in made.inputs)
            sent = made.sent or self.sent_line()
            made = replace(made, inputs=inputs, sent=sent, which=self.which())
            return _with_said(made, opening)

        self._show(current)
        while True:
            if self._leaving:
                raise Closed
            act = self._next(time.monotonic(), filled)
            if self.window.closed or (act and act.kind == "stop"):
                raise Closed
            if act is None:
                continue
            if act.page != self._number:
                continue
            if act.kind == "files":
                return Said("files", act.values, act.files)
            if act.kind == "answer" and not self._opened(opening, act.answer):
                return Said(act.answer, act.values)

    def sent_line(self) -> str:
        """One line that says what was sent so far, of each form where there are several."""
        if self.idle is not None:
            return self.idle()
        if not self._earlier:
            return self._sofar.line()
        forms = (*self._earlier, (self._name, self._sofar))
        line = _("Sent so far. {forms}").format(forms=" ".join(_sent_of(*each) for each in forms))
        own = _("This is practice: nothing goes to Meta.")
        return f"{line} {own}" if self._sofar.practice else line

    def wait_for_form(self) -> None:
        """Show that the form's window is on its way."""
        self._stage = None
        self._show(self._working)
        self.window.pump(_A_MOMENT)

    def wait_with(self, title: str, waits: str) -> None:
        """Show that something takes a moment, and what."""
        self._show(lambda: Page("waiting", title, waits=waits, sent=self.sent_line(), running=True))
        self.window.pump(_A_MOMENT)

    def interrupt(self) -> None:
        """Ctrl-C: whatever waits for the person ends, at the next moment it can."""
        self._interrupted = True

    def begin_anew(self) -> None:
        """Begin several forms: what was said of others before does not count for them."""
        self._accounts, self._earlier, self._name = None, [], ""

    def begin(self, sofar: Sofar, name: str = "") -> None:
        """Begin anew: nothing has been sent, and there is no news.

        With its *name* it is one form of several, and what was sent of those before is said too.
        """
        if name and self._name and (self._name != name or self._sofar.state != "nothing"):
            self._earlier.append((self._name, self._sofar))
        self._name, self.idle, self.reviewed = name, None, ()
        self._sofar, self._news, self._ended, self.went = sofar, [], None, ""
        self.which, self._stage, self._stopped = (lambda: ""), None, False
        self._too_early = False

    # ------------------------------------------------------------------ inside

    def _page_of(self, moment: Moment) -> Page:
        shown = screen(moment, self._sofar, self.language)
        if isinstance(moment, LookAround) and self._ended is not None and self.ending is not None:
            page = replace(self.ending(self._ended), which=self.which())
            page = replace(page, paragraphs=(*page.paragraphs, *shown.paragraphs[1:]))
            return _with_said(page, self.opening)
        page = of_screen(
            shown,
            by_hand(moment),
            practice=self._sofar.practice,
            waits=waits_for(moment),
            news=self._in_words(),
        )
        page = beside_the_form(page, moment, self._sofar)
        wrong = too_early() if self._too_early else ""
        return replace(page, which=self.which(), wrong=wrong, sent=self.sent_line())

    def _working(self) -> Page:
        opens = not self.has_form and not self._stage
        page = working(practice=self._sofar.practice, stage=self._stage, opens=opens)
        wrong = too_early() if self._too_early else ""
        return replace(page, news=self._in_words(), which=self.which(), wrong=wrong)

    def _in_words(self) -> tuple[str, ...]:
        """The news; that filer waits for an answer is none any more when it has come."""
        answered = self._sofar.state == "answered"
        return tuple(said for what, said in self._news if not (answered and what == "send left"))

    def _show(self, make: Callable[[], Page]) -> bool:
        """Show the page of *make*; whether Stop was pressed on the one before, and not taken."""
        self._shown = make
        self._number += 1
        stop = self.window.forget_acts()
        self._render(keep=False)
        return stop

    def _render(self, *, keep: bool) -> None:
        page = self._shown()
        self._stage = STAGES.get(page.name, self._stage)
        if page.name == "working" or keep:
            page = replace(page, news=self._in_words(), sent=self.sent_line())
        html = body(page, self.language)
        self.window.show(html, self._number, page.title, self.language, keep=keep)

    def _next(self, started: float, filled: dict[str, str] | None = None) -> Act | None:
        """What the person did, if anything; else a moment has gone by."""
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt
        act = self.window.take()
        if act is None:
            if time.monotonic() - started < _A_MOMENT:
                self.window.pump(_A_MOMENT)
            self._look()
            return None
        if act.kind == "language":
            if filled is not None and act.page == self._number:
                filled.update(act.values)
            self.language = words.speak(act.language)
            self._on_language(self.language)
            self._render(keep=True)
            return None
        return act

    def _look(self) -> None:
        """Look now and then whether the page is still there."""
        now = time.monotonic()
        if now - self._looked > _LOOK_AGAIN:
            self._looked = now
            if not self.window.whole():
                self._render(keep=False)

    def _urgent(self) -> None:
        """Stop was pressed, or the guide closed: where nothing is asked, the session ends now."""
        if not self._asking:
            self._stopped = True
            self.stop()

    def _answer(self, act: Act, question: Question) -> Answer | None:
        if act.kind != "answer":
            return None
        if isinstance(question, LookAround) and self.ending is not None:
            if act.answer in AFTERWARDS:
                self.went = act.answer
                return Answer.DONE
            self._opened(self.opening, act.answer)
            return None
        return next((each for each in question.choices if each.value == act.answer), None)

    def _opened(self, opening: Opening | None, key: str) -> bool:
        """Whether the button *key* belongs to *opening*; then it is done, and said beside it."""
        if opening is None or not opening.act(key):
            return False
        self._render(keep=True)
        self.window.say(" ".join(opening.said()[key]))
        return True

    def _no(self, question: Question) -> Answer:
        """The clean No to *question*; a guide that was closed also ends what comes after."""
        if isinstance(question, Introduction):
            return Answer.STOP
        if isinstance(question, LookAround):
            self._leaving = True
        return harmless(question)


def _with_said(page: Page, opening: Opening | None) -> Page:
    return replace(page, said=opening.said()) if opening is not None else page


def _sent_of(form: str, sofar: Sofar) -> str:
    """What was sent of one *form* of several."""
    words = {
        "left": _("{form}: sent once, no answer yet."),
        "answered": _("{form}: sent once, an answer came."),
        "unknown": _("{form}: not known, sent once at most."),
    }
    return words.get(sofar.state, _("{form}: nothing.")).format(form=form)


def working(*, stage: int | None, practice: bool = False, opens: bool = False) -> Page:
    """What stands there while filer works and asks nothing; *opens*: in a window yet to come."""
    return Page(
        "working",
        _("The window with the form opens") if opens else _("filer is working in the other window"),
        (_("You need not do anything now."),),
        waits=_("This page changes by itself as soon as you are needed."),
        by_hand=_("You can stop here, and fill in the form in your own browser instead."),
        practice=practice,
        stage=stage,
        running=True,
    )


def beside_the_form(page: Page, moment: Moment, sofar: Sofar) -> Page:
    """*page* with what helps a person who has the form's window beside the guide."""
    match moment:
        case HandOver(task="login") if sofar.practice:
            own = _(
                "This is practice. If the page asks for an e-mail address and a password, leave "
                "both empty and press the button below them. Type no real password."
            )
            return replace(page, paragraphs=(own, *page.paragraphs[1:]))
        case Review(shut=False) if moment.send_label:
            not_yet = _("Please do not press “{button}” on the page yet.").format(
                button=inline(moment.send_label)
            )
            return replace(page, paragraphs=(not_yet, *page.paragraphs))
        case Accounts():
            return _one_more_question(page, moment)
        case PressNow() if sofar.state == "nothing":
            return replace(
                page, paragraphs=(*page.paragraphs, _("If you do not press, nothing is sent."))
            )
        case _:
            return page


def _one_more_question(page: Page, moment: Accounts) -> Page:
    """First that the objection has arrived, as far as that is known; then the question."""
    titles = {
        "confirmed": _("The page says that your objection has been received"),
        "sent": _("Your form was sent, but the answer is not clear"),
    }
    question = _("One more question, for your evidence. “I do not know” does no harm.")
    if moment.outcome not in titles:
        return replace(page, paragraphs=(question, *page.paragraphs))
    own = titles[moment.outcome]
    return replace(page, title=own, paragraphs=(question, page.title, *page.paragraphs))


def too_early() -> str:
    """What to say where the page tried to send before the person said yes."""
    return _(
        "That was too early: the page tried to send, and filer held it back. Nothing has left. A "
        "message about the connection on the page can come from that; it may stay there. First "
        "give your answer here. Press the button on the page only when filer asks you to."
    )


def waits_for(moment: Moment) -> str:
    """What filer waits for in the other window; empty where it waits for an answer here."""
    match moment:
        case HandOver():
            return _("filer waits for the form in the other window.")
        case PressNow():
            return _("filer waits until you press the button in the other window.")
        case _:
            return ""


def by_hand(moment: Moment) -> str:
    """How to do this without filer, as a sentence; empty where there is nothing to do."""
    match moment:
        case Introduction():
            return _(
                "You can do all of it without filer: open {address} in your own browser, log in, "
                "fill in the form and send it. Then filer keeps no evidence of it. Take pictures "
                "yourself, and keep Meta's e-mail."
            ).format(address=_address(moment))
        case HandOver() | FillByHand() | ChangeNow() | CodeAsked() | PressNow():
            return _(
                "This is done by hand, in the other window. filer only looks on, and keeps the "
                "evidence."
            )
        case Review():
            return _(
                "You can type everything yourself in the other window: choose that you want to "
                "change something. filer shows you everything again."
            )
        case LookAround():
            return ""
        case _:
            return _("You can stop here, and fill in the form in your own browser instead.")


def _address(moment: Introduction) -> str:
    found: Sequence[str] = next(
        (step.addresses for step in moment.flow.steps if hasattr(step, "addresses")), ()
    )
    return found[0] if found else ""
