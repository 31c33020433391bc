"""One capture of the filled form: time and size, on each rendering and as the page grows."""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import time
from collections.abc import Iterator

from figures import Curve, Part, Row, spread

from filer.browser.find import find_browser
from filer.browser.launching import Driver, Launch, playwright_running
from filer.browser.window import Window
from filer.gate import Gate, Ground
from filer.practice.scenarios import RENDERINGS, scenario
from filer.practice.site import PracticeSite
from flows.facebook import FLOW

TURNS = 15
LINES = (0, 40, 160)
"""How many lines of text more the form has, for the growth."""
_REASON = "I object to the use of my posts for training AI. " * 20
_LENGTHEN = """(lines) => document.querySelector('form').insertAdjacentHTML(
    'afterbegin', '<p>A line of text of the form.</p>'.repeat(lines))"""


def measure() -> Part:
    """Every rendering, then the first one with more and more text."""
    rows, times, sizes = [], [], []
    grown: list[tuple[float, float]] = []
    size = 0
    with playwright_running() as playwright:
        for rendering in RENDERINGS:
            with _filled(playwright, rendering) as window:
                mine, size, _height = _captures(window, rendering)
                times += mine
                sizes.append(size)
                rows.append(
                    Row(f"capture, {rendering}", statistics.median(mine), "ms", spread(mine))
                )
        with _filled(playwright, RENDERINGS[0]) as window:
            for lines in LINES:
                window.page.evaluate(_LENGTHEN, lines)
                mine, size, height = _captures(window, RENDERINGS[0], 5)
                grown.append((height, statistics.median(mine)))
    last, took = grown[-1]
    rows += [
        Row("capture, all three", statistics.median(times), "ms", spread(times), at_most=300),
        Row("its picture", statistics.median(sizes) / 1e6, "MB", at_most=0.8),
        Row(f"capture, a form {last:.0f} dots tall", took, "ms", f"picture of {size / 1e6:.2g} MB"),
    ]
    curve = Curve("capture: ms over dots of height", "capture", tuple(grown))
    return Part(f"A capture, median of {TURNS}", tuple(rows), (curve,))


@contextlib.contextmanager
def _filled(playwright: Driver, rendering: str) -> Iterator[Window]:
    """A window with the form of *rendering*, filled."""
    browser = find_browser(os.environ.get("FILER_BROWSER"))
    with PracticeSite(scenario(rendering), "en") as site:
        gate = Gate(FLOW, Ground(int(site.url.rpartition(":")[2])), time.monotonic)
        launch = Launch(str(browser.path), visible=False, language="en")
        window = Window(playwright, launch, FLOW, gate)
        try:
            window.open(f"https://{FLOW.hosts[0]}/help/contact/712876720715583")
            window.settle(3)
            window.arm()
            for field in FLOW.fields:
                found = window.find(field, FLOW)
                if found is not None:
                    window.fill(found, "someone@example.org" if field.kind == "email" else _REASON)
            yield window
        finally:
            window.close()


def _captures(window: Window, rendering: str, turns: int = TURNS) -> tuple[list[float], int, int]:
    """Milliseconds of each capture after the first; bytes and height in dots of its picture."""
    times: list[float] = []
    size = height = 0
    for _each in range(turns + 1):
        start = time.perf_counter()
        shot = window.capture("The form", FLOW)
        times.append((time.perf_counter() - start) * 1000)
        if shot.png is None:
            sys.exit(f"The {rendering} form was not pictured: {shot.withheld}")
        size, height = len(shot.png), int.from_bytes(shot.png[20:24], "big")
    return times[1:], size, height
