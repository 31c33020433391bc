"""Attempts to press a send control from outside practice: each is refused, and nothing arrives."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Playwright

from filer import flow as flows
from filer.browser import locate
from filer.browser.find import find_browser
from filer.browser.launching import Launch
from filer.browser.locate import Located, Look
from filer.browser.window import Window
from filer.errors import FilerError
from filer.flow import Choose, Flow, Label, Press
from filer.gate import Gate, Ground, Request, Reviewed, ReviewedValue, Ruling, State
from tests.end_to_end.command import Command
from tests.end_to_end.pages import BY_SCRIPT, EMAIL, FORM, PLAIN, REASON, Page, Site, form, page
from tests.house.sources import ROOT

VALUE = "a@example.org"
Opened = Callable[[Page], tuple[Window, Site]]


@pytest.fixture(scope="module")
def facebook() -> Flow:
    """The flow whose address the little site answers at."""
    return flows.load("facebook")


@pytest.fixture
def opened(playwright: Playwright, facebook: Flow) -> Iterator[Opened]:
    """Opens a page in a window of filer's own; gives the window and the site that counts."""
    sites: list[Site] = []
    windows: list[Window] = []

    def open_(shown: Page) -> tuple[Window, Site]:
        site = Site(shown)
        site.__enter__()
        sites.append(site)
        ground = Ground(int(site.url.rpartition(":")[2]))
        launch = Launch(
            str(find_browser(os.environ.get("FILER_BROWSER")).path), visible=False, language="en"
        )
        window = Window(playwright, launch, facebook, Gate(facebook, ground, time.monotonic))
        windows.append(window)
        assert window.open(f"https://www.facebook.com{FORM}") is None
        return window, site

    yield open_
    for window in windows:
        window.close()
    for site in sites:
        site.__exit__(None, None, None)


def located(window: Window, flow: Flow) -> tuple[Look, Located]:
    """What the window shows, and the form on it."""
    look = window._look()
    found = locate.locate_form(look, flow)
    assert found is not None
    return look, found


def reviewed() -> Reviewed:
    """What a person might have confirmed on the little page."""
    value = ReviewedValue(names=("m1",), value=VALUE, kind="email")
    return Reviewed((value,), "www.facebook.com")


def type_email(window: Window, flow: Flow) -> None:
    """Shut the gate and type the address, as the session does."""
    window.arm()
    found = window.find(flow.fields[0], flow)
    assert found is not None
    assert VALUE == window.fill(found, VALUE)


@pytest.mark.parametrize("state", [State.OPEN, State.ARMED, State.UNLOCKED])
def test_the_adapter_presses_no_wording_that_sends(
    opened: Opened, facebook: Flow, state: State
) -> None:
    """`press` with a wording that sends is refused, whatever the gate says."""
    window, site = opened(page(PLAIN))
    if state is not State.OPEN:
        type_email(window, facebook)
    if state is State.UNLOCKED:
        window.unlock(reviewed())
    for wording in ("Submit", "submit *"):
        with pytest.raises(FilerError):
            window.press(Press(Label(en=wording)), facebook)
    window.pump(0.3)

    assert state is window.gate.state
    assert [] == site.posts


def test_a_press_from_before_the_unlocking_does_not_count(opened: Opened, facebook: Flow) -> None:
    """A press while the gate was shut is none after it was unlocked; the next one is."""
    window, site = opened(page(PLAIN))
    type_email(window, facebook)
    window.page.click("button")
    window.pump(0.3)
    early = window.pressed()
    unlocked = window.unlock(reviewed())
    window.pump(0.3)
    from_before = window.pressed()
    nothing = list(site.posts)
    window.page.click("button")
    window.pump(0.3)

    assert (True, True, False) == (early, unlocked, from_before)
    assert [] == nothing
    assert window.pressed()


def test_the_adapter_presses_no_located_send_control(opened: Opened, facebook: Flow) -> None:
    """Nor the control that structure alone tells to be the one that sends."""
    window, site = opened(page(form(EMAIL, REASON, send="Off you go")))
    look, found = located(window, facebook)
    assert found.send is not None
    with pytest.raises(FilerError, match="send control"):
        window._click(found.send, look, facebook)
    with pytest.raises(FilerError, match="send control"):
        window.press(Press(Label(en="Off you go")), facebook)
    window.pump(0.3)

    assert [] == site.posts


def test_nothing_is_pressed_in_a_form_that_holds_typed_values(
    opened: Opened, facebook: Flow
) -> None:
    """Once a value was typed, no control of that form is pressed, even behind an open gate."""
    window, site = opened(
        page(
            form(EMAIL, REASON, '<button type="button" id="go">Continue</button>'),
            script=BY_SCRIPT,
        )
    )
    type_email(window, facebook)
    with pytest.raises(FilerError):
        window.press(Press(Label(en="Continue")), facebook)
    window.gate.disarm()  # not as the session does it: what was typed still stands there
    with pytest.raises(FilerError, match="typed values"):
        window.press(Press(Label(en="Continue")), facebook)
    window.pump(0.3)

    assert [] == site.posts


