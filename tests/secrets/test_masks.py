"""The picture, the text and the values of a capture on pages the masker has never seen.

Everything foreign on these pages has one colour and one name: neither may get into a capture. That
a page is not pictured is right only where it says so, and never silent.
"""

from __future__ import annotations

import json

import pytest

from filer.browser.picture import OUTSIDE, own_text, words_of
from filer.browser.window import Window
from filer.ports import Shot
from flows.facebook import FLOW
from tests.secrets.conftest import Open, Take, pixels
from tests.secrets.nasty import (
    CHAT,
    FORM,
    FRIEND,
    GREEN,
    INK,
    PAGES,
    ROWS,
    WORDS,
    Nasty,
    form,
    script,
)

STATE = """() => {
  const copy = document.documentElement.cloneNode(true);
  for (const el of [copy, ...copy.querySelectorAll('[style]')]) {
    if (el.getAttribute('style')) el.setAttribute('style', el.style.cssText);
  }
  return copy.outerHTML + document.adoptedStyleSheets.length;
}"""
"""The whole document, its styles spelt the same way."""


def is_foreign(red: int, green: int, blue: int) -> bool:
    """Whether a colour has the hue of what is foreign, also faintly or at an edge."""
    return min(red, blue) - green > 24


def is_own(red: int, green: int, blue: int) -> bool:
    """Whether a colour is that of the form's own marks."""
    return green - max(red, blue) > 100


def words(shot: Shot) -> str:
    """Everything in a capture that is text."""
    return json.dumps([shot.aria, *[[f.label, f.name, f.value] for f in shot.fields]])


EVERY_THIRD = [
    pytest.param(name, marks=() if number % 3 == 0 else pytest.mark.proof)
    for number, name in enumerate(PAGES)
]
"""The pages, of which `make test` takes every third and `make proof` all."""


@pytest.mark.parametrize("name", EVERY_THIRD)
def test_nothing_foreign_is_pictured(show: Open, name: str) -> None:
    """The form is pictured and nothing else is, or there is no picture and the reason is said."""
    nasty = PAGES[name]
    window = show(nasty)
    unmasked = window.page.screenshot(full_page=True)
    shot = window.capture("The form", FLOW)

    assert nasty.seen == (pixels(unmasked, is_foreign) > 100)
    assert FRIEND not in words(shot)
    assert (shot.png is None) == bool(shot.withheld)
    if nasty.pictured is not None:
        assert nasty.pictured == (shot.png is not None), shot.withheld
    if shot.png is not None:
        assert 0 == pixels(shot.png, is_foreign)
        assert nasty.marks <= pixels(shot.png, is_own)


@pytest.mark.parametrize("name", WORDS)
def test_nothing_foreign_is_read(take: Take, name: str) -> None:
    """What is no part of the form stays out of text and values; the form's own labels do not."""
    shot = take(WORDS[name])

    assert shot.png is not None, shot.withheld
    assert FRIEND not in words(shot)
    assert "Email address" in str(shot.aria)
    assert "Email address" in [field.label for field in shot.fields]


def test_a_label_that_the_flow_knows(take: Take) -> None:
    """A label outside the box is kept where it is a wording of the flow."""
    rows = ROWS.replace('<label for="m">Email address</label><br>', "")
    shot = take(Nasty(f'<p><label for="m">Email address</label></p>{form(rows)}'))

    assert "Email address" in [field.label for field in shot.fields]


def test_what_was_typed_is_all_in_the_picture_and_the_text(show: Open) -> None:
    """A long text is pictured whole, also where its box shows only its first lines."""
    window = show(Nasty(FORM))
    short = window.capture("The form", FLOW)
    window.page.evaluate(
        "document.querySelector('textarea').value = 'A line of its own.\\n'.repeat(40) + 'Last.'"
    )
    long = window.capture("The form", FLOW)

    assert short.png is not None
    assert long.png is not None
    assert height(long.png) > height(short.png) + 400
    assert "Last." in next(field.value for field in long.fields if field.name == "reason")
    assert "Last." in str(long.aria)


@pytest.mark.parametrize("name", ["plain", "visible by its own style", "in a part that scrolls"])
def test_the_page_is_left_as_it_was(show: Open, name: str) -> None:
    """After a capture the document is what it was before, and so are its styles."""
    window = show(PAGES[name])
    before = window.page.evaluate(STATE)
    shot = window.capture("The form", FLOW)

    assert shot.png is not None
    assert before == window.page.evaluate(STATE)


def test_a_form_in_a_frame_is_not_pictured(take: Take) -> None:
    """filer does not look into frames: a form there has no picture, and that is said."""
    inner = Nasty(FORM).page()
    shot = take(
        Nasty(
            f'{CHAT}<iframe src="/inner" width="600" height="400"></iframe>',
            others={"/inner": inner},
        )
    )

    assert (None, None) == (shot.png, shot.aria)
    assert shot.withheld


