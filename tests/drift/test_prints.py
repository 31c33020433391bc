"""What is read of a form: its own names and kinds; no value, and no word from outside its box."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Playwright

from filer import drift
from filer.browser.window import Window
from filer.ports import Part
from flows.facebook import FLOW
from tests.end_to_end.pages import EMAIL, FORM, PLAIN, REASON, Page, Site, form, labelled, page
from tests.end_to_end.windows import window_on

FRIEND = "Joris Zonnebloem"
SECRET = "canary-4711-Zonnebloem"


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


def read(window: Window) -> str:
    """The whole fingerprint as text."""
    seen = window.fingerprint(FLOW)
    assert seen is not None
    return json.dumps(drift.as_data(seen), ensure_ascii=False)


OUTSIDE = {
    "a label elsewhere on the page": page(
        f"<p id='x'>{FRIEND}</p>"
        + form(
            EMAIL,
            REASON,
            "<p>Also: <input aria-labelledby='x' name='q'></p>",
        )
    ),
    "a label element elsewhere": page(
        f"<label for='q'>{FRIEND}</label>" + form(EMAIL, REASON, "<input id='q' name='q'>")
    ),
    "a button named from elsewhere": page(
        f"<p id='x'>{FRIEND}</p>"
        + form(EMAIL, REASON).replace("<button", "<button aria-labelledby='x'")
    ),
    "the title of the page": page(PLAIN, title=f"{FRIEND}: AI at Meta"),
    "a headline": page(f"<h2>{FRIEND}</h2>" + PLAIN),
    "a value": page(
        form(
            labelled("m1", "Email address", f'<input type="email" value="{SECRET}@example.org"'),
            REASON,
        )
        + f"<p>{FRIEND}</p>"
    ),
    "a value that is a label too": page(
        form(
            EMAIL,
            REASON,
            labelled("n", f"You wrote: {SECRET}", f"<input type='text' value='{SECRET}'"),
        )
    ),
    "an address in a label": page(
        form(EMAIL, REASON, labelled("n", f"Not {SECRET}@example.org?", "<input type='text'"))
    ),
    "what stands in editable text": page(
        f"<div role='form'>{EMAIL}<div contenteditable='true' role='textbox'>{SECRET}<br>{FRIEND}"
        "</div><button>Submit</button></div>"
    ),
    "a hidden value": page(form(EMAIL, REASON, f"<input type='hidden' name='h' value='{SECRET}'>")),
    "the choices of a list": page(
        form(EMAIL, REASON, f"<select aria-label='Who'><option>{FRIEND}</option></select>")
    ),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_else_is_read(looked_at: Callable[[Page], Window], name: str) -> None:
    """No value of any kind, and no text from outside the form, is in a fingerprint."""
    told = read(looked_at(OUTSIDE[name]))

    assert '"meaning": "email"' in told
    assert FRIEND not in told
    assert SECRET not in told


def test_a_cookie_and_a_query_are_not_read(looked_at: Callable[[Page], Window]) -> None:
    """The address is host and path; cookies are never asked for."""
    window = looked_at(
        page(
            PLAIN,
            script=f"document.cookie='c={SECRET}';history.replaceState(0,'','?t={SECRET}#{SECRET}')",
        )
    )

    assert SECRET not in read(window)


def test_a_private_page_has_no_fingerprint(looked_at: Callable[[Page], Window]) -> None:
    """A page with a password field is never read, not even as a guess."""
    window = looked_at(page(form(EMAIL, REASON, '<input type="password" aria-label="Password">')))

    assert window.fingerprint(FLOW) is None


def test_kinds_limits_and_names_are_read(looked_at: Callable[[Page], Window]) -> None:
    """What a copy of the form needs is there."""
    seen = looked_at(
        page(
            form(
                EMAIL,
                labelled("t1", "Explanation", '<textarea maxlength="500"'),
                "<div><div>Country</div><select required><option></option></select></div>",
            )
        )
    ).fingerprint(FLOW)

    assert seen is not None
    assert "Submit" == seen.send
    assert (
        Part("email", "Email address", "label", meaning="email", how="label"),
        Part(
            "textarea", "Explanation", "label", "textarea", limit=500, meaning="reason", how="label"
        ),
        Part("select", "Country", "row", "select", required=True),
    ) == seen.parts


def test_names_are_short_and_of_one_line(looked_at: Callable[[Page], Window]) -> None:
    """A page cannot fill a fingerprint with a novel, nor hide characters in it."""
    long = "Explain\u202e\u200b " + "very " * 300
    seen = looked_at(page(form(EMAIL, labelled("t1", long, "<textarea")))).fingerprint(FLOW)

    assert seen is not None
    name = seen.parts[1].name
    assert 160 >= len(name)
    assert name.startswith("Explain very very")
    assert "\u202e" not in name