def test_a_question_does_not_lead_to_a_send(opened: Opened, facebook: Flow) -> None:
    """The button that goes on after a question is no way to press what sends."""
    window, site = opened(
        page(form(EMAIL, REASON, '<label><input type="radio" name="r1" value="y"> Yes</label>'))
    )
    sly = Choose(Label(en="Keep my posts"), Label(en="Yes"), then=Label(en="Submit"))
    with pytest.raises(FilerError):
        window.choose(sly, facebook)
    window.pump(0.3)

    assert [] == site.posts


def test_nothing_is_typed_while_the_gate_is_open(opened: Opened, facebook: Flow) -> None:
    """`fill` refuses to type as long as something could leave."""
    window, _site = opened(page(PLAIN))
    found = window.find(facebook.fields[0], facebook)
    assert found is not None
    with pytest.raises(FilerError):
        window.fill(found, VALUE)

    assert "" == next(r.value for r in window.look(facebook).readings if r.path == found.path)


def test_a_script_in_the_page_sends_nothing_before_the_review(
    opened: Opened, facebook: Flow
) -> None:
    """Were one to press by a script after all, nothing would leave."""
    window, site = opened(page(PLAIN))
    type_email(window, facebook)
    window.page.evaluate("document.querySelector('button').click()")
    window.pump(0.5)

    assert [] == site.posts
    assert 1 <= window.refused_requests()


def test_a_press_after_the_unlocking_must_carry_what_was_reviewed(
    opened: Opened, facebook: Flow
) -> None:
    """A confirmation is for its values: another request on the same host does not leave."""
    window, site = opened(page(PLAIN))
    type_email(window, facebook)
    window.unlock(reviewed())
    verdict = window.gate.judge(
        Request("POST", f"{site.url}/x", "application/json", body=b'{"m1": "b@example.org"}')
    )
    window.pump(0.2)

    assert Ruling.REFUSE is verdict.ruling
    assert [] == site.posts


PLANTED = {
    "a press of the send control": (
        'Keep("the empty form")',
        'Press(SEND), Keep("the empty form")',
    ),
    "a press by a wording of another language": (
        'Keep("the empty form")',
        'Press(Label(nl="Verzenden")), Keep("the empty form")',
    ),
    "a cookie button that sends": ("cookies=COOKIES", 'cookies=(Press(Label(en="Send")),)'),
    "a question that sends": (
        "questions=QUESTIONS",
        'questions=(Choose(Label(en="Q"), Label(en="A"), Label(en="Submit")),)',
    ),
    "a press after typing": (
        'Keep("the form as it will be sent")',
        'Press(Label(en="OK")), Keep("the form as it will be sent")',
    ),
    "a press after the send": ("Code(CODE)", 'Press(Label(en="OK"))'),
    "two sends": (
        "Code(CODE)",
        "HumanSends(SEND, confirmed=THANKS, refused=ERRORS)",
    ),
    "no send": ("HumanSends(SEND, confirmed=THANKS, refused=ERRORS),", ""),
    "an act of its own": ('name="facebook"', "name=__import__('os').environ['HOME']"),
    "a verb of its own": ("Code(CODE)", "Submit(CODE)"),
}


@pytest.mark.parametrize("attempt", PLANTED)
def test_a_flow_cannot_press(filer: Command, attempt: str) -> None:
    """A flow that would press a send control, or act at all, does not load; the file is named."""
    was, planted = PLANTED[attempt]
    shutil.copytree(ROOT / "flows", filer.folder / "flows")
    flow = filer.folder / "flows" / "facebook.py"
    text = flow.read_text(encoding="utf-8")
    assert was in text
    text = text.replace("import Code, ", "import Choose, Code, Press, ").replace(was, planted)
    flow.write_text(text, encoding="utf-8")
    with Site(page(PLAIN)) as site:
        ran = filer("practice", "facebook", "--site", site.url, "--stand-in", "willing", "--json")

    assert 3 == ran.code, ran.stderr
    assert "flows/facebook.py" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert [] == site.asked


def test_a_flow_changed_in_memory_is_no_way_either(opened: Opened, facebook: Flow) -> None:
    """A flow that calls its send something else does not make the real wording pressable."""
    window, site = opened(page(PLAIN))
    renamed = dataclasses.replace(
        facebook,
        steps=tuple(
            dataclasses.replace(step, send=Label(en="Something else"))
            if step is facebook.sending
            else step
            for step in facebook.steps
        ),
    )
    with pytest.raises(FilerError):
        window.press(Press(Label(en="Submit")), renamed)
    window.pump(0.3)

    assert [] == site.posts
