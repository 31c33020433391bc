"""What drives the browser is ended where it hangs: that of filer's own window, and no other."""

from __future__ import annotations

import sys

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from filer.browser.find import find_browser
from filer.browser.launching import end_driver
from tests.end_to_end.command import Command

MINE = """
import sys
from filer.browser.launching import end_driver, playwright_running
with playwright_running() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    end_driver()
    try:
        browser.new_page()
    except Exception as gone:
        print("gone", type(gone).__name__)
"""


def test_that_of_another_goes_on(browser: Browser) -> None:
    """A Playwright of this process that filer did not start is left alone."""
    end_driver()

    page = browser.new_page()
    try:
        assert 2 == page.evaluate("1 + 1")
    except PlaywrightError as gone:
        pytest.fail(f"it was ended: {gone}")
    finally:
        page.close()


def test_filers_own_is_ended(filer: Command) -> None:
    """Whoever waits for an answer of filer's own driver hears that it is gone."""
    ran = filer.start_program([sys.executable, "-c", MINE, str(find_browser(None).path)]).finish()

    assert "gone" in ran.stdout
