"""Values that must not be seen: where they stand, text without them, pictures with black boxes.

Pure: bytes in, bytes out. Whether a value is in a file is asked in every spelling that filer can
think of, and on doubt the answer is yes.
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import quopri
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from PIL import Image, ImageDraw

from filer.words import _

BLANK = "[removed]"
"""What stands in a text where a value was."""

SURE = 6
"""A value of so many characters is searched for in every byte; a shorter one is in any text by
chance, and only looked for as a word."""

MOST_TEXT = 8 << 20
"""No larger text is looked through for spellings; it counts as holding the value."""

MOST_PIXELS = 40_000_000

_LINE = 8
_PLAIN = 4
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\[nrtbf]")


@dataclass(frozen=True)
class Box:
    """A rectangle in a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


class Hidden:
    """Values to hide. *values* shorter than `SURE` are found only where they stand as a word."""

    def __init__(self, values: Iterable[str]) -> None:
        given = {value.strip() for value in values if value.strip()}
        self.values = frozenset(given)
        parts = {part for value in given for part in _parts(value)}
        self._sure = sorted((p for p in parts if _is_sure(p)), key=len, reverse=True)
        self._short = sorted((p for p in parts if not _is_sure(p)), key=len, reverse=True)
        spelt = {s for part in self._sure for s in _spellings(part) if len(s) >= _PLAIN}
        self.longest = max(map(len, spelt), default=1)
        longest_first = sorted(spelt, key=lambda s: (-len(s), s))
        self._bytes = (
            re.compile(b"|".join(map(re.escape, longest_first)), re.IGNORECASE) if spelt else None
        )
        skeletons = {_skeleton(part) for part in self._sure}
        self._skeletons = [each for each in skeletons if len(each) >= SURE]
        self._words = [_as_word(part) for part in self._short]
        self._words += [_loosely(part) for part in self._sure]

    def __bool__(self) -> bool:
        return bool(self.values)

    def in_bytes(self, piece: bytes) -> bool:
        """Whether a value that can be searched for stands in *piece*, in any spelling."""
        return self._bytes is not None and self._bytes.search(piece) is not None

    def in_text(self, raw: bytes) -> bool:
        """Whether any value stands in the text *raw*, also wrapped, escaped or spaced out."""
        if len(raw) > MOST_TEXT:
            return bool(self)
        text = raw.decode("utf-8", "backslashreplace")
        for read in {text, _unescaped(text), unquote(text), html.unescape(_unescaped(text))}:
            skeleton = _skeleton(read)
            if any(each in skeleton for each in self._skeletons):
                return True
            if any(word.search(read) for word in self._words):
                return True
        return self.in_bytes(raw)

    def in_name(self, name: str) -> bool:
        """Whether a value that can be searched for stands in a file's *name*, in whatever way."""
        skeleton = _skeleton(name)
        return self.in_bytes(name.encode()) or any(each in skeleton for each in self._skeletons)

    def without(self, raw: bytes) -> bytes | None:
        """The text *raw* with `BLANK` for every value; None when that does not get them all."""
        text = raw.decode("utf-8", "backslashreplace")
        for part in self._sure:
            for escaped in {json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1]}:
                text = _loosely(escaped).sub(BLANK, text)
        for word in self._words:
            text = word.sub(BLANK, text)
        made = text.encode("utf-8", "backslashreplace")
        return None if self.in_text(made) else made


def _is_sure(value: str) -> bool:
    return len(value) >= SURE or ("@" in value and len(value) >= SURE - 1)


def _parts(value: str) -> Iterator[str]:
    """*value*, and each line of it: a page may show them apart."""
    yield value
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LINE)


