"""A window that lies over the guide and goes away under the pointer gets no answer out of it."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Playwright

from filer.browser.find import Browser
from filer.human.guide.window import TOO_SOON, GuideWindow
from tests.guide.pointer import Pointer
from tests.guide.test_pages import TWO, came, read, show, until

PLACE = """() => {
  const box = document.querySelector('[data-answer=yes]').getBoundingClientRect();
  const above = outerHeight - innerHeight;
  return [screenX + box.x + box.width / 2, screenY + above + box.y + 9].map(Math.round);
}"""
"""Where on the screen the guide's main button stands; the browser's own bar is above the page."""
COVER = """([x, y]) => {
  const cover = window.open('', '', 'popup,width=400,height=400');
  cover.moveTo(x - 200, y - 200);
  cover.document.body.innerHTML = '<h1 style="font-size:90px">Click here twice!</h1>';
  cover.document.documentElement.style.height = '100%';
  cover.addEventListener('mousedown', () => cover.close());
}"""


@pytest.mark.proof
@pytest.mark.parametrize(("too_soon", "heard"), [(TOO_SOON, []), (0, ["yes"])])
def test_a_window_over_the_guide_gets_no_answer(
    playwright: Playwright, chromium: Browser, too_soon: int, heard: list[str]
) -> None:
    """It asks for two clicks and closes at the first: the second, on the guide, means nothing.

    In a guide that hears at once it would be an answer: the trick is a real one.
    """
    window = GuideWindow(playwright, chromium.path, "en", too_soon=too_soon)
    hostile = playwright.chromium.launch(
        executable_path=chromium.path,
        headless=False,
        chromium_sandbox=os.geteuid() != 0,
        args=["--window-position=900,0", "--window-size=500,400"],
    )
    try:
        window.beside()
        show(window, TWO)
        page = hostile.new_context(no_viewport=True).new_page()
        with Pointer() as pointer:
            x, y = window.page.evaluate(PLACE)
            pointer.move(x, y)
            read(window, 1)
            with page.context.expect_page() as cover:
                page.evaluate(COVER, [x, y])
            page.wait_for_timeout(1500)
            pointer.click()
            until(window, cover.value.is_closed)
            pointer.click()
            hit = came(window)
            pointer.move(x + 3, y)
            read(window, 1)
            pointer.click()
            meant = came(window)
    finally:
        hostile.close()
        window.close()

    assert [heard, ["yes"]] == [[act.answer for act in acts] for acts in (hit, meant)]
