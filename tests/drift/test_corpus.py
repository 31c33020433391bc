"""Changed forms: filed as they should, filed with the person's hand, or reported with the reason.

In none may a value stand in a field that is not its own, and none may be passed over in silence.
A few are looked at and filed each time; `make proof` takes all, twice: the check and the filing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Playwright

from filer import drift
from filer.browser.window import Window
from flows.facebook import FLOW
from tests.drift.corpus import CORPUS, Changed
from tests.end_to_end.command import Command
from tests.end_to_end.pages import FORM, PLAIN, Page, Site, page
from tests.end_to_end.windows import window_on
from tests.house.sources import ROOT

LOOKED_AT = (
    "a renamed label",
    "a renamed send button",
    "a table",
    "a new required choice",
    "the e-mail address twice",
    "two large fields",
    "no field for the e-mail address",
    "a language without wordings",
)
"""The changed forms that are looked at each time."""

FILED = ("a renamed label",)
"""The ones that are filed each time."""


def of(name: str) -> Changed:
    """The changed form called *name*."""
    return CORPUS[name]


@pytest.fixture(scope="module")
def looked_at(playwright: Playwright) -> Iterator[Callable[[Page], Window]]:
    """Puts a page into one window for all of them."""
    with Site(page(PLAIN)) as site, window_on(playwright, site) as window:

        def put(shown: Page) -> Window:
            site.form = shown
            window.open(f"https://www.facebook.com{FORM}")
            window.settle(1)
            return window

        yield put


@pytest.mark.parametrize("name", LOOKED_AT)
def test_what_is_different_is_named(looked_at: Callable[[Page], Window], name: str) -> None:
    """The fingerprint of a changed form, held against the flow, names each difference."""
    seen = looked_at(of(name).page).fingerprint(FLOW)

    assert seen is not None
    found = drift.compare(FLOW, seen, drift.spots("facebook"))
    assert of(name).says == tuple(each.what for each in found)
    assert of(name).expected is not drift.drifted(found)


@pytest.mark.proof
@pytest.mark.parametrize("name", CORPUS)
def test_checked(filer: Command, name: str) -> None:
    """`filer check` says whether it is as expected, why not, and types nothing."""
    case = of(name)
    with Site(case.page, others={"/inside": page(PLAIN), **case.others}) as site:
        ran = filer(
            *("check", "facebook", "--site", site.url, "--headless", "--json"),
            *("--language", case.language),
            env={"FILER_PATIENCE": case.patience},
        )

    assert [] == site.sends
    assert case.says == tuple(each["what"] for each in ran.told["findings"]), ran.stderr
    assert (0 if case.expected else 5) == ran.code
    assert case.expected is (ran.told["outcome"] == "as expected")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in FILED else pytest.mark.proof) for n in CORPUS]
)
def test_filed_or_reported(filer: Command, name: str) -> None:
    """What arrives is exactly what should, in its own field; else nothing, and the reason."""
    case = of(name)
    with Site(case.page, others={"/inside": page(PLAIN), **case.others}) as site:
        ran = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", case.language),
            env={"FILER_PATIENCE": case.patience},
        )

    wanted = [] if case.arrives is None else [dict(case.arrives)]
    assert wanted == site.sends, ran.stderr
    assert case.ends == (ran.result["outcome"], ran.result["reason"])
    if case.arrives is not None:
        assert dict(case.fields) == ran.result["fields"]
    assert (case.arrives is not None) is ran.result["sent"]


def test_the_docs_have_the_counts() -> None:
    """At least thirty changed forms, and docs/repairing.md says what becomes of them."""
    page = (ROOT / "docs" / "repairing.md").read_text(encoding="utf-8")
    kinds = Counter(case.kind for case in CORPUS.values())
    expected = sum(case.expected for case in CORPUS.values())

    assert 30 <= len(CORPUS)
    assert f"`tests/drift/corpus.py` has {len(CORPUS)} changed forms," in page
    assert f"| filed by filer | {kinds['filed']} |" in page
    assert f"| filed, the person fills a part | {kinds['with the person']} |" in page
    assert f"| not filed, with the reason | {kinds['reported']} |" in page
    assert f"{len(CORPUS) - expected} of them changed or gone and {expected} as expected" in page
