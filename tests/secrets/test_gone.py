"""What is searched for when the browser is gone before it could be asked for its cookies."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from filer.browser.find import find_browser
from filer.browser.launching import Launch
from filer.browser.window import Window, is_telling
from filer.evidence.reading import read_log
from filer.gate import Gate, Ground
from flows.facebook import FLOW
from tests.crash.killing import temporary, wait
from tests.crash.test_browser_gone import dies
from tests.end_to_end.command import Command
from tests.end_to_end.pages import FORM, PLAIN, Page, Site, page

COOKIE = "aBcDeFgH1jKlMnOp"
STORED = "Zx9kQ2mV7tLpW4sY8rBn3cHd"


def events(bundle: str) -> list[str]:
    """The names of the events in a bundle's log."""
    return [line.event for line in read_log(Path(bundle) / "data/session.jsonl")]


def test_it_is_said_that_the_cookies_are_not_known(filer: Command) -> None:
    """A browser that is gone cannot be asked: the log says so, and the bundle is sealed."""
    with Site(page(PLAIN), Page("", hangs=True)) as site:
        running = filer.start(
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "20", "TMPDIR": str(temporary(filer))},
        )
        running.until_said("Your form has left")
        wait(0.3, running)
        dies(running, "browser")
        ran = running.finish(30)

    assert ran.result["sealed"]
    assert 1 == events(ran.result["bundle"]).count("secrets.unknown")


def test_it_is_not_said_where_they_are_known(filer: Command) -> None:
    """A session whose window is there to the end says nothing of the kind."""
    with Site(page(PLAIN)) as site:
        ran = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "5"},
        )

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert "secrets.unknown" not in events(ran.result["bundle"])


def test_what_was_live_at_a_capture_is_remembered(playwright: Playwright) -> None:
    """Cookies and stored tokens of a capture are searched for, also when the page changed them."""
    html = (
        f"{page(PLAIN).html}<script>document.cookie = 'a={COOKIE}';"
        f" document.cookie = 'plain=accepted'; localStorage.t = '{{\"t\": \"{STORED}\"}}';</script>"
    )
    with Site(Page(html)) as site:
        port = int(site.url.rpartition(":")[2])
        path = find_browser(os.environ.get("FILER_BROWSER")).path
        launch = Launch(str(path), visible=False, language="en")
        window = Window(playwright, launch, FLOW, Gate(FLOW, Ground(port), time.monotonic))
        window.open(f"https://www.facebook.com{FORM}")
        window.settle(1)
        window.capture("The form", FLOW)
        window.page.evaluate("document.cookie = 'a=; max-age=0'; localStorage.clear()")
        before = window.secrets()
        known = window.secrets_known
        window.close()
        after = window.secrets()

    assert (COOKIE, STORED) == tuple(sorted(before, reverse=True))
    assert known
    assert before == after
    assert not window.secrets_known


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("accepted", False),
        ("only_necessary", False),
        ("1920x1080", False),
        ("100012345678901", False),
        ("nl_NL", False),
        ("1.25000001", False),
        ("aBcDeFgH1jKlMnOp", True),
        ("23%3AxYzabc%3A2", True),
        ("canary-cookie-t7Rw20", True),
        ("abcdefghijklmnopqrstuvwxyz", True),
    ],
)
def test_which_cookies_are_secrets(value: str, expected: bool) -> None:
    """A number, a size, a language, a word or two is in any text; all else is a secret."""
    assert expected is is_telling(value)
