"""Foreign text made fit to be shown: nothing in it can move a cursor or turn the reading order.

A value comes from a page or from the person. Every character of it is shown; one that would act
instead of being read is shown by its number.
"""

from __future__ import annotations

import unicodedata

_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Needed to write Persian, Hindi and many emoji; they do nothing else."""


def block(text: str) -> str:
    """*text* with its line breaks kept and every other acting character made visible."""
    return "".join(_visible(c) for c in text.replace("\r\n", "\n"))


def inline(text: str) -> str:
    """*text* as part of a sentence: like `block`, on one line."""
    return " ".join(block(text).split())


def _visible(character: str) -> str:
    if character in _JOINERS or character == "\n":
        return character
    if character == "\t":
        return "    "
    if unicodedata.category(character) in _ACTING:
        return f"‹U+{ord(character):04X}›"
    return character
