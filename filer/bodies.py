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

MAX_DEPTH = 16
MAX_SIZE = 4 * 1024 * 1024
MAX_OPENED = 4 * MAX_SIZE
"""How many bytes are looked at in all: a page may pack much into little."""
MAX_LEAVES = 20_000

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_PAIRS = re.compile(r"[^=&\s]+=\S*")
_SHORT_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{2,7}={0,2}")
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
    """All that was found in a request; what stands in *headers* is kept apart."""

    leaves: tuple[Leaf, ...]
    opaque: tuple[Opaque, ...]
    headers: tuple[Leaf, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The outermost names, in order, each once: what a log may say about a body."""
        return tuple(dict.fromkeys(leaf.keys[0] for leaf in self.leaves if leaf.keys))


def same(text: str) -> str:
    """*text* as values are compared: line ends, composition and outer space made equal."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def unwrap(
    url: str,
    content_type: str,
    content_encoding: str,
    body: bytes | None,
    headers: tuple[tuple[str, str], ...] = (),
    known: frozenset[str] = frozenset(),
) -> Contents:
    """Everything that the request to *url* with *body* and *headers* carries. Never raises.

    *known* are values as `same` gives them that are taken as they stand, whatever they look like.
    """
    opener = _Unwrapping(known)
    found = list(opener.in_address(url))
    if body:
        found.extend(opener.in_body(body, content_type, content_encoding))
    beside = [item for name, value in headers for item in opener.text(value, (name,), 1)]
    if len(found) + len(beside) > MAX_LEAVES:
        # What comes after would not have been looked at: then none of it counts as read.
        return Contents((), (Opaque((), MAX_SIZE),))
    return Contents(
        tuple(item for item in found if isinstance(item, Leaf)),
        tuple(item for item in found if isinstance(item, Opaque)),
        tuple(item for item in beside if isinstance(item, Leaf)),
    )


@dataclass(frozen=True)
class _Object:
    """A JSON object with all its pairs: a name may come twice, and a reader may take either."""

    pairs: tuple[tuple[str, object], ...]


