"""The pictures of the docs, made anew by a practice filing: guide and form, start page, dossier.

    .venv/bin/python tools/pictures.py

Writes to `docs/pictures/`. A person who has a keyboard files on the practice site, through the
guide; what the windows show then is what the pictures show. Values are made up, nothing leaves
this machine. Needs pdftoppm.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Playwright, sync_playwright
from screen import can_have_one, virtual_display

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from filer import settings, words  # noqa: E402
from filer.browser.display import has_display  # noqa: E402
from filer.browser.find import Browser, find_browser  # noqa: E402
from tests.guide.hands import Hands, Sitting, filing  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
GIVEN = {
    "FILER_EMAIL": "sanne@example.org",
    "FILER_NAME": "Sanne Voorbeeld",
    "FILER_ADDRESS": "Voorbeeldstraat 1\n1000 AA Amsterdam",
    "FILER_COUNTRY": "NL",
    "FILER_REASON": "I object to the use of my posts and photos for training AI. I posted pictures "
    "of my children for friends and family, years before anybody spoke of such a use.",
}
_SIZE = {"width": 760, "height": 900}
_WIDTH = 900


def file_once(playwright: Playwright, browser: Browser, place: Path) -> Path:
    """File on the practice site through the guide, with a picture of it at the review; the bundle.

    Evidence goes to *place*.
    """
    found = settings.read(
        {"language": "en"},
        default_evidence=place / "evidence",
        environment=GIVEN,
        dotenv=place / "none",
        choices=place / "choices.json",
    )
    hands = Hands(playwright, browser.path, "en", filing("facebook"), _at_the_review)
    try:
        sitting = Sitting(playwright, browser, found, hands, place)
        sitting.guided.home()
    finally:
        hands.close()
    return Path(sitting.guided.results[0].bundle or "")


def _at_the_review(hands: Hands, name: str) -> None:
    if name != "review" or hands.form is None:
        return
    shots = []
    for page in (hands.page, hands.form.page):
        page.set_viewport_size(_SIZE)
        shots.append(Image.open(io.BytesIO(page.screenshot())))
    both = Image.new("RGB", (2 * _SIZE["width"] + 12, _SIZE["height"]), "grey")
    for number, shot in enumerate(shots):
        both.paste(shot, (number * (_SIZE["width"] + 12), 0))
    _keep(both, "guide", wide=1200)


def picture_start_page(playwright: Playwright, browser: Browser, bundle: Path) -> None:
    """The top of the start page of *bundle*, as anybody's browser shows it."""
    shown = playwright.chromium.launch(executable_path=browser.path)
    page = shown.new_page(viewport={"width": 1000, "height": 1250})
    page.goto((bundle / "README.html").as_uri())
    _keep(Image.open(io.BytesIO(page.screenshot())), "start-page")
    shown.close()


def picture_dossier(bundle: Path, place: Path) -> None:
    """Two pages of the complaint that *bundle* becomes."""
    command = [sys.executable, "-m", "filer", "complaint", bundle.parent.name, "--to", "dpc"]
    command += ["--language", "en", "--folder", str(place)]
    surroundings = {**os.environ, **GIVEN, "FILER_EVIDENCE": str(bundle.parent.parent)}
    subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True)
    pdf = next(place.glob("practice-*/*complaint-en.pdf"))
    subprocess.run(["pdftoppm", "-r", "75", "-png", "-l", "2", pdf, place / "page"], check=True)
    first, second = (Image.open(each) for each in sorted(place.glob("page-*.png")))
    both = Image.new("RGB", (first.width + second.width + 12, first.height), "grey")
    both.paste(first, (0, 0))
    both.paste(second, (first.width + 12, 0))
    _keep(both, "dossier", wide=1200)


def _keep(picture: Image.Image, name: str, *, wide: int = _WIDTH) -> None:
    """Save *picture* as small as it stays readable."""
    small = picture.convert("RGB").resize((wide, wide * picture.height // picture.width))
    FOLDER.mkdir(parents=True, exist_ok=True)
    small.quantize(128).save(FOLDER / f"{name}.png", optimize=True)
    print(FOLDER.relative_to(ROOT) / f"{name}.png")


def main() -> None:
    """Make them all, on a virtual display where there is none."""
    with contextlib.ExitStack() as stack:
        if not has_display() and can_have_one():
            os.environ.update(stack.enter_context(virtual_display()))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="filer-pictures-")))
        words.speak("en")
        browser = find_browser(os.environ.get("FILER_BROWSER"))
        playwright = stack.enter_context(sync_playwright())
        bundle = file_once(playwright, browser, place)
        picture_start_page(playwright, browser, bundle)
        picture_dossier(bundle, place)


if __name__ == "__main__":
    main()
