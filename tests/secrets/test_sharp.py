"""Captures in a visible window on a sharp screen, with the person's own zoom: the same form."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from filer.browser.find import find_browser
from filer.browser.launching import Launch
from filer.browser.window import Window
from filer.gate import Gate, Ground
from flows.facebook import FLOW
from tests.end_to_end.pages import FORM, Page, Site
from tests.secrets.conftest import pixels
from tests.secrets.nasty import PAGES
from tests.secrets.test_masks import is_foreign, is_own


def browser_with(folder: Path, scale: float) -> Path:
    """The browser as on a screen with *scale* pixels a point."""
    script = folder / "browser"
    path = find_browser(os.environ.get("FILER_BROWSER")).path
    script.write_text(f'#!/bin/sh\nexec "{path}" --force-device-scale-factor={scale} "$@"\n')
    script.chmod(0o755)
    return script


def profile_with(folder: Path, zoom: float) -> Path:
    """A profile whose owner has set the browser to *zoom*; it counts in steps of a fifth."""
    (folder / "profile/Default").mkdir(parents=True)
    level = {"partition": {"default_zoom_level": {"x": math.log(zoom) / math.log(1.2)}}}
    (folder / "profile/Default/Preferences").write_text(json.dumps(level))
    return folder / "profile"


@pytest.mark.parametrize(("scale", "zoom"), [(2.0, 1.5), (1.25, 0.67)])
def test_sharp_screens_and_zoom(
    tmp_path: Path, playwright: Playwright, scale: float, zoom: float
) -> None:
    """The picture holds all of the form and nothing else, in as many pixels as the screen has."""
    with Site(Page("")) as site:
        ground = Ground(int(site.url.rpartition(":")[2]))
        launch = Launch(
            str(browser_with(tmp_path, scale)),
            visible=True,
            language="en",
            profile=profile_with(tmp_path, zoom),
        )
        window = Window(playwright, launch, FLOW, Gate(FLOW, ground, time.monotonic))
        found = {}
        for name in ("a chat beside it", "taller than the window", "in a part that scrolls"):
            site.form = Page(PAGES[name].page())
            window.open(f"https://www.facebook.com{FORM}")
            window.settle(1)
            shot = window.capture("The form", FLOW)
            assert shot.png is not None, f"{name}: {shot.withheld}"
            found[name] = (pixels(shot.png, is_foreign), pixels(shot.png, is_own))
        window.close()

    marks = 800 * (scale * zoom) ** 2
    assert all(0 == foreign for foreign, _own in found.values()), found
    assert all(0.85 * marks < own < 1.15 * marks for _foreign, own in found.values()), found
