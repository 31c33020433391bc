"""Pictures of every page of the guide: `python -m tests.guide.pictures FOLDER [LANGUAGE...]`.

Each in light and dark, 1280 and 400 pixels wide, and once at 200 % zoom. For looking at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from filer import words
from filer.browser.find import find_browser
from filer.human.guide.page import body
from filer.human.guide.window import GuideWindow
from tests.guide.every import pages

KINDS = {
    "light-1280": (1280, 800, "light"),
    "dark-400": (400, 800, "dark"),
    "light-400": (400, 800, "light"),
    "dark-1280": (1280, 800, "dark"),
    "zoomed": (320, 400, "light"),  # 640 pixels at 200 %
}

_UNSTUCK = "footer { position: static !important }"
"""In a picture of a whole page the last line stands at its end, not over the middle."""


def main(folder: Path, languages: tuple[str, ...]) -> None:
    """Save them all below *folder*."""
    browser = find_browser(None).path
    with sync_playwright() as playwright:
        window = GuideWindow(playwright, browser, "en", visible=False)
        for language in languages:
            for number, (name, page) in enumerate(pages(language), 1):
                window.show(body(page, language), number, page.title, language, keep=False)
                for kind, (width, height, colours) in KINDS.items():
                    window.page.set_viewport_size({"width": width, "height": height})
                    window.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
                    place = folder / language / kind / f"{number:02} {name}.png"
                    place.parent.mkdir(parents=True, exist_ok=True)
                    window.page.screenshot(path=place, full_page=True, style=_UNSTUCK)
        window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or words.LANGUAGES)
