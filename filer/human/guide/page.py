"""What the guide's window shows at one moment, as data, and how it becomes HTML.

A `Screen` of the one list becomes a `Page`; the guide's own pages are made as such. Everything that
comes from a page of Meta's or from the person is escaped; no page holds a script or an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import jinja2

from filer.human.screen import Choice, Screen
from filer.ports import Answer
from filer.words import _

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("filer.human.guide", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

LANGUAGES: Mapping[str, str] = {"nl": "Nederlands", "en": "English"}
"""The languages a person can choose, by their own names."""

_QUIET = frozenset({Answer.STOP, Answer.NO_FORM, Answer.END, Answer.UNCLEAR, Answer.NO})


@dataclass(frozen=True)
class Input:
    """Something to fill in. *kind* is "text", "email", "area", "check", "choice" or "file".

    *hint* stands below its label, *wrong* says what is wrong with what was typed. *options* are
    value and words of a choice; *count* shows how many characters are typed.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    wrong: str = ""
    options: tuple[tuple[str, str], ...] = ()
    count: bool = False
    complete: str = ""


@dataclass(frozen=True)
class Button:
    """A button: what it answers, its words, and its *look*: "main", "plain", "quiet", "danger"."""

    key: str
    words: str
    look: str = "plain"


@dataclass(frozen=True)
class Picture:
    """A picture of the evidence as a `data:` address, with words for it."""

    source: str
    words: str


@dataclass(frozen=True)
class Card:
    """A thing of several, such as a case: a heading, some lines, and what to do with it."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Page:
    """All that the window shows. *sent* is on every page; *step* and *steps* say how far it is.

    *by_hand* says how to do this without filer; *waits* says what is waited for.
    """

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    inputs: tuple[Input, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    below: tuple[str, ...] = ()
    sent: str = ""
    by_hand: str = ""
    wrong: str = ""
    waits: str = ""
    practice: bool = False
    news: tuple[str, ...] = field(default=())


def of_screen(shown: Screen, by_hand: str, *, practice: bool, news: Sequence[str] = ()) -> Page:
    """*shown* as a page of the guide; each of its choices becomes a button."""
    return Page(
        name=shown.name,
        title=shown.title,
        paragraphs=shown.paragraphs,
        rows=shown.rows,
        buttons=tuple(_button(choice, first=n == 0) for n, choice in enumerate(shown.choices)),
        below=shown.below,
        sent=shown.sent,
        by_hand=by_hand,
        practice=practice,
        news=tuple(news),
    )


def _button(choice: Choice, *, first: bool) -> Button:
    look = "main" if first else "plain"
    if choice.answer in _QUIET and not first:
        look = "quiet"
    if choice.answer is Answer.CHANGE:
        look = "plain"  # what is asked for is done in the other window, or is another button
    return Button(choice.answer.value, choice.words, look)


def shell(language: str) -> str:
    """The whole page into which pages are put: its style, its head, no script, no address."""
    style = files("filer.human.guide").joinpath("pages/guide.css").read_text(encoding="utf-8")
    return _ENVIRONMENT.get_template("shell.html").render(language=language, style=style)


def body(page: Page, language: str) -> str:
    """*page* as HTML for the shell's body."""
    words = {
        "stop": _("Stop"),
        "language": _("Language"),
        "by_hand": _("Do this by hand instead"),
        "so_far": _("Sent so far"),
        "practice": _("Practice: nothing here goes to Meta"),
        "characters": _("characters"),
        "news": _("What filer just did"),
        "empty": _("(empty)"),
    }
    return _ENVIRONMENT.get_template("body.html").render(
        page=page, words=words, languages=LANGUAGES, language=language
    )