@dataclass
class _Unwrapping:
    """The opening of one request.

    A text that is one of the *known* values is not opened further: what a person wrote may look
    like a wrapping and is none.
    """

    known: frozenset[str]
    opened: int = 0

    def in_address(self, url: str) -> Iterator[Leaf | Opaque]:
        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            for piece in parts.path.split("/"):
                if piece:
                    yield from self.text(unquote(piece), (), 1)
            for text in (parts.query, parts.fragment):
                if text:
                    yield from self.pairs(text, (), 1)
            if parts.username or parts.password:
                yield Leaf((), unquote(f"{parts.username or ''}:{parts.password or ''}"))

    def in_body(self, body: bytes, content_type: str, encoding: str) -> Iterator[Leaf | Opaque]:
        if len(body) > MAX_SIZE:
            yield Opaque((), len(body))
            return
        for name in reversed(
            [part.strip().lower() for part in encoding.split(",") if part.strip()]
        ):
            opened = _inflate(body) if name in {"gzip", "x-gzip", "deflate"} else None
            if opened is None and name != "identity":
                yield Opaque((), len(body))
                return
            body = body if opened is None else opened
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "multipart/form-data" and (parts := _multipart(body, content_type)) is not None:
            for name, filename, content in parts:
                if not filename:
                    yield from self.bytes(content, (name,), 1)
                    continue
                yield Leaf((name,), filename)
                # An attached file's bytes are the file, shown by name at the review. Of one that
                # the person chose Chromium shows none. A text is looked into all the same.
                if content and _is_text(content):
                    yield from self.bytes(content, (name, filename), 1)
        elif kind == "application/x-www-form-urlencoded":
            yield from self.pairs(body.decode("utf-8", "replace"), (), 1)
        else:
            yield from self.bytes(body, (), 0)

    def bytes(self, content: bytes, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        self.opened += len(content)
        if depth > MAX_DEPTH or self.opened > MAX_OPENED:
            yield Opaque(keys, len(content))
            return
        if content[:2] == b"\x1f\x8b" or content[:1] == b"\x78":
            opened = _inflate(content)
            if opened is not None:
                yield from self.bytes(opened, keys, depth + 1)
                return
        text = _decode(content)
        if text is None and same(content.decode("utf-8", "replace")) in self.known:
            text = content.decode("utf-8", "replace")
        if text is None:
            yield Opaque(keys, len(content))
        else:
            yield from self.text(text, keys, depth)

    def text(self, text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        if same(text) in self.known:
            yield Leaf(keys, text)
            return
        inner: list[Leaf | Opaque] = []
        if depth <= MAX_DEPTH and len(text) <= MAX_SIZE:
            inner = list(self.inside(text, keys, depth + 1))
        yield Leaf(keys, text, wraps=any(isinstance(item, Leaf) for item in inner))
        yield from inner

    def inside(self, text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        """What is wrapped in *text*, if anything."""
        bare = _GUARD.sub("", text).strip()
        if values := _json_values(bare):
            for value in values:
                yield from self.value(value, keys, depth)
            return
        if bare.startswith("data:") and "," in bare:
            head, _, tail = bare.partition(",")
            content = _base64(tail) if head.endswith(";base64") else unquote(tail).encode()
            if content is not None:
                yield from self.bytes(content, keys, depth)
                return
        if bare.startswith("<") and _TAGS.search(bare):
            for piece in _TAGS.split(bare):
                if piece.strip():
                    yield Leaf(keys, html.unescape(piece))
            return
        if "=" in bare.rstrip("="):  # at the end it is the padding of base64
            if _PAIRS.fullmatch(bare):
                yield from self.pairs(bare, keys, depth)
                return
            if _TEXT_PAIR.match(bare):
                yield from self.lines(bare, keys, depth)
                return
        if _PERCENT.search(bare) and " " not in bare and (plain := unquote_plus(bare)) != bare:
            yield from self.text(plain, keys, depth)
            return
        yield from self.base64(bare, keys, depth)

    def base64(self, bare: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        """What *bare* holds if it is base64; a word of the same letters holds nothing."""
        if _SHORT_BASE64.fullmatch(bare) and (content := _base64(bare)) and _is_text(content):
            # Too short to tell from a word, unless what is inside is a value that is known.
            if same(content.decode()) in self.known:
                yield Leaf(keys, content.decode())
        elif _BASE64.fullmatch(bare) and (content := _base64(bare)) is not None:
            if _is_text(content) or content[:2] == b"\x1f\x8b" or _inflate(content) is not None:
                yield from self.bytes(content, keys, depth)
            else:
                yield Opaque(keys, len(content))

    def pairs(self, text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        try:
            pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=10_000)
        except ValueError:
            yield Opaque(keys, len(text))
            return
        if not pairs and text:
            yield Leaf(keys, unquote_plus(text))
        for name, value in pairs:
            if not value and len(pairs) == 1 and "=" not in text:
                yield from self.text(name, keys, depth + 1)
            else:
                yield from self.text(value, (*keys, name), depth + 1)

    def lines(self, text: str, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        """`name=value` lines, as a form with enctype text/plain sends them."""
        text = same(text)
        at = 0
        while mark := _TEXT_PAIR.search(text, at):
            whole = self.known_at(text, mark.end())
            following = None if whole else _TEXT_PAIR.search(text, mark.end())
            at = whole or (following.start() if following else len(text))
            yield from self.text(text[mark.end() : at], (*keys, mark.group(1)), depth + 1)

    def known_at(self, text: str, start: int) -> int:
        """Where the known value ends that fills the line or lines at *start*; 0 if none does."""
        ends = [start + len(value) for value in self.known if text.startswith(value, start)]
        return max((end for end in ends if text[end : end + 1] in {"", "\n"}), default=0)

    def value(self, value: object, keys: tuple[str, ...], depth: int) -> Iterator[Leaf | Opaque]:
        if depth > MAX_DEPTH * 3:
            yield Opaque(keys, 1)
        elif isinstance(value, _Object):
            said = dict(value.pairs).get("name")
            for name, item in value.pairs:
                # {"name": "email", "value": "..."} says the name in a value of its own.
                called = said if name == "value" and isinstance(said, str) else name
                yield from self.value(item, (*keys, called), depth + 1)
        elif isinstance(value, list):
            if value and all(isinstance(i, int) and 0 <= i < 256 for i in value) and len(value) > 7:
                yield from self.bytes(bytes(value), keys, MAX_DEPTH)
                return
            for item in value:
                pair = isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)
                path = (*keys, item[0]) if pair else keys  # [["email", "..."], ...]
                yield from self.value(item, path, depth + 1)
        elif isinstance(value, str):
            # JSON nests deeper than wrapping does: a string inside starts a new wrapping.
            yield from self.text(value, keys, max(2, depth - MAX_DEPTH * 2))
        elif value is not None:
            yield Leaf(keys, json.dumps(value))


def _is_text(content: bytes) -> bool:
    try:
        return not re.search(r"[\x00-\x08\x0e-\x1f]", content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


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


def _json_values(text: str) -> list[object]:
    """The JSON value that *text* is, or one for each of its lines; empty if it is no JSON."""
    if text[:1] not in {"{", "[", '"'}:
        return []
    value, whole = _json(text)
    if whole:
        return [value]
    lines = [_json(line) for line in text.splitlines() if line.strip()]
    good = len(lines) > 1 and all(whole for _, whole in lines)
    return [value for value, _ in lines] if good else []


def _json(text: str) -> tuple[object, bool]:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _Object(tuple(pairs))), True
    except (ValueError, RecursionError):
        return None, False


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
