"""Who objects and what they say: the values that a form asks for, checked before a window opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from filer.errors import BadValue
from filer.words import _

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")

EU_EEA = frozenset(
    "at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se "
    "is li no gb ch".split()
)
"""Countries in which Meta's objection is offered: EU, EEA, United Kingdom, Switzerland."""


@dataclass(frozen=True)
class Profile:
    """The person's values, by the names that flows use (`email`, `reason`, `name`, …)."""

    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value called *name*, or an empty string."""
        return self.values.get(name, "")

    def with_value(self, name: str, value: str) -> Profile:
        """The same profile with *value* as *name*."""
        return Profile({**self.values, name: value})


def wrong(name: str, value: str) -> str:
    """What is wrong with *value* as *name*, as a sentence; empty if nothing is."""
    if name == "email":
        return _wrong_email(value)
    if name == "country" and value.casefold() not in EU_EEA:
        return _(
            '"%(value)s" is not a country code of the EU, EEA, UK or Switzerland, such as nl or de.'
        ) % {"value": value}
    if "\0" in value:
        return _("The value for %(name)s holds a character that cannot be typed.") % {"name": name}
    return ""


def _wrong_email(value: str) -> str:
    if not _EMAIL.fullmatch(value) or len(value) > 254:
        return _('"%(value)s" is not an e-mail address; it should look like name@example.org.') % {
            "value": value
        }
    return ""


def check(values: Mapping[str, str]) -> Profile:
    """*values* as a profile, stripped of outer space.

    Raises `BadValue` naming the first value that cannot be right.
    """
    clean = {name: value.strip() for name, value in values.items() if value and value.strip()}
    for name, value in clean.items():
        if sentence := wrong(name, value):
            raise BadValue(sentence, _("Correct it on the command line or in your .env file."))
    return Profile(clean)
