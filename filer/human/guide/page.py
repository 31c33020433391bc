"""What the guide's window shows at one moment, as data, and how it becomes HTML.

A `Screen` of the one list becomes a `Page`; the guide's own pages are made as such. Everything that
comes from a page of Meta's or from the person is escaped; no page holds a script or an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import jinja2
import markupsafe

from filer import words as spoken
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

_HYPHENATED = re.compile(r"(?<![\w/-])\w+(?:-\w+)+(?![\w/-])")
_LONGEST_WHOLE = 24
"""Hyphenated words of more characters may be broken: a small window is not much wider."""


def _whole(text: str) -> markupsafe.Markup:
    """*text* as HTML in which no line ends within a word such as « vous-même » or „E-Mail“."""

    def kept(word: re.Match[str]) -> str:
        short = len(word[0]) <= _LONGEST_WHOLE
        return f'<span class="whole">{word[0]}</span>' if short else word[0]

    return markupsafe.Markup(_HYPHENATED.sub(kept, str(markupsafe.escape(text))))  # noqa: S704 - escaped


def _path(text: str) -> markupsafe.Markup:
    """*text* as HTML in which a path is broken behind its slashes, if at all."""
    return markupsafe.Markup(re.sub(r"([/\\\\])", r"\1<wbr>", str(markupsafe.escape(text))))  # noqa: S704 - escaped


_ENVIRONMENT.filters |= {"whole": _whole, "path": _path}

STAGES: Mapping[str, int] = {
    "accounts": 0,
    "details": 0,
    "practice or real": 0,
    "introduction": 0,
    "hand over": 1,
    "fill by hand": 1,
    "prefilled": 1,
    "is this it": 1,
    "no form here": 1,
    "review": 2,
    "change now": 2,
    "press now": 3,
    "unreadable": 3,
    "no answer": 3,
    "code asked": 3,
    "code review": 3,
    "meaning": 3,
    "accounts center": 4,
    "evidence": 4,
}
"""How far each page is, as a place in the way of a filing; other pages are not on that way."""

_NEUTRAL = frozenset(
    {
        "prefilled",
        "is this it",
        "page asks",
        "may ask",
        "unreadable",
        "meaning",
        "no answer",
        "accounts center",
    }
)
"""Screens on which no answer stands out: what is true, or wanted, is for the person to say."""


@dataclass(frozen=True)
class Input:
    """Something to fill in. *kind* is "text", "email", "area", "check", "choice" or "file".

    *hint* stands below its label, *wrong* says what is wrong with what was typed. *options* are
    value and words of a choice; *count* shows how many characters are typed. *many* files can be
    chosen at once; *invites* are the words where they can be dropped, else the label.
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
    many: bool = False
    invites: str = ""


@dataclass(frozen=True)
class Button:
    """A button: what it answers, its words, and its *look*: "main", "plain", "quiet", "danger".

    *about* is a line below it.
    """

    key: str
    words: str
    look: str = "plain"
    about: str = ""


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
    """All that the window shows. *sent* and *by_hand* are on every page.

    *steps* are what to do, in their order. *apart* is what stands by itself below the buttons:
    another way, not to be pressed by a slip. *by_hand* says how to do this without filer;
    *waits* says what is waited for. *which* says which form of several it is about, *stage* how
    far that one is, None where it is on no way. *running* says that a filing goes on, which the
    person can stop at any moment. *said* has, by the key of a button, what came of it: a
    sentence, and where something lies.
    """

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    inputs: tuple[Input, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    apart: Card | None = None
    below: tuple[str, ...] = ()
    sent: str = ""
    by_hand: str = ""
    wrong: str = ""
    waits: str = ""
    practice: bool = False
    news: tuple[str, ...] = field(default=())
    which: str = ""
    stage: int | None = None
    running: bool = False
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def of_screen(
    shown: Screen, by_hand: str, *, practice: bool, waits: str = "", news: Sequence[str] = ()
) -> Page:
    """*shown* as a page of the guide; each of its choices becomes a button.

    With *waits* what is to be done is done in the other window, so no button asks to be pressed.
    """
    leads = not waits and shown.name not in _NEUTRAL
    return Page(
        name=shown.name,
        title=shown.title,
        paragraphs=shown.paragraphs,
        rows=shown.rows,
        buttons=tuple(
            _button(choice, first=leads and n == 0) for n, choice in enumerate(shown.choices)
        ),
        waits=waits,
        running=True,
        below=shown.below,
        sent=shown.sent,
        by_hand=by_hand,
        practice=practice,
        news=tuple(news),
    )


def _button(choice: Choice, *, first: bool) -> Button:
    look = "main" if first else "plain"
    if choice.answer is Answer.STOP and not first:
        look = "quiet"
    return Button(choice.answer.value, choice.words, look)


def shell(language: str) -> str:
    """The whole page into which pages are put: its style, its head, no script, no address."""
    style = files("filer.human.guide").joinpath("pages/guide.css").read_text(encoding="utf-8")
    return _ENVIRONMENT.get_template("shell.html").render(language=language, style=style)


def body(page: Page, language: str) -> str:
    """*page* as HTML for the shell's body."""
    stage = STAGES.get(page.name, page.stage)
    words = {
        "stages": (_("Prepare"), _("Fill in"), _("Check"), _("Send"), _("Evidence")),
        "way": _("How far you are"),
        "stop": _("Stop"),
        "close": _("Close filer"),
        "language": _("Language"),
        "by_hand": _("Do this by hand instead"),
        "so_far": _("Sent so far"),
        "practice": _("Practice: nothing here goes to Meta"),
        "characters": _("characters"),
        "news": _("What filer just did"),
        "chosen": _("Chosen: {name}"),
        "larger": _("Larger or smaller: {picture}"),
    }
    return _ENVIRONMENT.get_template("body.html").render(
        page=page, stage=stage, words=words, languages=_languages(), language=language
    )


def _languages() -> Mapping[str, str]:
    return spoken.NAMES
