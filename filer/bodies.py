"""What a request carries: every value in its address, headers and body, through every wrapping.

Pages wrap the same words in many ways: url-encoding, multipart, JSON, JSON inside a form field,
base64, gzip. `unwrap` opens all of them, again and again, and says what it could not open.
Nothing here raises on hostile input: what cannot be read is reported as `Opaque`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import html
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

MAX_DEPTH = 8
MAX_SIZE = 16 * 1024 * 1024
MAX_LEAVES = 20_000

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_PAIRS = re.compile(r"[^=&\s]+=[^\s]*(&[^=&\s]+=[^\s]*)*")
_TEXT_PAIR = re.compile(r"^([\w.\[\]:-]{1,80})=", re.MULTILINE)
_GUARD = re.compile(r"^\s*(for\s*\(;;\);|\)\]\}',?|while\s*\(1\);)")
_TAGS = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True)
class Leaf:
    """One value: the *keys* that lead to it, outermost first, and its *text*.

    *wraps* is True where the text was opened further: then its contents are leaves of their own.
    """

    keys: tuple[str, ...]
    text: str
    wraps: bool = False

    @property
    def key(self) -> str:
        """The innermost name, or an empty string."""
        return self.keys[-1] if self.keys else ""


@dataclass(frozen=True)
class Opaque:
    """Bytes that could not be read, with their *size*."""

    keys: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Contents:
    """All that was found in a request."""

    leaves: tuple[Leaf, ...]
    opaque: tuple[Opaque, ...]

    def names(self) -> tuple[str, ...]:
        """The outermost names, in order, each once: what a log may say about a body."""
        return tuple(dict.fromkeys(leaf.keys[0] for leaf in self.leaves if leaf.keys))


def same(text: str) -> str:
    """*text* as values are compared: line ends, composition and outer space made equal."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def unwrap(url: str, content_type: str, content_encoding: str, body: bytes | None) -> Contents:
    """Everything that the request to *url* with *body* carries. Never raises."""
    found = list(_in_address(url))
    if body:
        found.extend(_in_body(body, content_type, content_encoding))
    found = found[:MAX_LEAVES]
    return Contents(
        tuple(item for item in found if isinstance(item, Leaf)),
        tuple(item for item in found if isinstance(item, Opaque)),
    )


def _in_address(url: str) -> Iterator[Leaf | Opaque]:
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        for piece in parts.path.split("/"):
            if piece:
                yield from _text(unquote(piece), (), 1)
        for text in (parts.query, parts.fragment):
            if text:
                yield from _pairs(text, (), 1)
        if parts.username or parts.password:
            yield Leaf((), unquote(f"{parts.username or ''}:{parts.password or ''}"))


def _in_body(body: bytes, content_type: str, encoding: str) -> Iterator[Leaf | Opaque]:
    if len(body) > MAX_SIZE:
        yield Opaque((), len(body))
        return
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        opened = _inflate(body) if name in {"gzip", "x-gzip", "deflate"} else None
        if opened is None and name != "identity":
            yield Opaque((), len(body))
            return
        body = body if opened is None else opened
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and (parts := _multipart(body, content_type)) is not None:
        for name, filename, content in parts:
            if filename:
                yield Leaf((name,), filename)
            if content and filename and not _is_text(content):
                continue  # the bytes of an attached file are the file, shown at the review by name
            yield from _bytes(content, (name,), 1)
    elif kind == "application/x-www-form-urlencoded":
        yield from _pairs(body.decode("utf-8", "replace"), (), 1)
    else:
        yield from _bytes(body, (), 0)


