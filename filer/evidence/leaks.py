"""The last look before sealing: no secret may lie anywhere in the bundle.

Every byte of every file and every file's name is searched: for the live secrets of this session,
in each usual spelling, and for the known shapes of tokens, headers and cookies. What is found is
named by file and kind, never by value.

What this cannot find: a password, since filer never reads one and so has nothing to look for; a
secret of an unknown shape that no browser knows as a cookie; a secret in the pixels of a picture
(`filer.browser.picture` sees to those); anything compressed or encrypted. What the person hands in
later, mail and papers, is searched for live secrets alone: a mail may hold whatever its sender
wrote into it.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

from filer.evidence import layout
from filer.words import _

LIVE = "session secret"
"""The kind of a secret that the caller named."""

SHORTEST_SECRET = 8
"""Shorter values occur in any text by chance."""


@dataclass(frozen=True)
class Shape:
    """What a kind of secret looks like. One of *hints*, in small letters, is always in it."""

    what: str
    hints: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _shape(what: str, hints: str, pattern: bytes) -> Shape:
    return Shape(
        what, tuple(hint.encode() for hint in hints.split()), re.compile(pattern, re.IGNORECASE)
    )


_IS = rb"""["'\\]*\s*(?::|=|%3D)\s*["'\\]*"""
_QUOTED = rb"""["'\\]+\s*:\s*["'\\]+"""
_COOKIES = rb"(?:xs|datr|sessionid|csrftoken|ds_user_id|ig_did|usida)"

SHAPES: tuple[Shape, ...] = (
    # Case matters in the first: in small letters it is any word.
    Shape("access token", (b"eaa",), re.compile(rb"(?<![\w+/=-])EAA[A-Za-z0-9]{40,}(?![\w+/=-])")),
    _shape("access token", "igt:", rb"\bIGT:\d:[\w+/=-]{20,}"),
    _shape(
        "access token",
        "access_token accesstoken refresh_token id_token",
        rb"\b(?:access_?token|refresh_token|id_token)(?:=|%3D|" + _QUOTED + rb")[\w.|%~+/-]{16,}",
    ),
    _shape(
        "bearer token", "bearer", rb"\bBearer(?:\s|\+|%20)+(?=[\w.~+/=%:-]*\d)[\w.~+/=%:-]{16,}"
    ),
    _shape("form token", "fb_dtsg", rb"\bfb_dtsg(?:_ag)?" + _IS + rb"[\w:%-]{10,}"),
    _shape("form token", "lsd", rb"\blsd(?:=|%3D|" + _QUOTED + rb")[\w-]{8,}"),
    _shape("form token", "jazoest", rb"\bjazoest" + _IS + rb"\d{4,}"),
    _shape(
        "form token",
        "fb_dtsg lsd jazoest csrf authenticity_token",
        rb"\b(?:fb_dtsg|lsd|jazoest|csrf_?token|csrfmiddlewaretoken|_csrf|authenticity_token)"
        rb"""["'\\]+[^<>{}\[\]]{0,120}\bvalue["'\\]*\s*[=:]\s*["'\\]+[\w:%+/=.-]{4,}""",
    ),
    _shape(
        "form token",
        "dtsginit lsd async_get_token csrf",
        rb"""\b(?:DTSGInit(?:ial)?Data|LSD)["'\\]+,\[\],\{["'\\]+token["'\\]+:["'\\]+[\w:-]{8,}"""
        rb"|\b(?:async_get_token|csrf_?token|_csrf)" + _QUOTED + rb"[\w:%+/=.-]{8,}",
    ),
    _shape("web token", "eyj", rb"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    _shape(
        "session cookie",
        "xs= datr= sessionid= csrftoken= ds_user_id= ig_did= usida=",
        rb"\b" + _COOKIES + rb"=[\w%:.-]{12,}",
    ),
    _shape("session cookie", "c_user=", rb"\bc_user=\d{5,}"),
    _shape("session cookie", "fr=0", rb"\bfr=0[\w-]{8,}\.[\w.-]{8,}"),
    _shape("session cookie", "sb= mid=", rb"\b(?:sb|mid)=[\w-]{24,28}(?![\w-])"),
    _shape(
        "session cookie",
        "value",
        rb"""name["'\\]*\s*[=:]\s*["'\\]+(?:c_user|fr|sb|mid|""" + _COOKIES + rb""")["'\\]+,\s*"""
        rb"""["'\\]*value["'\\]*\s*[=:]\s*["'\\]+[\w%:.-]{5,}""",
    ),
    _shape(
        "session cookie",
        "cookie",
        rb"""\b(?:set-)?cookie["'\\]*\s*[:,]\s*["'\\]*[\w.-]{1,40}=[^\s;"'\\]{8,}""",
    ),
    _shape(
        "bearer token",
        "authorization",
        rb"""\bauthorization["'\\]*\s*[:,]\s*["'\\]*(?:Basic|Digest|OAuth|Token|Negotiate)\s+\S{8,}""",
    ),
    _shape(
        "form token",
        "x-csrftoken x-fb-lsd x-ig-www-claim x-instagram-ajax",
        rb"\bx-(?:csrftoken|fb-lsd|ig-www-claim|instagram-ajax)" + _IS + rb"[\w.-]{8,}",
    ),
)
"""What Meta's pages and most others write tokens like (facts/evidence.md b9; public reports)."""

_HANDED_IN = ("data/mail/", "data/papers/", "timestamps/")
_CHUNK = 1 << 20
_OVERLAP = 1 << 13
_AROUND = 400  # no pattern needs more before or after its hint


@dataclass(frozen=True)
class Leak:
    """A secret in the bundle: the file, relative to it, and what kind of secret."""

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


def find_leaks(bundle: Path, secrets: Sequence[str], also: Iterable[bytes] = ()) -> Iterator[Leak]:
    """The first secret of each file of *bundle* that holds one, or has one in its name.

    *secrets* are live values, as the browser tells them; *also* is about to be logged, and comes
    first. Memory does not grow with the files. Raises `OSError`.
    """
    live = spellings(secrets)
    for piece in also:
        if what := _in(piece, live, SHAPES):
            yield Leak(f"{layout.DATA}/{layout.LOG}", what)
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        shapes = () if name.startswith(_HANDED_IN) else SHAPES
        what = _in(name.encode("utf-8", "surrogateescape"), live, shapes)
        if what is None and path.is_file():
            what = _in_file(path, live, shapes)
        if what:
            yield Leak(name, what)


def find_live(files: Iterable[Path], secrets: Sequence[str]) -> Leak | None:
    """The first live secret in *files*, by the file's name. Raises `OSError`.

    For what filer itself wrote of a payload that was searched: shapes cannot be new there.
    """
    live = spellings(secrets)
    return next((Leak(f.name, LIVE) for f in files if _in_file(f, live, ())), None)


def spellings(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Every usual spelling of *secrets* and of their telling parts, each once."""
    whole = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
    found = {
        spelling
        for secret in whole | {part for secret in whole for part in _parts(secret)}
        for spelling in _spelt(secret)
        if len(spelling) >= SHORTEST_SECRET
    }
    return tuple(sorted(found))


def _parts(secret: str) -> Iterator[str]:
    """Parts of a compound secret that are long and mixed enough to be secrets themselves."""
    for part in re.split(r"[:|.,;&=\s]+", unquote(secret)):
        if len(part) >= 16 and re.search(r"\d", part) and re.search(r"[A-Za-z]", part):
            yield part


def _spelt(secret: str) -> Iterator[bytes]:
    for text in {secret, unquote(secret)}:
        for spelt in (
            text,
            quote(text, safe="", errors="replace"),
            quote_plus(text, errors="replace"),
            re.sub("%..", lambda hit: hit.group().lower(), quote(text, safe="", errors="replace")),
            html.escape(text),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
        ):
            yield spelt.encode("utf-8", "backslashreplace")
        raw = text.encode("utf-8", "backslashreplace")
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield text.encode("utf-16-le", "surrogatepass")
        yield from _in_base64(raw)


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What stands in any Base64 that holds *raw*, wherever it begins, whatever is around it."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        whole = encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")


def _in_file(path: Path, live: Sequence[bytes], shapes: Sequence[Shape]) -> str | None:
    overlap = max(_OVERLAP, *map(len, live)) if live else _OVERLAP
    tail = b""
    with layout.opened(path, buffering=0) as file:
        while piece := file.read(_CHUNK):
            piece = tail + piece
            if what := _in(piece, live, shapes, since=min(1, len(tail))):
                return what
            tail = piece[-overlap:]
    return None


def _in(
    content: bytes, live: Sequence[bytes], shapes: Sequence[Shape], since: int = 0
) -> str | None:
    """The kind of the first secret in *content*; what is before *since* was seen before."""
    if any(spelling in content for spelling in live):
        return LIVE
    small = content.lower()
    for shape in shapes:
        for at in _places(small, shape.hints):
            if shape.pattern.search(content, max(since, at - _AROUND), at + _AROUND):
                return shape.what
    return None


def _places(small: bytes, hints: Sequence[bytes]) -> Iterator[int]:
    """Where a hint stands: a pattern is slow, so it is tried there alone."""
    for hint in hints:
        at = small.find(hint)
        while at >= 0:
            yield at
            at = small.find(hint, at + 1)
