"""Every page of the guide: whole, readable by all, and deaf to what the person did not mean."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Playwright

from filer import words
from filer.browser.find import Browser
from filer.human.guide.page import Button, Card, Input, Page, body
from filer.human.guide.window import Act, GuideWindow
from tests.guide.every import pages

AXE = """async () => {
  const found = await axe.run(document);
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
}"""
TWO = Page(
    "two",
    "Two buttons",
    inputs=(Input("email", "E-mail", "email"), Input("why", "Why", "area", count=True)),
    buttons=(Button("yes", "Yes", "main"), Button("no", "No")),
    sent="Sent so far: nothing.",
)


def show(window: GuideWindow, page: Page, language: str = "en") -> int:
    """Show *page* and return its number."""
    number = next(_numbers)
    window.forget_acts()
    window.show(body(page, language), number, page.title, language, keep=False)
    return number


_numbers: Iterator[int] = iter(range(1, 1_000_000))


def read(window: GuideWindow, seconds: float = 0.7) -> None:
    """Look at the page for a while, as people do."""
    window.pump(seconds)


def came(window: GuideWindow, seconds: float = 0.3) -> list[Act]:
    """What Python heard of the person within a moment."""
    window.pump(seconds)
    return list(iter(window.take, None))


def faults(window: GuideWindow) -> list[str]:
    """What axe finds wrong with the page that is shown."""
    if not window.page.evaluate("() => Boolean(window.axe)"):
        window.page.evaluate(Axe().axe_script)
    found = window.page.evaluate(AXE)
    assert isinstance(found, list)
    return [str(each) for each in found]


@pytest.fixture(autouse=True)
def _plain(window: GuideWindow) -> None:
    window.page.set_viewport_size({"width": 480, "height": 800})
    window.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    window.page.mouse.move(5, 5)


# ------------------------------------------------------------------ read by everybody


@pytest.mark.parametrize(
    ("language", "colours"),
    [
        pytest.param(lang, way, marks=() if (lang, way) == ("nl", "dark") else pytest.mark.proof)
        for lang in words.NAMES
        for way in ("light", "dark")
    ],
)
def test_axe_finds_nothing(window: GuideWindow, language: str, colours: Any) -> None:
    """axe finds nothing wrong with any page."""
    window.page.emulate_media(color_scheme=colours)
    found = {}
    for name, page in pages(language):
        show(window, page, language)
        if wrong := faults(window):
            found[name] = wrong

    assert {} == found


def test_axe_would_find_something(window: GuideWindow) -> None:
    """A field without a label and an unreadable colour do not pass."""
    show(window, TWO)
    window.page.evaluate(
        "() => { document.querySelector('label[for]').remove();"
        " document.querySelector('.sent').style.color = '#ddd'; }"
    )

    assert {"label", "color-contrast"} <= {each.partition(":")[0] for each in faults(window)}


@pytest.mark.parametrize(
    "language",
    [pytest.param(lang, marks=() if lang == "nl" else pytest.mark.proof) for lang in words.NAMES],
)
def test_a_screen_reader_is_told_what_there_is(window: GuideWindow, language: str) -> None:
    """On each page: its language, one main heading with the focus, a name for each control.

    And a place whose news are read aloud when nothing else is being read.
    """
    found = {}
    for name, page in pages(language):
        show(window, page, language)
        if wrong := unsaid(window, page, language):
            found[name] = wrong

    assert {} == found


def test_a_control_without_a_name_is_found(window: GuideWindow) -> None:
    """The test above fails where a button says nothing, and where a second heading is the main."""
    show(window, TWO)
    window.page.evaluate(
        "() => { document.querySelector('[data-answer=no]').textContent = '';"
        " document.querySelector('form').insertAdjacentHTML('beforeend', '<h1>x</h1>'); }"
    )

    assert ["headings: Two buttons, x", "no name: button"] == unsaid(window, TWO, "en")


CONTROLS = {"button", "textbox", "combobox", "checkbox", "radio", "link", "DisclosureTriangle"}
"""What can be worked with, as Chromium calls it in the tree that a screen reader is given."""


def unsaid(window: GuideWindow, page: Page, language: str) -> list[str]:
    """What a screen reader would not be told about *page*, which is shown in *language*."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("Accessibility.enable")
    nodes = [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            {each["name"]: each["value"].get("value") for each in node.get("properties", [])},
        )
        for node in session.send("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
    ]
    session.detach()
    heads = [name for role, name, about in nodes if role == "heading" and about["level"] == 1]
    focused = [name for role, name, about in nodes if about.get("focused") and role == "heading"]
    lives = [about.get("live") for role, _name, about in nodes if role == "status"]
    alerts = [role for role, _name, _about in nodes if role == "alert"]
    roots = [name for role, name, _about in nodes if role == "RootWebArea"]
    spoken = window.page.evaluate("() => document.documentElement.lang")
    return [
        *([] if heads == [page.title] else [f"headings: {', '.join(heads)}"]),
        *([] if focused == [page.title] else [f"focused: {focused}"]),
        *([] if lives and set(lives) == {"polite"} else [f"live: {lives}"]),
        *([] if bool(alerts) is bool(page.wrong) else [f"alerts: {alerts}"]),
        *([] if roots == [f"{page.title} – filer"] else [f"title: {roots}"]),
        *([] if spoken == language else [f"language: {spoken}"]),
        *(f"no name: {role}" for role, name, _about in nodes if role in CONTROLS and not name),
    ]


