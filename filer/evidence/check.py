"""One numbered check of a bundle: what was found and what should have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filer.words import _, fits_a_line, listed

_LONGEST = 2000
"""What a check found is not told at greater length, in characters."""


@dataclass(frozen=True)
class Check:
    """One check. *mendable* is a failure of something missing that `filer seal` can still add.

    *nothing* says that there was nothing to check: it is ok, and that shows nothing.
    """

    number: int
    name: str
    ok: bool
    got: str
    expected: str
    mendable: bool = False
    nothing: bool = False

    def plain(self) -> Check:
        """The same in characters that can be printed: what it found can say anything."""
        got, expected = _plain(self.got), _plain(self.expected)
        if (got, expected) == (self.got, self.expected):
            return self
        return replace(self, got=got, expected=expected)

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "number": self.number,
            "name": self.name,
            "ok": self.ok,
            "got": self.got,
            "expected": self.expected,
        }


def first_few(wrong: Sequence[str]) -> str:
    """What is wrong, in one line; of many, the first five and how many more there are."""
    shown = listed(wrong[:5])
    if len(wrong) > 5:
        shown += _("; and {n} more").format(n=len(wrong) - 5)
    return shown


def _plain(text: str) -> str:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if shown.isprintable():
        return shown
    return "".join(c if fits_a_line(c) else f"\\x{ord(c):02x}" for c in shown)


def printable(text: str) -> str:
    """*text* as it can be printed: what somebody named a file must not drive a terminal."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in plain)[:200]
