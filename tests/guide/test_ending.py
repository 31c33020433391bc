"""Closing, stopping, breaking: whatever ends the guide or the form, the evidence is whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.guide.hands import Doing, Hands, Sitting, filing
from tests.guide.test_filing import commanded, whole

Sit = Callable[..., Sitting]


def close_guide(hands: Hands) -> None:
    """Close the guide."""
    hands.leave()


def close_form(hands: Hands) -> None:
    """Close the window with the form."""
    assert hands.form is not None
    hands.form.page.close()


def close_both(hands: Hands) -> None:
    """Close both, the form first."""
    close_form(hands)
    close_guide(hands)


def stop(hands: Hands) -> None:
    """Press Stop at the top of the guide."""
    hands.stop()


def interrupt(hands: Hands) -> None:
    """Press Ctrl-C in the terminal: what `commands.sessions` hands to the window there is."""
    assert hands.form is not None
    hands.form.interrupt()


def kill_guide(hands: Hands) -> None:
    """The guide's browser dies."""
    kill(hands, str(hands._profile))


def kill_form(hands: Hands) -> None:
    """The form's browser dies."""
    assert hands.form is not None
    mine = str(hands.form.page.context.browser.version) if hands.form.page.context.browser else ""
    assert mine
    kill(hands, "--accept-lang=")


def kill(hands: Hands, words: str) -> None:
    """Kill the browser of this process whose command line holds *words*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            grand = int(Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if words in line and "--type=" not in line and os.getpid() in {parent, grand}:
            found.append(int(entry.name))
    assert found, f"No browser of this process has {words} in its line."
    for number in found:
        os.kill(number, signal.SIGKILL)
    hands.pump(0.2)


ENDINGS: dict[str, Doing] = {
    "guide closed": close_guide,
    "form closed": close_form,
    "both closed": close_both,
    "stop": stop,
    "ctrl-c": interrupt,
    "guide killed": kill_guide,
    "form killed": kill_form,
}
BEFORE = ("introduction", "hand over", "review", "press now")
WITHOUT_FORM = {"guide closed", "stop", "guide killed"}
USUAL = {("review", "guide closed"), ("press now", "guide killed")}


@pytest.mark.parametrize(
    ("page", "how"),
    [
        pytest.param(page, how, marks=() if (page, how) in USUAL else pytest.mark.proof)
        for page in BEFORE
        for how in ENDINGS
        if page != "introduction" or how in WITHOUT_FORM
    ],
)
def test_ending_before_the_send(sit: Sit, page: str, how: str) -> None:
    """Before the press anything that ends it is a clean No: nothing was sent, all is sealed."""
    sitting = sit(filing("facebook") | {page: ENDINGS[how]})
    commanded(sitting, "facebook")
    (result,) = sitting.guided.results

    assert ("stopped", False) == (result.outcome, result.sent)
    assert whole(result)
    assert [] == sitting.posts


@pytest.mark.parametrize(
    ("page", "how"),
    [
        pytest.param(page, how, marks=pytest.mark.proof)
        for page, how in (
            ("accounts center", "guide closed"),
            ("accounts center", "both closed"),
            ("accounts center", "stop"),
            ("evidence", "both closed"),
        )
    ],
)
def test_ending_after_the_send(sit: Sit, page: str, how: str) -> None:
    """After the answer was read the outcome stands, whatever is closed then."""
    ended = dict(filing("facebook"))
    once: list[bool] = []

    def act(hands: Hands) -> None:
        if once:
            hands.leave()
        else:
            once.append(True)
            ENDINGS[how](hands)

    sitting = sit(ended | {page: act})
    commanded(sitting, "facebook")
    (result,) = sitting.guided.results

    assert ("confirmed", True) == (result.outcome, result.sent)
    assert whole(result)
    assert 1 == len(sitting.posts)


def test_stop_while_nothing_is_asked(sit: Sit) -> None:
    """Stop works while filer types: it ends at the next moment it can."""
    sitting = sit(filing("facebook"))
    sitting.hands.at_once["working"] = lambda hands: (
        hands.stop() if "form" in str(hands.did) else None
    )
    commanded(sitting, "facebook")
    (result,) = sitting.guided.results

    assert ("stopped", False) == (result.outcome, result.sent)
    assert whole(result)
    assert "review" not in sitting.hands.seen


def test_a_guide_that_is_gone_asks_nothing(sit: Sit) -> None:
    """Closed on the very first page, nothing is begun and nothing kept."""
    sitting = sit({"start": close_guide}, visible=False)
    sitting.guided.home()

    assert [] == sitting.guided.results
    assert not sitting.guided.found.evidence.exists()
    with pytest.raises(PlaywrightError):
        sitting.hands.page.title()
