"""The last look before sealing: no secret may lie in the payload.

Looks for the live secrets of this session and for the known shapes of tokens. What it finds is
named by file and kind, never by value.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

from filer.evidence import layout
from filer.words import _

LIVE = "session secret"
"""The kind of a secret that the caller named."""

SHORTEST_SECRET = 8
"""Shorter values occur in any text by chance."""

SHAPES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("access token", re.compile(rb"\bEAA[A-Za-z0-9]{40,}")),
    ("bearer token", re.compile(rb"\bBearer [A-Za-z0-9._~+/=-]{16,}", re.IGNORECASE)),
    (
        "form token",
        re.compile(rb"""\bfb_dtsg(?:_ag)?["'\\]*\s*(?:[=:]|%3D|value=)\s*["'\\]*[\w:%-]{10,}"""),
    ),
    (
        "form token",
        re.compile(rb"""\bfb_dtsg["'\\]+[^<>]{0,80}\bvalue=["'\\]*[\w:%-]{10,}"""),
    ),
    ("web token", re.compile(rb"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")),
    ("session cookie", re.compile(rb"\b(?:xs|datr|sessionid|csrftoken)=[\w%:.-]{12,}")),
)

_CHUNK = 1 << 20
_OVERLAP = 1 << 13


@dataclass(frozen=True)
class Leak:
    """A secret in the payload: the file, relative to the bundle, and what kind of secret."""

    file: str
    what: str

    def in_words(self) -> str:
        """The kind of secret in the person's language."""
        words = {
            LIVE: _("a secret of this session"),
            "access token": _("an access token of Facebook"),
            "bearer token": _("a bearer token"),
            "form token": _("a form token of Facebook"),
            "web token": _("a JSON web token"),
        }
        return words.get(self.what, _("a session cookie"))


def find_leak(bundle: Path, secrets: Sequence[str], also: Iterable[bytes] = ()) -> Leak | None:
    """The first secret in the payload of *bundle*, or in *also*, which is about to be logged.

    Raises `OSError`.
    """
    live = _live(secrets)
    for piece in also:
        if what := _in(piece, live):
            return Leak(f"{layout.DATA}/{layout.LOG}", what)
    for path in sorted((bundle / layout.DATA).rglob("*")):
        if path.is_file() and (what := _in_file(path, live)):
            return Leak(path.relative_to(bundle).as_posix(), what)
    return None


def _live(secrets: Sequence[str]) -> re.Pattern[bytes] | None:
    spellings = {
        spelling
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
        for spelling in _spellings(secret)
        if len(spelling) >= SHORTEST_SECRET
    }
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.compile(b"|".join(map(re.escape, longest_first))) if spellings else None


def _spellings(secret: str) -> Iterable[bytes]:
    plain = {secret, unquote(secret)}
    for text in plain:
        for spelt in (
            text,
            quote(text, safe="", errors="replace"),
            quote_plus(text, errors="replace"),
            html.escape(text),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
        ):
            yield spelt.encode("utf-8", "backslashreplace")
        yield base64.b64encode(text.encode("utf-8", "replace")).rstrip(b"=")


def _in_file(path: Path, live: re.Pattern[bytes] | None) -> str | None:
    tail = b""
    with open(layout.open_plain(path), "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
        while piece := file.read(_CHUNK):
            if what := _in(tail + piece, live):
                return what
            tail = (tail + piece)[-_OVERLAP:]
    return None


def _in(content: bytes, live: re.Pattern[bytes] | None) -> str | None:
    if live and live.search(content):
        return LIVE
    return next((what for what, shape in SHAPES if shape.search(content)), None)