def test_every_page_says_what_was_sent_how_to_stop_and_how_by_hand(window: GuideWindow) -> None:
    """What has been sent, a way to stop, and a way without filer stand on each page."""
    lacking = []
    for name, page in pages("en"):
        show(window, page)
        parts = (".sent", "[data-stop]", "details p")
        shown = [window.page.locator(part).text_content() for part in parts]
        lacking += [f"{name}: {part}" for part, text in zip(parts, shown, strict=True) if not text]

    assert [] == lacking


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param(lang, width, marks=() if (lang, width) == ("de", 320) else pytest.mark.proof)
        for lang in words.NAMES
        for width in (320, 400)
    ],
)
def test_nothing_is_wider_than_a_small_window(
    window: GuideWindow, language: str, width: int
) -> None:
    """At 320 pixels, which is 1280 at 400 %, there is nothing to scroll to the side for."""
    window.page.set_viewport_size({"width": width, "height": 500})
    wide = []
    for name, page in pages(language):
        show(window, page, language)
        if window.page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)

    assert [] == wide


def test_the_heading_has_the_focus_and_tab_goes_down_the_page(window: GuideWindow) -> None:
    """A new page is read from its heading; Tab then goes through it in the order of reading."""
    show(window, TWO)
    at = "() => [document.activeElement.id, document.activeElement.dataset.answer ?? '']"
    order = [tuple(window.page.evaluate(at))]
    for _number in range(4):
        window.page.keyboard.press("Tab")
        order.append(tuple(window.page.evaluate(at)))

    assert [("title", ""), ("in-email", ""), ("in-why", ""), ("", "yes"), ("", "no")] == order


COVERED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return at.closest('main') && !at.contains(top) ? at.dataset.answer || at.id || at.tagName : null;
}"""
"""What has the focus, where something else lies over its middle."""


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 420), (400, 520), (590, 680)])
def test_what_has_the_focus_is_never_covered(window: GuideWindow, width: int, height: int) -> None:
    """Neither the line at the bottom nor the main button lies over what one comes to with Tab."""
    window.page.set_viewport_size({"width": width, "height": height})
    cards = tuple(Card(f"Card {n}", buttons=(Button(f"c{n}", "Look"),)) for n in range(8))
    many = (Button("yes", "Yes", "main", "And why."), *(Button(f"b{n}", "Or") for n in range(12)))
    show(window, replace(TWO, buttons=many, cards=cards))
    covered = []
    for key in ("Tab",) * 30 + ("Shift+Tab",) * 26:
        window.page.keyboard.press(key)
        covered.append(window.page.evaluate(COVERED))

    assert [] == [each for each in covered if each]


def test_the_main_button_is_in_sight_at_once(window: GuideWindow) -> None:
    """On a long page it waits above the line at the bottom, until one comes to its own place."""
    window.page.set_viewport_size({"width": 590, "height": 680})
    show(window, replace(TWO, paragraphs=("Much to read. " * 30,) * 6))
    box = window.page.locator("[data-answer=yes]").bounding_box()
    foot = window.page.locator("footer").bounding_box()

    assert box is not None
    assert foot is not None
    assert box["y"] + box["height"] <= foot["y"] < 680


def test_a_picture_becomes_larger_and_smaller(window: GuideWindow) -> None:
    """A picture that is pressed takes the width of the page; pressed again it is small."""
    window.page.set_viewport_size({"width": 590, "height": 680})
    _name, page = next(each for each in pages("en") if each[0] == "evidence confirmed")
    show(window, page)
    picture = window.page.locator("[data-picture]").first
    widths = []
    for _number in range(3):
        box = picture.bounding_box()
        assert box is not None
        widths.append(round(box["width"]))
        picture.click()

    small, large, again = widths
    assert small == again < large
    assert [] == came(window)


def test_news_are_read_aloud(window: GuideWindow) -> None:
    """What filer did meanwhile comes into the part that a screen reader watches."""
    show(window, TWO)
    window.say("filer has kept a picture.")

    assert "filer has kept a picture." == window.page.get_by_role("status").last.inner_text()


def test_nothing_moves_where_less_motion_is_wanted(window: GuideWindow) -> None:
    """The dot that breathes stands still."""
    running = "() => document.getAnimations().length"
    show(window, replace(TWO, waits="It waits."))
    moving = window.page.evaluate(running)
    window.page.emulate_media(reduced_motion="reduce")

    assert (1, 0) == (moving, window.page.evaluate(running))


def test_characters_are_counted_while_typing(window: GuideWindow) -> None:
    """The count follows what is typed, one for a letter of two bytes."""
    show(window, TWO)
    window.page.locator("#in-why").fill("één 👍")

    assert "5" == window.page.locator("output").inner_text()


# ------------------------------------------------------------------ what was meant


def test_an_answer_is_heard_once_with_what_was_typed(window: GuideWindow) -> None:
    """A press tells the page's number, the button, and what stands in the fields."""
    number = show(window, TWO)
    read(window)
    window.page.locator("#in-email").fill("sanne@example.org")
    window.page.keyboard.press("Enter")

    assert [Act("answer", number, "yes", values={"email": "sanne@example.org", "why": ""})] == came(
        window
    )


