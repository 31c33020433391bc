"""What the stand-in brings for values that nobody set, and what it does where the page is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error as PlaywrightError

from filer.errors import WindowClosed
from filer.human.reasons import unfinished
from filer.ports import Meaning, PressNow, Question, Result, Told
from filer.practice.standin import OWN_VALUES, StandIn, own_value


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Ik maak bezwaar"), ("en", "I object"), ("de", "I object"), ("", "I object")],
)
def test_the_reason_follows_the_language(language: str, words: str) -> None:
    """Its reason is in the language of the page where there is a text, else in English."""
    reason = own_value("reason", language)

    assert reason.startswith(words)
    assert not unfinished(reason)


def test_other_values_are_the_same_everywhere() -> None:
    """Names and addresses have no language, and what it does not have stays empty."""
    assert OWN_VALUES["email"] == own_value("email", "nl")
    assert "" == own_value("nothing", "nl")


class Crashed:
    """A page whose browser was killed a moment ago."""

    url = "http://www.facebook.com.localhost:8000/help/contact/1"

    def evaluate_handle(self, _script: str, **_options: object) -> object:
        """Fails as Playwright does."""
        raise PlaywrightError("Page.evaluate_handle: Target crashed")

    query_selector_all = wait_for_function = evaluate_handle


class Shown:
    """A window that shows it."""

    page = Crashed()


class Listening:
    """A voice that nobody hears."""

    def tell(self, told: Told) -> None:
        """Nothing."""

    def ended(self, result: Result) -> None:
        """Nothing."""

    def overhear(self, question: Question) -> None:
        """Nothing."""

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> None:
        """Nothing."""


@pytest.mark.parametrize("question", [PressNow("Submit", "www.facebook.com"), Meaning(200)])
def test_a_page_that_is_gone(question: Question) -> None:
    """A page that was killed under its hands is the window's to tell of, and no mistake of its."""

    def meanwhile() -> bool:
        raise WindowClosed

    person = StandIn("willing", 8000, 5, Listening())
    person.window = Shown()  # type: ignore[assignment]
    with pytest.raises(WindowClosed):
        person.ask(question, meanwhile)