def test_a_full_screen_element_does_not_hide_the_form(show: Open) -> None:
    """What fills the screen is no part of the form."""
    window = show(Nasty(f'{FORM}<div id="full" style="{INK}">{FRIEND}</div>'))
    session = window._sessions[window.page]
    whole = {"expression": "full.requestFullscreen()", "userGesture": True, "awaitPromise": True}
    session.send("Runtime.evaluate", whole)
    shot = window.capture("The form", FLOW)
    window.page.evaluate("document.exitFullscreen()")

    assert FRIEND not in words(shot)
    assert shot.png is None or 0 == pixels(shot.png, is_foreign)


def test_a_dialog_of_the_page_does_not_stop_the_capture(take: Take) -> None:
    """A page that asks something while it is pictured is answered no, and pictured."""
    asks = "new MutationObserver((_r, me) => { me.disconnect(); confirm('Sure?'); })"
    shot = take(
        Nasty(FORM + script(f"{asks}.observe(document, {{attributes: true, subtree: true}})"))
    )

    assert shot.png is not None or shot.withheld


def test_two_fingers(show: Open) -> None:
    """A page zoomed with two fingers is pictured whole, or not at all and it is said."""
    window = show(PAGES["a chat beside it"])
    session = window._sessions[window.page]
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    shot = window.capture("The form", FLOW)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})

    assert shot.png is None or 0 == pixels(shot.png, is_foreign)
    assert shot.png is None or 700 <= pixels(shot.png, is_own)


# --------------------------------------------------------------------------- the answer


ANSWER = "We have received your objection"


@pytest.mark.parametrize(
    "body",
    [
        f'<div id="app"><div>{GREEN}<h2>Thank you</h2><p>{ANSWER}.</p></div>{CHAT}</div>',
        f'<div style="display:flex"><div>{GREEN}<p>{ANSWER}.</p></div>{CHAT}</div>',
        f'<div>{GREEN}<p>{ANSWER}.</p><div style="position:fixed;right:0;top:0">{CHAT}</div></div>',
        f"<div>{GREEN}<p>{ANSWER}.</p><h3>People you may know</h3>{CHAT}</div>",
        f"<div>{GREEN}<p>{ANSWER}.</p><ul><li>{CHAT}</li></ul></div>",
        f'<div role="dialog">{GREEN}<p>{ANSWER}.</p><button>Close</button></div>{CHAT}',
        f"<main>{GREEN}<p>{ANSWER}.</p></main><aside>{CHAT}</aside>",
    ],
)
def test_nothing_foreign_beside_an_answer(show: Open, body: str) -> None:
    """The box of an answer ends where a column, a list, a further section or an overlay begins."""
    shot = show(Nasty(body)).capture("The answer", FLOW, ANSWER)

    assert FRIEND not in words(shot)
    assert shot.png is not None, shot.withheld
    assert 0 == pixels(shot.png, is_foreign)
    assert ANSWER in str(shot.aria)


# --------------------------------------------------------------------------- small things


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('  - textbox "Email address": anna@example.org', None),
        ('- textbox "Joris Zonnebloem"', f"- textbox: {OUTSIDE}"),
        ('  - textbox "Email address": geheim', f"  - textbox: {OUTSIDE}"),
        ('- form "Joris Zonnebloem":', f'- form "{OUTSIDE}":'),
        ("- text: Email Zonnebloem", f"- text: {OUTSIDE}"),
        ("  - 'heading \"Email: Zonnebloem\" [level=2]':", f'  - heading "{OUTSIDE}":'),
        ('- heading "EMAIL address" [level=2]', None),
        ('- checkbox "Email" [checked] [disabled]', None),
        ("  - /url: /help?token=abc#x", "  - /url: /help"),
        ('- text: "address\\nEmail"', None),
        ("    Zonnebloem went on", f"    - text: {OUTSIDE}"),
    ],
)
def test_a_line_of_the_text(line: str, expected: str | None) -> None:
    """A line with a foreign word keeps its place and role; all others stay as they are."""
    words = words_of("Email address anna@example.org /help")

    assert (line if expected is None else expected) == own_text(line, words)


def test_hidden_names_within_the_form(take: Take) -> None:
    """Names that stand in the form for screen readers alone are the form's own."""
    rows = (
        ROWS.replace(
            "<textarea",
            '<span id="n" hidden>Whatever it is</span><textarea aria-labelledby="n"',
        )
        + '<button type="button"><svg width="9" height="9"><title>Close it</title></svg></button>'
    )
    shot = take(Nasty(form(rows)))

    assert "Whatever it is" in [field.label for field in shot.fields]
    assert OUTSIDE not in str(shot.aria)


def test_a_window_that_went_has_no_picture(show: Open) -> None:
    """A capture of a blank page says why it holds nothing."""
    window: Window = show(Nasty(""))
    shot = window.capture("The form", FLOW)

    assert (None, None, ()) == (shot.png, shot.aria, shot.fields)
    assert shot.withheld


def height(png: bytes) -> int:
    """The height of *png* in pixels (PNG: its header)."""
    return int.from_bytes(png[20:24])


def test_only_pixels_are_in_a_picture(take: Take) -> None:
    """A picture has no texts, times or profiles beside its pixels."""
    png = take(PAGES["plain"]).png
    assert png is not None
    chunks, at = set(), 8
    while at < len(png):
        chunks.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])

    assert chunks <= {b"IHDR", b"sBIT", b"pHYs", b"IDAT", b"IEND"}
