"""The guide in tests: a person who sits at it, and a window that is used for many pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from filer import settings, words
from filer.browser.find import Browser, find_browser
from filer.human.guide.window import GuideWindow
from tests.guide.hands import Doing, Hands, Sitting

REASON = "I object: I posted photos of my children for friends, not for training machines."
GIVEN = {"FILER_EMAIL": "sanne@example.org", "FILER_REASON": REASON, "FILER_TSA_URLS": ""}


@pytest.fixture(autouse=True)
def _the_language_before() -> Iterator[None]:
    before = words._state["now"]
    yield
    words._state["now"] = before


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The browser that filer would use."""
    return find_browser(os.environ.get("FILER_BROWSER"))


@pytest.fixture(scope="module")
def window(playwright: Playwright, chromium: Browser) -> Iterator[GuideWindow]:
    """A guide's window without a display, for pages that are only looked at."""
    made = GuideWindow(playwright, chromium.path, "en", visible=False)
    yield made
    made.close()


@pytest.fixture
def sit(
    playwright: Playwright, chromium: Browser, tmp_path: Path
) -> Iterator[Callable[..., Sitting]]:
    """Seats a person at a guide; their windows are put away afterwards."""
    seated: list[Hands] = []

    def seat(
        habits: Mapping[str, Doing],
        look: Callable[[Hands, str], None] = lambda _hands, _name: None,
        *,
        language: str = "en",
        visible: bool = True,
        given: Mapping[str, str] = GIVEN,
        evidence: Path | None = None,
    ) -> Sitting:
        found = settings.read(
            {"language": language},
            default_evidence=evidence or tmp_path / "evidence",
            environment=given,
            dotenv=tmp_path / "no .env",
            choices=tmp_path / "kept" / "choices.json",
        )
        hands = Hands(playwright, chromium.path, language, habits, look, visible=visible)
        seated.append(hands)
        (tmp_path / "downloads").mkdir(exist_ok=True)
        return Sitting(playwright, chromium, found, hands, tmp_path / "downloads", language)

    yield seat
    for hands in seated:
        hands.close()
