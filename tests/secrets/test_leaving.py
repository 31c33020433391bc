"""Captures of a page that leaves, or wants to, while it is pictured: no wait without end."""

from __future__ import annotations

import pytest

from filer.ports import Shot
from flows.facebook import FLOW
from tests.end_to_end.pages import Page, Site
from tests.secrets.conftest import Open, pixels
from tests.secrets.nasty import PAGES
from tests.secrets.test_masks import is_foreign, words

LEAVES = {
    "to another page": "location.href = '/x'",
    "to another site": "location.host = location.host.replace('www.facebook', 'www.instagram')",
    "to itself": "location.reload()",
    "by sending": "document.querySelector('form').submit()",
    "and stays": "location.href = '/nothing'",
}
LEFT = """() => [
  document.adoptedStyleSheets.length
    + [...document.querySelectorAll('*')].flatMap((el) => el.getAttributeNames())
      .filter((name) => /^data-[a-z0-9]+x$/.test(name)).length,
  getComputedStyle(document.body).visibility,
]"""
"""What is left of the hiding: sheets and marks, and whether the page can be seen."""

MILLISECONDS = (0, 45, 95, 150)
BETWEEN = (20, 70, 120, 190)


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(MILLISECONDS, id="usual"),
        pytest.param(BETWEEN, id="between", marks=pytest.mark.proof),
    ],
)
@pytest.mark.parametrize("how", LEAVES)
def test_a_page_that_leaves(show: Open, site: Site, how: str, moments: tuple[int, ...]) -> None:
    """It is pictured or it is said why not, and afterwards nothing on it is hidden any more."""
    shots: list[Shot] = []
    for late in moments:
        window = show(PAGES["a chat beside it"])
        site.others = {"/x": Page("<p>Another page</p>"), "/nothing": Page("", status=204)}
        window.page.evaluate(f"setTimeout(() => {{ {LEAVES[how]} }}, {late})")
        shots.append(window.capture("The form", FLOW))
        window.settle(1)
        assert [0, "visible"] == window.page.evaluate(LEFT)

    assert all((shot.png is None) == bool(shot.withheld) for shot in shots)
    assert all("Zonnebloem" not in words(shot) for shot in shots)
    assert 0 == sum(pixels(shot.png, is_foreign) for shot in shots if shot.png)
    assert how != "and stays" or all(shot.png for shot in shots)