@pytest.fixture(scope="module")
def hasty(playwright: Playwright, chromium: Browser) -> Iterator[GuideWindow]:
    """A window in which, for the tests' sake, everything that is done comes too soon."""
    made = GuideWindow(playwright, chromium.path, "en", visible=False, too_soon=600_000)
    yield made
    made.close()


def test_what_is_pressed_too_soon_is_not_heard(hasty: GuideWindow) -> None:
    """A second click of a double click, or a key, on a page that has just come means nothing.

    Stop is heard at once; closing filer is not.
    """
    show(hasty, TWO)
    button = hasty.page.locator("[data-answer=yes]")
    button.focus()
    hasty.page.keyboard.press("Enter")
    hasty.page.locator("#in-email").press("Enter")
    button.click()
    hasty.page.locator("[data-stop]").click()
    heard = came(hasty)
    show(hasty, replace(TWO, running=True))
    hasty.page.locator("[data-stop]").click()

    assert [[], ["stop"]] == [[act.kind for act in acts] for acts in (heard, came(hasty))]


COMES_UP = {
    "pointer": "() => document.documentElement.dispatchEvent(new Event('pointerleave'))",
    "focus": "() => window.dispatchEvent(new Event('focus'))",
    "seen again": "() => document.dispatchEvent(new Event('visibilitychange'))",
}
"""What the guide sees of another window that lay over it, or before it, until just now."""


@pytest.mark.parametrize(
    ("how", "by"), [("pointer", "mouse"), ("focus", "key"), ("seen again", "key")]
)
def test_the_guide_must_have_been_in_sight(
    playwright: Playwright, chromium: Browser, how: str, by: str
) -> None:
    """A press right after another window lay over the guide is not heard; a while later it is."""
    window = GuideWindow(playwright, chromium.path, "en", visible=False, too_soon=3000)
    try:
        show(window, TWO)
        button = window.page.locator("[data-answer=yes]")
        window.page.mouse.move(5, 5)
        read(window, 3.2)
        window.page.evaluate(COMES_UP[how])
        press = button.click if by == "mouse" else functools.partial(button.press, "Enter")
        press()
        first = came(window)
        read(window, 3.2)
        press()
        second = came(window)
    finally:
        window.close()

    assert [[], ["yes"]] == [[act.answer for act in heard] for heard in (first, second)]


def test_a_script_cannot_press(window: GuideWindow) -> None:
    """An event that no person made is not heard, and the binding alone answers nobody."""
    number = show(window, TWO)
    read(window)
    window.page.evaluate("() => document.querySelector('[data-answer=yes]').click()")
    window.page.evaluate("() => document.querySelector('[data-stop]').click()")
    for said in ({}, {"token": ""}, {"token": None}, {"token": "0" * 32}):
        text = json.dumps({"kind": "answer", "answer": "yes", "page": number, **said})
        window.page.evaluate("(text) => window.filerGuide(text)", text)
    window.page.evaluate("() => window.filerGuide({toString: () => 'x'})")

    assert [] == came(window)


def test_stop_is_heard_at_once(window: GuideWindow) -> None:
    """Stop counts from the first moment: it can do no harm."""
    show(window, replace(TWO, running=True))
    window.page.locator("[data-stop]").click()

    assert ["stop"] == [act.kind for act in came(window)]


