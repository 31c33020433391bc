"""The stand-in: plays the person on a practice site, and refuses every other page.

It is the only part of filer that can press a send control, and it looks at the address before
each act: `HOST.localhost` on the practice port, or it raises. It finds controls in its own way,
not in filer's, so that it does not share filer's mistakes. See design §7.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, assert_never
from urllib.parse import urlsplit

from playwright.sync_api import ElementHandle, Page
from playwright.sync_api import Error as PlaywrightError

from filer.errors import FilerError
from filer.ports import (
    Accounts,
    Answer,
    ChangeNow,
    CodeAsked,
    CodeReview,
    FillByHand,
    HandOver,
    Human,
    Introduction,
    IsThisIt,
    LookAround,
    MayAsk,
    Meaning,
    NoAnswer,
    NoFormHere,
    PageAsks,
    Prefilled,
    PressNow,
    PressShut,
    Question,
    Result,
    Review,
    Told,
    Unreadable,
)
from filer.practice.places import PRACTICE_PASSWORD

KINDS = ("willing", "absent", "eager", "hesitant", "leaver")

OWN_VALUES: Mapping[str, str] = {
    "email": "sanne.voorbeeld@example.org",
    "name": "Sanne Voorbeeld",
    "address": "Voorbeeldstraat 1\n1000 AA Voorbeeldstad",
    "initials": "S.",
    "country": "nl",
    "first_name": "Sanne",
    "last_name": "Voorbeeld",
    "phone": "+31 6 12345678",
    "prompts": "Who is Sanne Voorbeeld? This is a practice text.",
    "picture": str(Path(__file__).parent / "pages" / "screenshot.png"),
    "reason": (
        "I object to the use of my posts, photos and comments for training AI. I wrote them for "
        "friends, years before anybody spoke of such a use, and I cannot foresee what a model "
        "will make of them. This is a practice text."
    ),
}
"""What the stand-in brings for values that are not set. example.org is reserved (RFC 2606)."""

_REASONS = {
    "nl": (
        "Ik maak bezwaar tegen het gebruik van mijn berichten, foto's en reacties voor het "
        "trainen van AI. Ik schreef ze voor vrienden, jaren voordat iemand het over zulk gebruik "
        "had, en ik kan niet voorzien wat een model ermee doet. Dit is een oefentekst."
    ),
}


def own_value(name: str, language: str) -> str:
    """What the stand-in brings for *name* on a page in *language*; empty where it has nothing.

    Its reason is in that language where there is a text, else in English.
    """
    if name == "reason" and language in _REASONS:
        return _REASONS[language]
    return OWN_VALUES.get(name, "")


_SHORT = "I object to the use of my data for AI."

_EYES = (Path(__file__).parent / "standin.js").read_text(encoding="utf-8")
_VISIBLE = f"(el) => ({_EYES}).visible(el)"
_KIND_OF = f"(el) => ({_EYES}).kindOf(el)"
_CODE = re.compile(r"\b\d{4,10}\b")
_VALUE_OF = f"(el) => ({_EYES}).valueOf(el)"
_SEND_CONTROL = f"() => ({_EYES}).sendControl()"
_CHOICES = f"(el) => ({_EYES}).choices(el)"
_NOWHERE = ("about:", "chrome-error:")
_FIELDS = "input, textarea, select, [contenteditable=''], [contenteditable=true], [role=textbox]"


class _NoPageError(Exception):
    """There is no page in the window, so there is nothing to act on."""


class PracticeWindow(Protocol):
    """What the stand-in needs of the window: the page it shows."""

    page: Page


class Voice(Human, Protocol):
    """Who says to people what filer says, and what it asks the stand-in."""

    def overhear(self, question: Question) -> None:
        """Show a question that the stand-in answers."""


class StandIn:
    """A person for practice. *kind* is one of `KINDS`; *voice* says to people what filer says.

    *port* is the practice site's; *patience* in seconds is how long it waits before it gives up.
    `window` is set once there is one.
    """

    def __init__(self, kind: str, port: int, patience: float, voice: Voice) -> None:
        self.kind, self.port, self.patience, self.voice = kind, port, patience, voice
        self.window: PracticeWindow | None = None
        self._pressed_early = False

    # ------------------------------------------------------------------ ports.Human

    def tell(self, told: Told) -> None:
        """Pass it on to whoever watches."""
        self.voice.tell(told)

    def ended(self, result: Result) -> None:
        """Pass it on to whoever watches."""
        self.voice.ended(result)

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        """Answer as this kind of person does; see `ports.Human.ask`."""
        if not isinstance(question, LookAround):
            self.voice.overhear(question)
        if self.kind == "absent" and not isinstance(question, Introduction):
            return self._nobody(question, meanwhile)
        try:
            return self._answer(question, meanwhile)
        except (
            _NoPageError,
            PlaywrightError,
        ):  # a page that is gone: *meanwhile* says what that is
            return self._nobody(question, meanwhile)

    def _answer(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:  # noqa: C901 - a case per question
        match question:
            case Introduction():
                return Answer.GO
            case HandOver():
                return self._hand_over(question, meanwhile)
            case FillByHand():
                return Answer.DONE if self._fill(question) else Answer.STOP
            case Prefilled():
                return Answer.KEEP
            case IsThisIt():
                return Answer.NO if question.known_language else Answer.YES
            case Review():
                return self._review(meanwhile)
            case ChangeNow():
                return Answer.DONE
            case PressNow():
                return self._press(meanwhile)
            case PressShut():
                return self._press_in_vain(meanwhile)
            case Unreadable() | PageAsks() | CodeReview() | MayAsk():
                return Answer.YES
            case LookAround():
                return Answer.DONE
            case CodeAsked():
                return Answer.DONE if self._type_code() else Answer.STOP
            case NoFormHere() | NoAnswer():
                return Answer.END
            case Meaning():
                return self._meaning()
            case Accounts():
                return Answer.BOTH
            case _:
                assert_never(question)

    def _nobody(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        if self._wait(meanwhile, self.patience):
            return None
        return Answer.END if isinstance(question, NoFormHere) else Answer.STOP

    def _wait(self, meanwhile: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if meanwhile():
                return True
        return False

    # ------------------------------------------------------------------ its own hands and eyes

    def page(self) -> Page:
        """The page, if it is practice; raises `FilerError` for any other."""
        if self.window is None:
            raise FilerError("The stand-in was asked to act without a window.")
        page = self.window.page
        if page.url.startswith(_NOWHERE):
            raise _NoPageError
        parts = urlsplit(page.url)
        host = parts.hostname or ""
        if parts.scheme != "http" or parts.port != self.port or not host.endswith(".localhost"):
            raise FilerError("The stand-in acts on practice pages only, and this is none.")
        return page

    def _all(self, selector: str) -> list[ElementHandle]:
        return [el for el in self.page().query_selector_all(selector) if el.evaluate(_VISIBLE)]

    def _fields(self) -> list[tuple[str, ElementHandle]]:
        found = [(str(el.evaluate(_KIND_OF)), el) for el in self._all(_FIELDS)]
        return [(kind, el) for kind, el in found if kind]

    def _empty(self, kind: str) -> list[ElementHandle]:
        kind = {"choice": "radio", "code": "text", "phone": "text"}.get(kind, kind)
        return [
            el for k, el in self._fields() if k == kind and not str(el.evaluate(_VALUE_OF)).strip()
        ]

    def _hand_over(self, question: HandOver, meanwhile: Callable[[], bool]) -> Answer | None:
        """Log in, type a mailed code, or go on where the page says so; else there is no form."""
        acted = ""
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            with contextlib.suppress(PlaywrightError, _NoPageError):
                key = self.page().url + question.task
                if key != acted and self._act():
                    acted = key
                    until = time.monotonic() + self.patience
            if meanwhile():
                return None
        return Answer.NO_FORM

    def _act(self) -> bool:
        if self._log_in():
            return True
        if self._all("[data-practice-mail]"):
            return self._type_code() and self._enter()
        for choice in self._all("[data-practice-choose]")[:1]:
            choice.check(timeout=2000)
        onward = self._all("[data-practice-continue]")
        if onward:
            onward[0].click(timeout=2000)
        return bool(onward or self._all("[data-practice-choose]"))

    def _log_in(self) -> bool:
        passwords = self._all("input[type=password]")
        if not passwords:
            return False
        for kind, el in self._fields():
            if kind in {"email", "text"} and not str(el.evaluate(_VALUE_OF)):
                el.fill(OWN_VALUES["email"])
        passwords[0].fill(PRACTICE_PASSWORD)
        passwords[0].press("Enter", no_wait_after=True)
        return True

    def _type_code(self) -> bool:
        mails = self.page().query_selector_all("[data-practice-mail]")
        empty = [el for kind, el in self._fields() if kind in {"text", "code"}]
        if not mails or not empty:
            return False
        said = mails[0].get_attribute("data-practice-mail") or mails[0].inner_text()
        code = next(iter(_CODE.findall(said)), said.strip())
        empty[-1].fill(code)
        return True

    def _enter(self) -> bool:
        control = self._send_control()
        if control is None:
            self.page().keyboard.press("Enter")
        else:
            self._click(control)
        return True

    def _send_control(self) -> ElementHandle | None:
        return self.page().evaluate_handle(_SEND_CONTROL).as_element()

    def _click(self, control: ElementHandle) -> None:
        try:
            control.click(timeout=2500, no_wait_after=True)
        except PlaywrightError:
            with contextlib.suppress(PlaywrightError):  # something lies over it: the keyboard
                control.focus()
                self.page().keyboard.press("Enter")

    def _fill(self, question: FillByHand) -> bool:
        empty = self._empty(question.kind)
        if len(empty) != 1:
            return False
        target = empty[0]
        match question.kind:
            case "checkbox":
                target.check()
            case "select":
                values = target.evaluate(_CHOICES)
                target.select_option(values[0])
            case "file":
                target.set_input_files(OWN_VALUES["picture"])
            case "choice":
                return False
            case _:
                target.fill(self._text_for(question))
        return True

    def _text_for(self, question: FillByHand) -> str:
        if question.limit is not None and len(question.value) > question.limit:
            return _SHORT[: question.limit]
        usual = OWN_VALUES.get(question.kind, OWN_VALUES["name"])
        return question.value or (OWN_VALUES["reason"] if question.kind == "textarea" else usual)

    # ------------------------------------------------------------------ the review and the press

    def _review(self, meanwhile: Callable[[], bool]) -> Answer | None:
        if self.kind == "hesitant":
            return Answer.STOP
        if self.kind == "leaver":
            self.page().close()
            self._wait(meanwhile, self.patience)
            return Answer.STOP
        if self.kind == "eager" and not self._pressed_early:
            self._pressed_early = True
            self._enter()
            self._wait(meanwhile, 0.6)
        return Answer.YES

    def _press(self, meanwhile: Callable[[], bool]) -> Answer | None:
        if self._send_control() is None:
            return Answer.STOP
        self._enter()
        return None if self._wait(meanwhile, self.patience) else Answer.STOP

    def _press_in_vain(self, meanwhile: Callable[[], bool]) -> Answer:
        """Press the send control of a replay ten times, to see that nothing comes of it."""
        for _time in range(10):
            if self._send_control() is None:
                break
            self._enter()
            self._wait(meanwhile, 0.2)
        return Answer.DONE

    def _meaning(self) -> Answer:
        # While the next page is coming the one before answers nobody, and Playwright waits.
        self.page().wait_for_function("true", polling=50, timeout=self.patience * 1000)
        marks = [
            (el.get_attribute("data-practice-outcome") or "").strip()
            for el in self.page().query_selector_all("[data-practice-outcome]")
        ]
        for mark, answer in (("confirmed", Answer.CONFIRMED), ("refused", Answer.REFUSED)):
            if mark in marks:
                return answer
        return Answer.UNCLEAR
