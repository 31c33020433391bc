"""The language filer speaks to the person: gettext over the catalogues in `filer/locale`."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

NAMES: Mapping[str, str] = {
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
}
"""The languages that filer speaks, as each calls itself. English is that of the source; every other
has a catalogue."""

_state: dict[str, gettext.NullTranslations] = {"now": gettext.NullTranslations()}
_spoken = {"now": "en"}
_aside: ContextVar[gettext.NullTranslations | None] = ContextVar("aside", default=None)


def speak(language: str) -> str:
    """Switch to *language* (a two-letter code) and return the one really used.

    A language without a catalogue becomes English.
    """
    chosen = language if language in NAMES else "en"
    _state["now"], _spoken["now"] = _catalogue(chosen), chosen
    return chosen


def spoken() -> str:
    """The language filer speaks now, one of `NAMES`."""
    return _spoken["now"]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, and in this thread alone, sentences are in *language*, one of `NAMES`.

    For a page that is in several languages, whichever filer speaks.
    """
    before = _aside.set(_catalogue(language))
    try:
        yield
    finally:
        _aside.reset(before)


def _catalogue(language: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("filer", folder, languages=[language], fallback=True)


_call = {"now": "filer"}


def command() -> str:
    """How filer was called: what a person can type again."""
    return _call["now"]


def called(name: str) -> None:
    """Remember that filer was called as *name*."""
    _call["now"] = name


def fits_a_line(character: str) -> bool:
    """Whether *character* can be printed, as French no-break spaces can (not to Python)."""
    return character.isprintable() or character == "\u00a0"


def _(sentence: str) -> str:
    """*sentence* in the person's language."""
    return (_aside.get() or _state["now"]).gettext(sentence)


def pair(label: str, value: str) -> str:
    """A label and what it is about; before a colon stands what the language wants there."""
    return _("{label}: {value}").format(label=label, value=value)


def listed(parts: Iterable[str]) -> str:
    """Several things in one line, told apart by semicolons."""
    return _("; ").join(parts)


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """A question that names what of *known* looks like *typed*; empty where nothing does."""
    import difflib  # noqa: PLC0415 - read in only where somebody mistyped

    return meant(difflib.get_close_matches(typed, list(known)))


def meant(names: Iterable[str]) -> str:
    """The question whether one of *names* was meant; empty where there is none."""
    all_ = ", ".join(sorted(names))
    return _("Did you mean {names}?").format(names=all_) if all_ else ""


def decimal(number: float, digits: int = 1) -> str:
    """*number* with so many decimal *digits*, behind the sign that the language has for it."""
    return f"{number:.{digits}f}".replace(".", _("."))


def ngettext(one: str, many: str, count: int) -> str:
    """The singular or plural sentence for *count*, in the person's language."""
    return (_aside.get() or _state["now"]).ngettext(one, many, count)
