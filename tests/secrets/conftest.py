"""A window of filer's own on nasty pages, and what a capture of them shows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Playwright

from filer.browser.window import Window
from filer.ports import Shot
from flows.facebook import FLOW
from tests.end_to_end.pages import FORM as ADDRESS
from tests.end_to_end.pages import Page, Site
from tests.end_to_end.windows import window_on
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
    with window_on(playwright, site) as opened:
        yield opened


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