def _is_text(content: bytes) -> bool:
    try:
        return not re.search(r"[\x00-\x08\x0e-\x1f]", content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _bytes(content: bytes, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    if depth > MAX_DEPTH:
        yield Opaque(keys, len(content))
        return
    if content[:2] == b"\x1f\x8b" or content[:1] == b"\x78":
        opened = _inflate(content)
        if opened is not None:
            yield from _bytes(opened, keys, depth + 1)
            return
    text = _decode(content)
    if text is None:
        yield Opaque(keys, len(content))
    else:
        yield from _text(text, keys, depth)


def _decode(content: bytes) -> str | None:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode("utf-16")
    if content.count(0) * 3 > len(content) > 3:
        for name in ("utf-16-le", "utf-16-be"):
            with contextlib.suppress(UnicodeDecodeError):
                text = content.decode(name)
                if "\0" not in text:
                    return text
    if _is_text(content):
        return content.decode("utf-8")
    return None


def _text(text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    inner: list[Leaf | Opaque] = []
    if depth <= MAX_DEPTH and len(text) <= MAX_SIZE:
        inner = list(_inside(text, keys, depth + 1))
    yield Leaf(keys, text, wraps=any(isinstance(item, Leaf) for item in inner))
    yield from inner


def _inside(text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    """What is wrapped in *text*, if anything."""
    bare = _GUARD.sub("", text).strip()
    if bare[:1] in {"{", "[", '"'}:
        value, whole = _json(bare)
        if whole:
            yield from _value(value, keys, depth)
            return
        lines = [_json(line) for line in bare.splitlines() if line.strip()]
        if len(lines) > 1 and all(whole for _, whole in lines):
            for value, _ in lines:
                yield from _value(value, keys, depth)
            return
    if bare.startswith("data:") and "," in bare:
        head, _, tail = bare.partition(",")
        content = _base64(tail) if head.endswith(";base64") else unquote(tail).encode()
        if content is not None:
            yield from _bytes(content, keys, depth)
            return
    if bare.startswith("<") and _TAGS.search(bare):
        for piece in _TAGS.split(bare):
            if piece.strip():
                yield Leaf(keys, html.unescape(piece))
        return
    if _PAIRS.fullmatch(bare) and "=" in bare.rstrip("="):
        yield from _pairs(bare, keys, depth)
        return
    if _TEXT_PAIR.match(bare):
        yield from _lines(bare, keys, depth)
        return
    if _PERCENT.search(bare) and " " not in bare and (plain := unquote_plus(bare)) != bare:
        yield from _text(plain, keys, depth)
        return
    if _BASE64.fullmatch(bare) and (content := _base64(bare)) is not None:
        if _is_text(content) or content[:2] == b"\x1f\x8b" or _inflate(content) is not None:
            yield from _bytes(content, keys, depth)
        else:
            yield Opaque(keys, len(content))


def _pairs(text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=10_000)
    except ValueError:
        yield Opaque(keys, len(text))
        return
    if not pairs and text:
        yield Leaf(keys, unquote_plus(text))
    for name, value in pairs:
        if not value and len(pairs) == 1 and "=" not in text:
            yield from _text(name, keys, depth + 1)
        else:
            yield from _text(value, (*keys, name), depth + 1)


def _lines(text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    """`name=value` lines, as a form with enctype text/plain sends them."""
    marks = list(_TEXT_PAIR.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following else len(text)
        yield from _text(text[mark.end() : end], (*keys, mark.group(1)), depth + 1)


def _json(text: str) -> tuple[object, bool]:
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def _value(value: object, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
    if depth > MAX_DEPTH * 3:
        yield Opaque(keys, 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _value(item, (*keys, str(name)), depth + 1)
    elif isinstance(value, list):
        if value and all(isinstance(i, int) and 0 <= i < 256 for i in value) and len(value) > 7:
            yield from _bytes(bytes(value), keys, MAX_DEPTH)
            return
        for item in value:
            yield from _value(item, keys, depth + 1)
    elif isinstance(value, str):
        # JSON nests deeper than wrapping does: a string inside starts a new wrapping.
        yield from _text(value, keys, max(2, depth - MAX_DEPTH))
    elif value is not None:
        yield Leaf(keys, json.dumps(value))


def _multipart(body: bytes, content_type: str) -> list[tuple[str, str, bytes]] | None:
    """The parts as (name, file name, content); None if the body is not what the type says."""
    match = re.search(r'boundary="?([^";,]+)"?', content_type, re.IGNORECASE)
    if not match:
        return None
    parts = []
    pieces = (b"\r\n" + body).split(b"\r\n--" + match.group(1).encode("latin-1", "replace"))
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        head, gap, content = piece.partition(b"\r\n\r\n")
        if not gap:
            return None
        text = head.decode("utf-8", "replace")
        name = re.search(r'[;\s]name="((?:[^"\\]|\\.)*)"', text)
        filename = re.search(r'filename="((?:[^"\\]|\\.)*)"', text)
        parts.append((name[1] if name else "", filename[1] if filename else "", content))
    return parts or None


def _inflate(content: bytes) -> bytes | None:
    """*content* decompressed from gzip, zlib or raw deflate, never more than `MAX_SIZE`."""
    for window in (zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS):
        with contextlib.suppress(zlib.error, gzip.BadGzipFile, EOFError):
            opened = zlib.decompressobj(window)
            result = opened.decompress(content, MAX_SIZE)
            if opened.eof and not opened.unconsumed_tail:
                return result
    return None


def _base64(text: str) -> bytes | None:
    text = unquote(text).strip().replace("-", "+").replace("_", "/").rstrip("=")
    if len(text) % 4 == 1:
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
