"""Who objects and what they say: the values that a form asks for, checked before a window opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from filer.errors import BadValue
from filer.words import _

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")

EU_EEA = frozenset(
    "at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se "
    "is li no gb ch".split()
)
"""Countries in which Meta's objection is offered: EU, EEA, United Kingdom, Switzerland."""

OPTIONAL = frozenset({"reason", "prompts", "picture"})
"""Values that a person may leave empty: the forms can do without them."""

LARGEST_PICTURE = 3_000_000
"""In bytes. What is sent with a larger one could no longer be read before it leaves."""

_PICTURES = {
    ".png": b"\x89PNG",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".webp": b"RIFF",
}


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
    if name == "phone" and not 6 <= sum(c.isdigit() for c in value) <= 15:
        return _('"%(value)s" is not a telephone number; it should look like +31 6 12345678.') % {
            "value": value
        }
    if name == "picture":
        return _wrong_picture(Path(value).expanduser())
    if "\0" in value:
        return _("The value for %(name)s holds a character that cannot be typed.") % {"name": name}
    return ""


def _wrong_email(value: str) -> str:
    if not _EMAIL.fullmatch(value) or len(value) > 254:
        return _('"%(value)s" is not an e-mail address; it should look like name@example.org.') % {
            "value": value
        }
    return ""


def _wrong_picture(path: Path) -> str:
    begins = _PICTURES.get(path.suffix.casefold())
    if begins is None:
        return _('"%(file)s" is not a picture that filer attaches: png, jpg or webp.') % {
            "file": path.name
        }
    try:
        with path.open("rb") as file:
            right, size = file.read(4).startswith(begins), path.stat().st_size
    except (OSError, ValueError) as trouble:
        why = trouble.strerror if isinstance(trouble, OSError) else trouble
        return _('"%(file)s" cannot be read: %(why)s.') % {"file": path, "why": why}
    if not right:
        return _('"%(file)s" is called a picture, but it is none.') % {"file": path.name}
    if size > LARGEST_PICTURE:
        return _('"%(file)s" is larger than 3 MB. Make a smaller one, such as a part of it.') % {
            "file": path.name
        }
    return ""


def check(values: Mapping[str, str]) -> Profile:
    """*values* as a profile, stripped of outer space.

    Raises `BadValue` naming the first value that cannot be right. Whether a picture is there is
    looked at when a form needs it.
    """
    clean = {name: value.strip() for name, value in values.items() if value and value.strip()}
    for name, value in clean.items():
        if name != "picture" and (sentence := wrong(name, value)):
            raise BadValue(sentence, _("Correct it on the command line or in your .env file."))
    return Profile(clean)
