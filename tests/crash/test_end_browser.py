"""A browser that hangs is ended, with what drives it: that of filer's own window, and no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, Playwright
from playwright.sync_api import Error as PlaywrightError

from filer.browser.find import find_browser
from filer.browser.launching import end_browser
from tests.end_to_end.command import Command
from tests.end_to_end.pages import PLAIN, Site, page
from tests.end_to_end.windows import window_on

MINE = """
import sys
from filer.browser.launching import end_browser, playwright_running
with playwright_running() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    end_browser("127.0.0.1:9")
    try:
        browser.new_page()
    except Exception as gone:
        print("gone", type(gone).__name__)
"""


def assert_goes_on(browser: Browser) -> None:
    """It answers still."""
    tab = browser.new_page()
    try:
        assert 2 == tab.evaluate("1 + 1")
    except PlaywrightError as gone:
        pytest.fail(f"it was ended: {gone}")
    finally:
        tab.close()


def test_that_of_another_goes_on(browser: Browser) -> None:
    """A Playwright of this process that filer did not start is left alone."""
    end_browser("127.0.0.1:9")

    assert_goes_on(browser)


def test_filers_own_is_ended(filer: Command) -> None:
    """Whoever waits for an answer of filer's own driver hears that it is gone."""
    ran = filer.start_program([sys.executable, "-c", MINE, str(find_browser(None).path)]).finish()

    assert "gone" in ran.stdout


def test_a_frozen_browser_is_closed(playwright: Playwright, browser: Browser) -> None:
    """A window whose browser answers no more closes, and the browser beside it goes on."""
    with Site(page(PLAIN)) as site, window_on(playwright, site) as window:
        own = f"--proxy-server=http://{window.wire.way_out.address} "
        told = subprocess.run(
            ["ps", "axww", "-o", "pid=,args="], check=True, capture_output=True, text=True
        )
        pids = [int(row.split()[0]) for row in told.stdout.splitlines() if own in f"{row} "]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        window.close()

        assert pids
    assert_goes_on(browser)