def _spellings(value: str) -> Iterator[bytes]:
    """The bytes of *value* as files, addresses, pages and mails write it."""
    composed = [unicodedata.normalize(form, value) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    for text in dict.fromkeys([value, *composed]):
        for spelt in (
            text,
            quote(text, safe="", errors="replace"),
            quote_plus(text, errors="replace"),
            html.escape(text),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
        ):
            yield spelt.encode("utf-8", "backslashreplace")
        for encoding in ("utf-16-le", "utf-16-be", "latin-1"):
            with contextlib.suppress(UnicodeEncodeError):  # it cannot stand there like that
                yield text.encode(encoding)
        raw = text.encode("utf-8", "replace")
        yield quopri.encodestring(raw)
        yield from _in_base64(raw)


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """How *raw* looks inside base64, at each of the three places where it can begin."""
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + raw)
        start = (0, 2, 3)[shift]
        spare = (len(raw) + shift) % 3
        end = len(whole) - (0, 3, 2)[spare]
        yield whole[start:end]


def _skeleton(text: str) -> str:
    """The letters and digits of *text* alone: what is left however it was wrapped or quoted."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        number = found[1] or found[2]
        return chr(int(number, 16)) if number else " "

    return _ESCAPE.sub(one, text)


def _as_word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_loosely(value).pattern}(?!\w)", re.IGNORECASE)


def _loosely(value: str) -> re.Pattern[str]:
    """*value*, in any case, with any white space where it has some."""
    words = [re.escape(word) for word in value.split()]
    return re.compile(r"(?:\s|\\[nrt])+".join(words) or r"(?!)", re.IGNORECASE)


# --------------------------------------------------------------------------- readings of a form


def form_without(raw: bytes, hidden: Hidden, gone: frozenset[str]) -> bytes | None:
    """The reading of a form without its salt, the fields named in *gone*, and hidden values.

    None when it cannot be read, or when a value would be left.
    """
    try:
        read = json.loads(raw)
        fields = [_row_without(row, gone) for row in read["fields"]]
        made = _cleaned({**read, "salt": BLANK, "fields": fields}, hidden)
        text = json.dumps(made, indent=2, ensure_ascii=False)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    encoded = text.encode("utf-8", "backslashreplace") + b"\n"
    return None if hidden.in_text(encoded) else encoded


def _row_without(row: dict[str, Any], gone: frozenset[str]) -> dict[str, Any]:
    if row["name"] in gone and row["value"]:
        return {**row, "value": BLANK}
    return row


def _cleaned(value: Any, hidden: Hidden) -> Any:
    match value:
        case str():
            raw = value.encode("utf-8", "backslashreplace")
            if not hidden.in_text(raw):
                return value
            return (hidden.without(raw) or BLANK.encode()).decode("utf-8", "backslashreplace")
        case list():
            return [_cleaned(each, hidden) for each in value]
        case dict():
            return {key: _cleaned(each, hidden) for key, each in value.items()}
    return value


# --------------------------------------------------------------------------- pictures


def blackened(png: bytes, boxes: Iterable[Box]) -> bytes:
    """The picture *png* with black *boxes*, made anew from its pixels: nothing else is kept.

    Raises `ValueError` when it is no PNG, is too big, or a box lies outside it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                whole = image.convert("RGBA") if image.width * image.height <= MOST_PIXELS else None
    except Exception as trouble:  # a stranger's bytes may do anything to the decoder
        raise ValueError(_("it is no PNG picture that can be read")) from trouble
    if whole is None:
        raise ValueError(_("the picture is too big"))
    return _with_boxes(whole, boxes)


def _with_boxes(whole: Image.Image, boxes: Iterable[Box]) -> bytes:
    # On white, without a channel for transparency: nothing can lie beneath what is seen.
    plain = Image.new("RGB", whole.size, "white")
    plain.paste(whole, mask=whole.getchannel("A"))
    draw = ImageDraw.Draw(plain)
    for box in boxes:
        right, bottom = box.left + box.width, box.top + box.height
        if box.left >= plain.width or box.top >= plain.height or right <= 0 or bottom <= 0:
            raise ValueError(
                _("the picture is {width} wide and {height} high").format(
                    width=plain.width, height=plain.height
                )
            )
        draw.rectangle((box.left, box.top, right - 1, bottom - 1), fill="black")
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()
