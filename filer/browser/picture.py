"""One picture of one box of a page, with everything else hidden, and the proof that it was.

`hide.js` hides; this module does not take its word. The box is pictured between two shots in which
the box is hidden as well, over two colours that have nothing in common. What is foreign and shows
itself, shows itself in one of them, or looks like a page that changed: then there is no picture.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page
from playwright.sync_api import Error as PlaywrightError

from filer.browser.masks import Colour, shows_only, unlike

HIDE = (Path(__file__).parent / "hide.js").read_text(encoding="utf-8")

OUTSIDE = "(from outside the form: left out)"
"""Stands in the text of a capture where words were that are not the form's own."""

UNHIDE = "globalThis.filerUnhide ? filerUnhide() : 0"

_TRIES = 3
_TIMEOUT = 3000  # milliseconds, for what Playwright does itself
_LARGEST = 16_000  # pixels a side; beyond them Chromium's pictures have holes
_CONTRASTS = ((190, 30, 110), (20, 150, 70))  # with a hue, so that what only tints is seen too

CHANGED = "the page changed while it was pictured"
_SHOWS = "the mask over the rest of the page did not hold"
_FOUGHT = "the page would not let the rest of it be hidden"
_EMPTY = "the box of the form shows nothing"
_LARGE = "the form is too large for one picture"

_NOTATION = frozenset(
    "alert alertdialog application article banner blockquote button caption cell checkbox code "
    "columnheader combobox complementary contentinfo definition deletion dialog directory document "
    "emphasis feed figure form generic grid gridcell group heading iframe img insertion link list "
    "listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox "
    "menuitemradio meter navigation none note option paragraph presentation progressbar radio "
    "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider "
    "spinbutton status strong subscript superscript switch tab table tablist tabpanel term text "
    "textbox time timer toolbar tooltip tree treegrid treeitem "
    "url placeholder checked disabled expanded pressed selected active invalid level mixed true "
    "false".split()
)
"""What an accessibility snapshot is written in: roles and states."""


@dataclass(frozen=True)
class Picture:
    """A box as picture and as text, and the *words* that are its own.

    *why* says why there is no picture.
    """

    png: bytes | None
    aria: str | None
    words: frozenset[str]
    why: str | None = None


class Lens:
    """What one picture is taken through: a page, a session of its own, filer's *world* in the page.

    A page that is being replaced answers nobody, and a shot that was under way then is never
    answered at all. So whoever sees the page leave puts the lens down: all that waits ends with
    Playwright's error, and `down` is true.
    """

    def __init__(self, page: Page, session: CDPSession, world: int) -> None:
        self.page = page
        self.down = False
        self._session = session
        self._world = world
        self._zoom: float | None = None

    def put_down(self) -> None:
        """End it, with all that waits for the page."""
        if not self.down:
            self.down = True
            with contextlib.suppress(PlaywrightError):
                self._session.detach()

    def evaluate(self, expression: str) -> Any:
        """The value of *expression* in filer's world; None where it fails."""
        wanted = {
            "expression": expression,
            "contextId": self._world,
            "returnByValue": True,
        }
        answer = self._session.send("Runtime.evaluate", wanted)
        return None if "exceptionDetails" in answer else answer["result"].get("value")

    def shoot(self, where: Mapping[str, Any], *, quick: bool = False) -> bytes:
        """The place *where* as PNG, also where the person has zoomed; a *quick* one is larger.

        A box that does not fit into the window is pictured by letting the page lay itself out
        anew, which a person sees; so it is done for those alone. Playwright's own call writes into
        the page at each shot, waits for fonts, and knows nothing of the browser's zoom.
        """
        if self._zoom is None:
            metrics = self._session.send("Page.getLayoutMetrics")
            self._zoom = float(metrics["cssVisualViewport"].get("zoom", 1))
        left, top = where["page"]
        sides = {"x": left, "y": top, "width": where["width"], "height": where["height"]}
        clip = {side: length * self._zoom for side, length in sides.items()}
        shot = self._session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "clip": {**clip, "scale": 1},
                "captureBeyondViewport": not where["fits"],
                "optimizeForSpeed": quick,
            },
        )
        return base64.b64decode(shot["data"])


