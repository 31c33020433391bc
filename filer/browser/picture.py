"""One picture of one box of a page, with everything else hidden, and the proof that it was.

`hide.js` hides; this module does not take its word. The box is pictured between two shots in which
the box is hidden as well, over two colours that have nothing in common. What is foreign and shows
itself, shows itself in one of them, or looks like a page that changed: then there is no picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from filer.browser.masks import Colour, only_colour, shows_only, unlike

HIDE = (Path(__file__).parent / "hide.js").read_text(encoding="utf-8")

Evaluate = Callable[[str], Any]
"""Gives the value of an expression in filer's own world of the page; None while that changes."""

OUTSIDE = "(from outside the form: left out)"
"""Stands in the text of a capture where words were that are not the form's own."""

_TRIES = 3
_TIMEOUT = 10_000
_LARGEST = 16_000  # pixels a side; beyond them Chromium's pictures have holes
_CONTRASTS = ((190, 30, 110), (20, 150, 70))  # with a hue, so that what only tints is seen too

_CHANGED = "the page changed while it was pictured"
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


def take(
    page: Page, evaluate: Evaluate, box: str, places: Sequence[str] = (), phrase: str = ""
) -> Picture:
    """The *box* of *page*; *places* are the form's own controls, *phrase* an answer's wording.

    Tried again, at most three times, where it did not hold. Raises Playwright's errors.
    """
    taken = _try(page, evaluate, box, places, phrase)
    for _again in range(_TRIES - 1):
        if taken.png is not None or taken.why == _LARGE:
            break
        taken = _try(page, evaluate, box, places, phrase)
    return taken


def _try(page: Page, evaluate: Evaluate, box: str, places: Sequence[str], phrase: str) -> Picture:
    arguments = ",".join(map(json.dumps, (box, list(places), phrase)))
    try:
        found = evaluate(f"{HIDE}\n;filerHide({arguments})")
        if found is None:
            return Picture(None, None, frozenset(), _CHANGED)
        words = words_of(str(evaluate("filerWords()") or ""))
        aria = page.locator(f"[{found['mark']}=box]").first.aria_snapshot(timeout=3000)
        png, why = _between_probes(page, evaluate, found)
    finally:
        fights = evaluate("globalThis.filerUnhide ? filerUnhide() : 0")
    if fights is None or fights > found["most"]:
        png, why = None, _FOUGHT
    return Picture(png, own_text(aria, words), words, why)


def _between_probes(
    page: Page, evaluate: Evaluate, found: dict[str, Any]
) -> tuple[bytes | None, str | None]:
    """The picture, or why there is none; *found* is where `hide.js` says that the box is."""
    where = found["where"]
    if not (0 < where["width"] <= _LARGEST and 0 < where["height"] <= _LARGEST):
        return None, _LARGE if where["width"] > 0 and where["height"] > 0 else _EMPTY
    own: Colour = tuple(found["colour"])
    other = unlike(own, _CONTRASTS)
    shots = []
    for veil in (own, None, other):
        if evaluate(f"filerVeil({json.dumps(veil)})") != where:
            return None, _CHANGED
        shots.append(_shoot(page, where))
    before, png, after = shots
    if not (shows_only(before, own) and shows_only(after, other)):
        return None, _SHOWS
    if only_colour(png) is not None:
        return None, _EMPTY
    return png, None


def _shoot(page: Page, where: dict[str, Any]) -> bytes:
    """The place *where* as PNG: in the window, or of the whole page where it does not fit there.

    The second lets the page lay itself out anew, which a person sees; so it is for large boxes.
    """
    left, top = where["window"] if where["fits"] else where["page"]
    clip: Any = {"x": left, "y": top, "width": where["width"], "height": where["height"]}
    return page.screenshot(
        clip=clip,
        full_page=not where["fits"],
        animations="allow",  # `hide.js` stops them
        caret="initial",
        timeout=_TIMEOUT,
    )


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
    return f"{indent}- {role if role in _NOTATION else 'text'}: {OUTSIDE}"
