"""A search for canaries in a folder, in its own way: it shares nothing with filer's own search."""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

_TEXTS = {b"zTXt", b"iTXt", b"tEXt", b"iCCP", b"eXIf"}


def hits(folder: Path, canaries: Mapping[str, str]) -> list[str]:
    """Each canary in each file of *folder*: in names and bytes, packed or spelt otherwise."""
    needles = {name: list(_spellings(value)) for name, value in canaries.items()}
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        pieces = [name.encode(), *(_pieces(path.read_bytes()) if path.is_file() else [])]
        found += [
            f"{canary} in {name}"
            for canary, spellings in needles.items()
            if any(spelling in piece for piece in pieces for spelling in spellings)
        ]
    return found


def _spellings(value: str) -> Iterator[bytes]:
    for text in {value, value.casefold(), value.upper(), value[::-1]}:
        yield text.encode()
        yield quote(text, safe="").encode()
        yield quote_plus(text).encode()
        yield html.escape(text).encode()
        yield json.dumps(text)[1:-1].encode()
        yield "".join(f"&#{ord(letter)};" for letter in text).encode()
    yield value.encode("utf-16-le")
    yield value.encode("utf-16-be")
    yield value.encode().hex().encode()
    yield codecs.encode(value, "rot13").encode()
    for before in range(3):
        plain = b"\0" * before + value.encode()
        inner = base64.b64encode(plain)[(before * 8 + 5) // 6 : len(plain) * 8 // 6]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def _pieces(content: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them: gzip and zlib members, text in a PNG, Base64."""
    yield content
    for start in re.finditer(rb"\x1f\x8b\x08", content):
        yield _unpacked(content[start.start() :], 31)
    if content.startswith(b"\x89PNG"):
        at, packed_pixels = 8, b""
        while at + 8 <= len(content):
            size = int.from_bytes(content[at : at + 4])
            kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
            if kind in _TEXTS:
                yield body
            for start in re.finditer(rb"x[\x01\x5e\x9c\xda]", body if kind in _TEXTS else b""):
                yield _unpacked(body[start.start() :], 15)
            packed_pixels += body if kind == b"IDAT" else b""
            at += 12 + size
        yield _unpacked(packed_pixels, 15)
    for packed in re.finditer(rb"[A-Za-z0-9+/]{40,}={0,2}", content):
        text = packed.group()
        yield base64.b64decode(text[: len(text) // 4 * 4])


def _unpacked(content: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(content)
    except zlib.error:
        return b""
