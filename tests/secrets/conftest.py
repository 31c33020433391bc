"""A window of filer's own on nasty pages, and what a capture of them shows."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Playwright

from filer.browser.find import find_browser
from filer.browser.window import Launch, Window
from filer.gate import Gate, Ground
from filer.ports import Shot
from flows.facebook import FLOW
from tests.end_to_end.pages import FORM as ADDRESS
from tests.end_to_end.pages import Page, Site
from tests.secrets.nasty import Nasty

Open = Callable[[Nasty], Window]
Take = Callable[[Nasty], Shot]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site whose form is put in by each test."""
    with Site(Page("")) as running:
        yield running


@pytest.fixture(scope="module")
def window(playwright: Playwright, site: Site) -> Iterator[Window]:
    """One window for all pages."""
    path = find_browser(os.environ.get("FILER_BROWSER")).path
    port = int(site.url.rpartition(":")[2])
    gate = Gate(FLOW, Ground(port), time.monotonic)
    opened = Window(playwright, Launch(str(path), visible=False, language="en"), FLOW, gate)
    yield opened
    opened.close()


@pytest.fixture
def show(site: Site, window: Window) -> Open:
    """Puts a page into the window."""

    def put(nasty: Nasty) -> Window:
        site.form = Page(nasty.page())
        site.others = {path: Page(html) for path, html in nasty.others.items()}
        assert window.open(f"https://www.facebook.com{ADDRESS}") is None
        window.settle(1)
        return window

    return put


@pytest.fixture
def take(show: Open) -> Take:
    """Puts a page into the window and captures it."""
    return lambda nasty: show(nasty).capture("The form", FLOW)


def pixels(png: bytes, like: Callable[[int, int, int], bool]) -> int:
    """How many pixels of *png* have a colour of which *like* is true."""
    with Image.open(io.BytesIO(png)) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    return sum(count for count, colour in colours if like(*colour))  # type: ignore[misc]