def test_what_was_typed_stays_when_the_page_is_drawn_again(window: GuideWindow) -> None:
    """News, or another language, take away neither the text nor the place of the cursor."""
    number = show(window, TWO)
    window.page.locator("#in-why").fill("My own words")
    window.page.keyboard.press("Home")
    window.show(body(TWO, "nl"), number, "Twee", "nl", keep=True)
    window.page.keyboard.insert_text("All ")

    assert "All My own words" == window.page.locator("#in-why").input_value()
    assert "nl" == window.page.evaluate("() => document.documentElement.lang")


# ------------------------------------------------------------------ nothing strange comes in


HOSTILE = "</p><img src=x onerror=\"window.hit='image'\"><script>window.hit='script'</script>"


def test_a_page_of_metas_cannot_act_in_the_guide(window: GuideWindow) -> None:
    """A label or a value with markup in it is shown as the text it is."""
    show(
        window,
        Page(
            "hostile",
            HOSTILE,
            (HOSTILE,),
            rows=((HOSTILE, HOSTILE),),
            inputs=(Input("email", HOSTILE, value='"><b autofocus onfocus="window.hit=1">'),),
            news=(HOSTILE,),
        ),
    )
    window.pump(0.2)

    assert None is window.page.evaluate("() => window.hit ?? null")
    assert 5 <= window.page.inner_text("body").count("onerror")
    assert 0 == window.page.locator("#guide img, #guide b").count()


def test_the_guide_has_no_way_to_any_network(window: GuideWindow) -> None:
    """Nothing can be asked from in there, and no script but its own runs."""
    show(window, TWO)
    tried = window.page.evaluate(
        """async () => {
          const tried = [];
          const caught = (name) => (e) => tried.push([name, String(e.name || e.type)]);
          await fetch('http://127.0.0.1:9/').catch(caught('fetch'));
          await new Promise((done) => {
            const image = new Image();
            image.onerror = (e) => { caught('image')(e); done(); };
            image.src = 'http://127.0.0.1:9/x.png';
          });
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          tried.push(['script', window.ran === undefined ? 'not run' : 'run']);
          try { localStorage.x = 1; } catch (e) { caught('storage')(e); }
          return tried;
        }"""
    )

    assert [
        ["fetch", "TypeError"],
        ["image", "error"],
        ["script", "not run"],
        ["storage", "SecurityError"],
    ] == tried


def test_other_windows_and_tabs_of_the_guide_close(window: GuideWindow) -> None:
    """A new window of the guide's browser does not stay, whoever opens it."""
    show(window, TWO)
    window.page.evaluate("() => { window.open('about:blank'); }")
    until(window, lambda: len(window.page.context.pages) == 1)

    assert [window.page] == window.page.context.pages


@pytest.mark.parametrize("key", ["F5", "Control+r"])
def test_loading_it_again_loses_nothing(window: GuideWindow, key: str) -> None:
    """The keys that load a page again do nothing."""
    show(window, TWO)
    window.page.locator("#in-why").fill("My own words")
    window.page.keyboard.press(key)
    window.pump(0.3)

    assert "My own words" == window.page.locator("#in-why").input_value()


def test_a_page_that_was_loaded_again_is_made_anew(window: GuideWindow) -> None:
    """After a reload by the menu, the window is empty for a moment and then whole again."""
    show(window, TWO)
    window.page.reload()

    assert [False, True] == [window.whole(), window.whole()]
    show(window, TWO)
    assert "Two buttons" == window.page.locator("h1").inner_text()


def test_another_page_in_the_guides_window_can_say_nothing(
    window: GuideWindow,
) -> None:
    """A page that came into the window by a mistake reads nothing, answers nothing, and goes."""
    number = show(window, TWO)
    home = window.page.url
    strange = (
        "<script>window.filerShow = (html) => { document.title = html; return true; };"
        f"""const say = (more) => window.filerGuide && window.filerGuide(JSON.stringify(
        {{kind: 'answer', answer: 'yes', page: {number}, ...more}}));
        setInterval(() => {{ say({{}}); say({{token: ''}}); }}, 20);</script>"""
    )
    window.page.goto(f"data:text/html,{quote(strange)}")
    heard = came(window)
    window.show(body(TWO, "en"), number, "Two buttons", "en", keep=True)

    assert [] == heard
    assert home == window.page.url
    assert "Two buttons – filer" == window.page.title()


def until(window: GuideWindow, true: Callable[[], bool], seconds: float = 5) -> None:
    """Let the window live until *true*."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        window.pump(0.05)
