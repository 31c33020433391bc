"""The language filer speaks to the person: gettext over the catalogues in `filer/locale`."""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("en", "nl")
"""The languages with a catalogue; English is the language of the source."""

_state: dict[str, gettext.NullTranslations] = {"now": gettext.NullTranslations()}


def speak(language: str) -> str:
    """Switch to *language* (a two-letter code) and return the one really used.

    A language without a catalogue becomes English.
    """
    chosen = language if language in LANGUAGES else "en"
    folder = Path(__file__).parent / "locale"
    _state["now"] = gettext.translation("filer", folder, languages=[chosen], fallback=True)
    return chosen


_call = {"now": "filer"}


def command() -> str:
    """How filer was called: what a person can type again."""
    return _call["now"]


def called(name: str) -> None:
    """Remember that filer was called as *name*."""
    _call["now"] = name


def _(sentence: str) -> str:
    """*sentence* in the person's language."""
    return _state["now"].gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The singular or plural sentence for *count*, in the person's language."""
    return _state["now"].ngettext(one, many, count)
