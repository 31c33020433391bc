"""A person at the guide who has a keyboard and no mouse, and counts what they have to do.

They find everything with Tab, choose with Space, press with Enter, and type. What they press on is
found by what has the focus, never by a place or a wording, so they read every language.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright

from filer.browser.find import Browser
from filer.browser.window import Window
from filer.guiding import Guided
from filer.human.guide.guide import Guide
from filer.human.guide.window import Act, GuideWindow
from filer.settings import Settings
from filer.words import NAMES

READING = 0.7
"""Seconds that this person looks at a new page before they do anything."""
PATIENCE = 60.0
"""Seconds after which this person says that nothing happens any more: a test must end."""
_MOST_TABS = 80
_FOCUS = """() => {
  const at = document.activeElement;
  const acts = at.tagName === 'BUTTON' || at.getAttribute('role') === 'button';
  return [at.dataset?.answer ?? '', at.getAttribute?.('name') ?? '', at.type ?? '', acts];
}"""

Doing = Callable[["Hands"], object]


class Hands(GuideWindow):
    """The guide's window, with hands in front of it that do on each page what *habits* say.

    *at_once* is what they do as soon as a page comes, also where nothing is asked.
    *form* is the window with the form, while there is one. *did* is everything they did, in order;
    *seen* the names of the pages. *look* is called on each page before anything is done there.
    """

    habits: Mapping[str, Doing]

    def __init__(
        self,
        playwright: Playwright,
        executable: Path,
        language: str,
        habits: Mapping[str, Doing],
        look: Callable[[Hands, str], None] = lambda _hands, _name: None,
        *,
        visible: bool = True,
    ) -> None:
        self.habits, self.look = habits, look
        self.at_once: dict[str, Doing] = {}
        self.form: Window | None = None
        self.did: list[str] = []
        self.seen: list[str] = []
        self.name, self.number, self.language, self.since = "", 0, language, 0.0
        self._done = 0
        super().__init__(playwright, executable, language, visible=visible)

    def show(self, html: str, number: int, title: str, language: str, *, keep: bool) -> None:
        """Show a page; the person begins to read it, also when it is in another language."""
        super().show(html, number, title, language, keep=keep)
        if (number, language) != (self.number, self.language):
            self.number, self.language, self.since = number, language, time.monotonic()
            self._done = 0
            self.name = html.partition('data-page="')[2].partition('"')[0]
            self.at_once.get(self.name, _nothing)(self)

    def take(self) -> Act | None:
        """What came of what they did."""
        read = time.monotonic() - self.since > READING
        if read and not self.closed and self._done != self.number:
            self._done = self.number
            self.seen.append(self.name)
            self.look(self, self.name)
            self.habits.get(self.name, _nothing)(self)
        act = super().take()
        if act is not None:
            self.since = time.monotonic()
        assert time.monotonic() - self.since < PATIENCE, (
            f"Nothing happens on {self.name!r}: {pages_text(self.page)[:400]}"
        )
        return act

    # ------------------------------------------------------------------ what they can do

    def press(self, key: str) -> None:
        """Go to the guide's button that answers *key*, with Tab, and press Enter."""
        _walk(self.page, lambda answer, _name, _type, _acts: answer == key)
        self.did.append(f"guide: {key}")
        self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        """Go to the guide's box called *name* and press Space."""
        _walk(self.page, lambda _answer, at, _type, _acts: at == name)
        self.did.append(f"guide: tick {name}")
        self.page.keyboard.press("Space")

    def type(self, name: str, text: str) -> None:
        """Go to the guide's field called *name*, and type *text* in the place of what is there."""
        _walk(self.page, lambda _answer, at, _type, _acts: at == name)
        self.did.append(f"guide: type {name}")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def hand_over(self, *files: Path) -> None:
        """Go to the guide's field for files, press Enter, and choose *files* in the dialog."""
        _walk(self.page, lambda _answer, _name, kind, _acts: kind == "file")
        self.did.append("guide: hand over")
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(list(files))

    def choose(self, name: str, value: str) -> None:
        """Go to the guide's list called *name*, and down it until *value* is chosen."""
        _walk(self.page, lambda _answer, at, _type, _acts: at == name)
        self.did.append(f"guide: choose {name}")
        for _number in range(_MOST_TABS):
            if self.page.locator(f"[name={name}]").input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value!r} is not in the list.")

    def speak(self, language: str) -> None:
        """Go to the guide's list of languages and type the beginning of one's own name."""
        _walk(self.page, lambda _answer, _name, kind, _acts: kind == "select-one")
        self.did.append(f"guide: speak {language}")
        self.page.keyboard.type(NAMES[language][:3])

    def log_in(self) -> None:
        """Type a password on the page in the other window, and press Enter."""
        page = self._form_page()
        _walk(page, lambda _answer, _name, kind, _acts: kind == "password")
        page.keyboard.insert_text("practice")
        page.keyboard.press("Enter")
        self.did.append("form: log in")

    def send(self) -> None:
        """Go to the last button of the form in the other window and press Enter: it sends."""
        page = self._form_page()
        _walk(page, lambda _answer, _name, kind, acts: acts and kind != "button")
        page.keyboard.press("Enter")
        self.did.append("form: send")

    def stop(self) -> None:
        """Press the button at the top that stops."""
        _walk(self.page, lambda _answer, _name, kind, _acts: kind == "button", from_top=True)
        self.did.append("guide: stop")
        self.page.keyboard.press("Enter")

    def reload(self) -> None:
        """Press F5 in the guide."""
        self.page.keyboard.press("F5")

    def leave(self) -> None:
        """Close the guide's window."""
        self.page.close()

    def _form_page(self) -> Page:
        assert self.form is not None, f"No form's window is open on page {self.name!r}."
        return self.form.page