def take(lens: Lens, box: str, places: Sequence[str] = (), phrase: str = "") -> Picture:
    """The *box* of the page under *lens*, which has `look.js` in filer's world.

    *places* are the form's own controls, *phrase* is the wording of an answer. Tried again, at most
    three times, where it did not hold. Raises Playwright's errors; then the page may still be
    hidden, until `filerUnhide` or the next look.
    """
    taken = _try(lens, box, places, phrase)
    for _again in range(_TRIES - 1):
        if taken.png is not None or taken.why == _LARGE:
            break
        taken = _try(lens, box, places, phrase)
    return taken


def _try(lens: Lens, box: str, places: Sequence[str], phrase: str) -> Picture:
    arguments = ",".join(map(json.dumps, (box, list(places), phrase)))
    found = lens.evaluate(f"{HIDE}\n;filerHide({arguments})")
    if found is None:
        lens.evaluate(UNHIDE)
        return Picture(None, None, frozenset(), CHANGED)
    words = words_of(found["words"])
    try:
        box_here = lens.page.locator(f"[{found['mark']}=box]").first
        aria = box_here.aria_snapshot(timeout=_TIMEOUT)
        png, why = _between_probes(lens, found)
    finally:
        fights = None if lens.down else lens.evaluate(UNHIDE)
    if fights is None or fights > found["most"]:
        png, why = None, _FOUGHT
    return Picture(png, own_text(aria, words), words, why)


def _between_probes(lens: Lens, found: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """The picture, or why there is none; *found* is where `hide.js` says that the box is."""
    where = found["where"]
    if not (0 < where["width"] <= _LARGEST and 0 < where["height"] <= _LARGEST):
        return None, _LARGE if where["width"] > 0 and where["height"] > 0 else _EMPTY
    own: Colour = tuple(found["colour"])
    other = unlike(own, _CONTRASTS)
    # `hide.js` hides the box as well at first, over its own colour.
    before = lens.shoot(where, quick=True)
    if lens.evaluate("filerVeil(null)") != where:
        return None, CHANGED
    png = lens.shoot(where)
    if lens.evaluate(f"filerVeil({json.dumps(other)})") != where:
        return None, CHANGED
    after = lens.shoot(where, quick=True)
    if not (shows_only(before, own) and shows_only(after, other)):
        return None, _SHOWS
    if shows_only(png, own):
        return None, _EMPTY
    return png, None


# --------------------------------------------------------------------------- text


def words_of(text: str) -> frozenset[str]:
    """The words in *text*, small."""
    return frozenset(re.findall(r"\w+", text.casefold()))


def is_own(text: str, words: frozenset[str]) -> bool:
    """Whether each word of *text* is among *words*."""
    return words_of(text) <= words


def own_text(aria: str, words: frozenset[str]) -> str:
    """The accessibility snapshot *aria* with the words alone that are the box's own.

    A name can be fetched from anywhere on the page (`aria-labelledby`), a link can carry a token,
    and a password stands in the snapshot as it was typed: a line with a word that the box does not
    show keeps its role and loses its text; an address loses its query.
    """
    known = words | _NOTATION
    return "\n".join(_own_line(line, known) for line in aria.splitlines())


def _own_line(line: str, known: frozenset[str]) -> str:
    if "/url:" in line:
        line = re.sub(r"[?#][^\"'\s]*", "", line)
    read = re.sub(r"\\[nrt]", " ", line)
    read = re.sub(r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}", " ", read)
    if is_own(re.sub(r"\[(level|ref)=\w+\]", "", read), known):
        return line
    start = re.match(r"\s*(?:- )?(?:'|\")?(/?[a-z]+)?", line)
    role = start.group(1) if start else None
    indent = line[: len(line) - len(line.lstrip())]
    said = f' "{OUTSIDE}":' if line.rstrip("'\"").endswith(":") else f": {OUTSIDE}"
    return f"{indent}- {role if role in _NOTATION else 'text'}{said}"
