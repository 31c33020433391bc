"""Pictures of what filer makes: guide and form, evidence, start page, dossier. `make pictures`.

    .venv/bin/python tools/pictures.py                        those of the docs
    .venv/bin/python tools/pictures.py FOLDER [LANGUAGE...]   all there is, to be looked at

A person who has a keyboard files on the practice site, through the guide; what the windows show
then is what the pictures show. Values are made up, nothing leaves this machine. To be looked at are
every page of the guide, the start page and every page of the dossier, where it can be in light and
dark, and in two widths. Needs pdftoppm.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, ViewportSize, sync_playwright
from screen import can_have_one, virtual_display

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from filer import settings, words  # noqa: E402
from filer.browser.display import has_display  # noqa: E402
from filer.browser.find import Browser, find_browser  # noqa: E402
from tests.guide.hands import Hands, Sitting, filing  # noqa: E402
from tests.guide.pictures import KINDS, keep_pages  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
GIVEN = {
    "FILER_EMAIL": "sanne@example.org",
    "FILER_NAME": "Sanne Voorbeeld",
    "FILER_ADDRESS": "Voorbeeldstraat 1\n1000 AA Amsterdam",
    "FILER_COUNTRY": "NL",
    "FILER_REASON": "I object to the use of my posts and photos for training AI. I posted pictures "
    "of my children for friends and family, years before anybody spoke of such a use.",
}
_OFFICES = {"en": "iedpc", "nl": "nlap", "de": "deberlbdi", "fr": "frcnil"}
"""For each language an authority that takes a complaint in it."""
_SIZE: ViewportSize = {"width": 760, "height": 960}
_WIDE = 1200
"""How wide two things side by side become in the docs, in pixels; one thing alone is narrower."""


@dataclass
class Maker:
    """Makes what there is to picture, in *language*, in the folder *place*."""

    playwright: Playwright
    browser: Browser
    place: Path
    language: str
    review: Image.Image | None = None
    evidence: Image.Image | None = None
    bundle: Path = field(default_factory=Path)

    def file_once(self) -> None:
        """File on the practice site through the guide; what stood there at two moments is kept."""
        found = settings.read(
            {"language": self.language},
            default_evidence=self.place / "evidence",
            environment=GIVEN,
            dotenv=self.place / "none",
            choices=self.place / "choices.json",
        )
        habits = filing("facebook")
        hands = Hands(self.playwright, self.browser.path, self.language, habits, self._look)
        try:
            sitting = Sitting(
                self.playwright, self.browser, found, hands, self.place, self.language
            )
            sitting.guided.home()
        finally:
            hands.close()
        self.bundle = Path(sitting.guided.results[0].bundle or "")

    def _look(self, hands: Hands, name: str) -> None:
        if name == "review" and hands.form is not None:
            self.review = beside(*(_shot(page) for page in (hands.page, hands.form.page)))
        if name == "evidence":
            self.evidence = _shot(hands.page)

    def start_page(self, width: int, colours: str, *, whole: bool) -> Image.Image:
        """The start page of the bundle, as anybody's browser shows it; or the top of it."""
        shown = self.playwright.chromium.launch(executable_path=self.browser.path)
        page = shown.new_page(viewport={"width": width, "height": 1250})
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        page.goto((self.bundle / "README.html").as_uri())
        picture = _opened(page.screenshot(full_page=whole))
        shown.close()
        return picture

    def dossier(self, last: int) -> list[Image.Image]:
        """The first pages of the complaint that the bundle becomes, up to *last*."""
        command = [sys.executable, "-m", "filer", "complaint", self.bundle.parent.name]
        command += ["--to", _OFFICES[self.language], "--language", self.language]
        command += ["--folder", str(self.place)]
        surroundings = {**os.environ, **GIVEN, "FILER_EVIDENCE": str(self.bundle.parent.parent)}
        subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True)
        pdf = next(self.place.glob(f"practice-*/*complaint-{self.language}.pdf"))
        command = ["pdftoppm", "-r", "75", "-png", "-l", str(last), str(pdf)]
        subprocess.run([*command, str(self.place / "page")], check=True)
        return [_opened(each.read_bytes()) for each in sorted(self.place.glob("page-*.png"))]


def beside(*pictures: Image.Image) -> Image.Image:
    """All of them in a row."""
    apart = 12
    wide = sum(each.width + apart for each in pictures) - apart
    row = Image.new("RGB", (wide, max(each.height for each in pictures)), "grey")
    at = 0
    for each in pictures:
        row.paste(each, (at, 0))
        at += each.width + apart
    return row


def for_the_docs(made: Maker) -> None:
    """The few pictures that the documentation shows, each as small as it stays readable."""
    made.file_once()
    first, second = made.dossier(2)
    pictures = {
        "guide": made.review,
        "guide-evidence": made.evidence,
        "start-page": made.start_page(1000, "light", whole=False),
        "dossier": beside(first, second),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        assert picture is not None, f"The window for {name} was never seen."
        wide = min(picture.width, _WIDE if picture.width > picture.height else _WIDE * 3 // 4)
        small = picture.convert("RGB").resize((wide, wide * picture.height // picture.width))
        small.quantize(48).save(FOLDER / f"{name}.png", optimize=True)
        print(FOLDER.relative_to(ROOT) / f"{name}.png")


def to_look_at(made: Maker, folder: Path) -> None:
    """Everything, in full."""
    keep_pages(made.playwright, made.browser, folder, made.language)
    made.file_once()
    here = folder / made.language
    for name, picture in (("review", made.review), ("evidence", made.evidence)):
        if picture is not None:
            picture.save(here / f"{name}.png")
    for kind, (width, _height, colours) in KINDS.items():
        made.start_page(width, colours, whole=True).save(here / kind / "start page.png")
    for number, picture in enumerate(made.dossier(999), 1):
        picture.save(here / f"dossier {number:02}.png")
    print(here)


def _shot(page: Page) -> Image.Image:
    page.set_viewport_size(_SIZE)
    return _opened(page.screenshot())


def _opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw))


def main(arguments: list[str]) -> None:
    """Make them, on a virtual display where there is none."""
    folder, *languages = arguments or [""]
    with contextlib.ExitStack() as stack:
        if not has_display() and can_have_one():
            os.environ.update(stack.enter_context(virtual_display()))
        browser = find_browser(os.environ.get("FILER_BROWSER"))
        playwright = stack.enter_context(sync_playwright())
        for language in (languages or list(words.NAMES)) if folder else ["en"]:
            with tempfile.TemporaryDirectory(prefix="filer-pictures-") as place:
                words.speak(language)
                made = Maker(playwright, browser, Path(place), language)
                to_look_at(made, Path(folder)) if folder else for_the_docs(made)


if __name__ == "__main__":
    main(sys.argv[1:])
