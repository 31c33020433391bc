"""Pictures of every page of the guide: `python -m tests.guide.pictures FOLDER [LANGUAGE...]`.

`tools/pictures.py` makes these and those of the start page and the dossier.

Each in light and dark, 1280 and 400 pixels wide, and once at 200 % zoom. For looking at.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Playwright, sync_playwright

from filer import words
from filer.browser.find import Browser, find_browser
from filer.human.guide.page import body
from filer.human.guide.window import GuideWindow
from tests.guide.every import pages

KINDS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "light-1280": (1280, 800, "light"),
    "dark-400": (400, 800, "dark"),
    "light-400": (400, 800, "light"),
    "dark-1280": (1280, 800, "dark"),
    "zoomed": (320, 400, "light"),  # 640 pixels at 200 %
}

_UNSTUCK = "footer { position: static !important }"
"""In a picture of a whole page the last line stands at its end, not over the middle."""


def keep_pages(playwright: Playwright, browser: Browser, folder: Path, language: str) -> None:
    """Save a picture of each page in *language*, each of the `KINDS`, below *folder*."""
    window = GuideWindow(playwright, browser.path, language, visible=False)
    for number, (name, page) in enumerate(pages(language), 1):
        window.show(body(page, language), number, page.title, language, keep=False)
        for kind, (width, height, colours) in KINDS.items():
            window.page.set_viewport_size({"width": width, "height": height})
            window.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            place = folder / language / kind / f"{number:02} {name}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            window.page.screenshot(path=place, full_page=True, style=_UNSTUCK)
    window.close()


def main(folder: Path, languages: tuple[str, ...]) -> None:
    """Save them all below *folder*."""
    with sync_playwright() as playwright:
        for language in languages:
            keep_pages(playwright, find_browser(None), folder, language)


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or tuple(words.NAMES))
