"""The browser, its page or its driver dies under filer: a clean end, and what is known of the send.

A dead browser is told from a closed window by nobody, so it ends the same way: stopped where
nothing left, unknown where something did.
"""

from __future__ import annotations

import pytest

from tests.crash.killing import dies, temporary, wait
from tests.end_to_end.command import Command
from tests.end_to_end.pages import PLAIN, Page, Site, page

HANGS = Page("", hangs=True)


MOMENTS: dict[str, tuple[Page, Page, str, str, float]] = {
    # the form, the answer, who stands in, after which words, and how long after
    "before the form": (HANGS, HANGS, "absent", "The window opens", 0.8),
    "while it is filled": (page(PLAIN), HANGS, "absent", "Filled in", 0.0),
    "at the review": (page(PLAIN), HANGS, "absent", "Please check: is everything right?", 0.3),
    "before the answer": (page(PLAIN), HANGS, "willing", "Your form has left", 0.3),
}
ALWAYS = {
    ("page", "while it is filled"),
    ("driver", "before the answer"),
}


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        pytest.param(what, moment, marks=[] if (what, moment) in ALWAYS else pytest.mark.proof)
        for what in ("browser", "page", "driver")
        for moment in MOMENTS
    ],
)
def test_it_dies(filer: Command, what: str, moment: str) -> None:
    """Whatever dies and whenever, the session ends by itself, sealed, and knows what left."""
    shown, answer, person, words, after = MOMENTS[moment]
    with Site(shown, answer) as site:
        running = filer.start(
            *("practice", "facebook", "--site", site.url, "--stand-in", person),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "20", "TMPDIR": str(temporary(filer))},
        )
        running.until_said(words)
        wait(after, running)
        killed = dies(running, what)
        ran = running.finish(30)

        left = moment == "before the answer"
        result = ran.result
        assert 0 < killed
        assert "Traceback" not in ran.stderr
        assert ((6, "unknown", None) if left else (9, "stopped", False)) == (
            ran.code,
            result["outcome"],
            result["sent"],
        ), ran.stderr
        assert (1 if left else 0) == len(site.posts)
        assert result["sealed"]
        assert 0 == filer("verify", result["bundle"]).code
        assert "An earlier session" not in filer("--json").stderr
