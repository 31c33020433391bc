"""What of an address may be written down: a page can put into one what was typed, and tokens."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit, urlunsplit

LEFT_OUT = "…"


def bare(address: str) -> str:
    """*address* without what often carries secrets; empty for what is none.

    Query, fragment, user and password are cut (facts/meta-forms.md §3.6). A part of the path that
    looks like something typed or like a token is left out: `https://host/thanks/…`.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = "/".join(LEFT_OUT if _tells(part) else part for part in parts.path.split("/"))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, "", ""))


def without_path(address: str) -> str:
    """The same with nothing of the path: of an address that is known to tell something."""
    parts = urlsplit(bare(address))
    return urlunsplit((parts.scheme, parts.netloc, f"/{LEFT_OUT}", "", ""))


def _tells(part: str) -> bool:
    """Whether *part* of a path is more than a name or a number: an address, a text, a token."""
    text = unquote(part)
    if "@" in text or any(character.isspace() or not character.isprintable() for character in text):
        return True
    return any(
        len(piece) >= 12 and re.search(r"\d", piece) and re.search(r"[^\W\d_]", piece)
        for piece in re.split(r"[-_.,;:~!]+", text)
    )