def _nothing(_hands: Hands) -> None:
    """On a page without a habit nothing is done."""


def _walk(
    page: Page, here: Callable[[str, str, str, bool], bool], *, from_top: bool = False
) -> None:
    """Press Tab until *here* is true of what has the focus, beginning *from_top* if so wanted."""
    if from_top:
        page.keyboard.press("Shift+Tab")
    for _number in range(_MOST_TABS):
        if here(*page.evaluate(_FOCUS)):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not get there: {page.title()!r}, {page.evaluate(_FOCUS)}")


def filing(*wanted: str, first: str = "practice") -> dict[str, Doing]:
    """What a willing person does on each page to file for the accounts *wanted*."""
    begun: list[bool] = []

    def start(hands: Hands) -> None:
        if begun:
            hands.leave()
        else:
            hands.press("facebook+instagram" if len(wanted) > 1 else "begin")
        begun.append(True)

    def ended(hands: Hands) -> None:
        answers = hands.page.locator("[data-answer]")
        keys = [each.get_attribute("data-answer") for each in answers.all()]
        hands.press(next(key for key in ("next", "home", "close") if key in keys))

    return {
        "start": start,
        "accounts": lambda hands: hands.press("+".join(wanted)),
        "details": lambda hands: hands.press("go"),
        "practice or real": lambda hands: hands.press(first),
        "introduction": lambda hands: hands.press("go"),
        "hand over": lambda hands: hands.log_in(),
        "review": lambda hands: hands.press("yes"),
        "press now": lambda hands: hands.send(),
        "accounts center": lambda hands: hands.press("unclear"),
        "evidence": ended,
        "told": lambda hands: hands.press("back"),
    }


class Sitting:
    """One person at one guide: *hands*, the guide, their way through it.

    *opened* is what was opened for them, *posts* what the practice site was sent.
    """

    def __init__(
        self,
        playwright: Playwright,
        browser: Browser,
        found: Settings,
        hands: Hands,
        downloads: Path,
        language: str = "en",
    ) -> None:
        self.hands = hands
        self.guide = Guide(hands, language)
        self.opened: list[str] = []
        self.posts: list[object] = []
        self.guided = Guided(
            self.guide,
            playwright,
            browser,
            found,
            self._on_window,
            launch=self.opened.append,
            downloads=downloads,
        )

    def _on_window(self, thing: Any) -> None:
        self.hands.form = thing if isinstance(thing, Window) else None


def pages_text(page: Page) -> str:
    """What *page* shows, or nothing where it is gone."""
    try:
        return str(page.inner_text("body"))
    except PlaywrightError:
        return ""
