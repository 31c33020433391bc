"""PDF through typst: PDF/A-3a and PDF/UA-1, tagged, the same bytes for the same input.

The one module that knows typst. A template in `pages/` is fixed markup; everything else reaches it
as JSON, so that no text can become markup. Fonts are those inside typst itself, never the system's:
the same on every machine. A character that none of them has is shown by its number.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import functools
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import typst

from filer.evidence import layout
from filer.human.shown import block

PAGES = Path(__file__).with_name("pages")
STANDARDS: tuple[Literal["a-3a", "ua-1"], ...] = ("a-3a", "ua-1")
"""Archivable with what is embedded, and readable by a screen reader; typst refuses what is not."""

_PROBE = b"""
#let characters = json(bytes(sys.inputs.data))
#set document(title: "probe", date: datetime(year: 2026, month: 1, day: 1))
#set text(font: "Libertinus Serif")
#for character in characters [#text(character) #parbreak()]
"""
_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
_NUMBERED = re.compile("\u2039U\\+[0-9A-F]{4,6}\u203a")

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


def render(
    template: str,
    data: Mapping[str, Json],
    when: dt.datetime,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of `pages/<template>` with *data*; *when* is the time it says it was made.

    Every text in *data* is made fit to be set first. *files* can be drawn or embedded under their
    plain names. The same input gives the same bytes. Raises `OSError` where *files* find no room.
    """
    with _folder(files or {}) as pages:
        text = _texts(data)
        missing = missing_glyphs(text)
        try:
            return _compile(pages / template, _fit(data, missing), when)
        except typst.TypstError:
            # A character can have a glyph alone and none beside others: all that join are shown.
            joining = {c for c in set(text) if unicodedata.category(c) in {"Mn", "Me", "Cf"}}
            return _compile(pages / template, _fit(data, missing | joining), when)


def framed(picture: bytes, ending: str, width: int, height: int) -> tuple[str, bytes]:
    """The name that *picture*, of so many dots, must have, and an SVG that shows it alone.

    Of a picture that a template draws itself typst holds every dot until the end; of one within an
    SVG it holds the file, and sees its dots only while it writes them. The name is the picture's
    hash: from one document to the next typst knows an SVG by its text, not by what it shows.
    """
    name = f"{layout.sha256(picture)}.{ending}"
    size = f'width="{width}" height="{height}"'
    shown = f'<image href="{name}" {size} preserveAspectRatio="none"/>'
    return name, f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shown}</svg>'.encode()


def missing_glyphs(text: str) -> frozenset[str]:
    """The characters of *text* that no font of typst can show."""
    seen = {c for c in block(_each_once(text)) if not (c.isascii() and c.isprintable())} - {"\n"}
    return frozenset(_without_glyph(sorted(seen)))


def fit(text: str, missing: frozenset[str]) -> str:
    """*text* with every character of *missing*, or that acts instead of being read, by its number.

    Each looks like ‹U+1F642›, so that nothing is lost.
    """
    if text.isascii() and text.isprintable():
        return text  # every font has these
    return "".join(f"\u2039U+{ord(c):04X}\u203a" if c in missing else c for c in block(text))


def shows_numbers(text: str, missing: frozenset[str]) -> bool:
    """Whether `fit` shows something in *text* by its number."""
    said = f"{text}\n{fit(_each_once(text), missing)}"
    return _NUMBERED.search(said) is not None


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter of *text* that has a direction runs from right to left."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False


# --------------------------------------------------------------------------- typst


@functools.cache
def _fonts() -> typst.Fonts:
    _give_back()
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _give_back() -> None:
    """Let glibc give back what typst frees: a long document took half as much memory again.

    It keeps pieces of up to 32 MB in a heap for each thread, and typst has many of either.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another system's library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1 << 18)


@contextlib.contextmanager
def _folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The templates, and *files* beside them: typst reads nothing outside of it."""
    if not files:
        yield PAGES
        return
    with tempfile.TemporaryDirectory(prefix="filer-pdf-") as made:
        folder = Path(made)
        for template in PAGES.glob("*.typ"):
            (folder / template.name).write_bytes(template.read_bytes())
        for name, content in files.items():
            if not layout.is_safe(name) or "/" in name or (folder / name).exists():
                raise ValueError(f"{name!r} is not a plain name")
            (folder / name).write_bytes(content)
        yield folder


def _compile(template: Path, data: Json, when: dt.datetime) -> bytes:
    made = typst.compile(
        template,
        root=template.parent,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=list(STANDARDS),
        timestamp=int(when.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def _without_glyph(characters: Sequence[str]) -> list[str]:
    """Those of *characters* that typst refuses, found by halves: a trial takes milliseconds."""
    if not characters or _settable(characters):
        return []
    if len(characters) == 1:
        return list(characters)
    half = len(characters) // 2
    return _without_glyph(characters[:half]) + _without_glyph(characters[half:])


def _settable(characters: Sequence[str]) -> bool:
    try:
        typst.compile(
            _PROBE,
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(list(characters))},
            pdf_standards=list(STANDARDS),
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def _each_once(text: str) -> str:
    """Every character of *text* once: a dossier has a million, and few are different."""
    return "".join(sorted(set(text.replace("\r\n", "\n"))))


def _texts(data: Json) -> str:
    match data:
        case str():
            return data
        case Mapping():
            return "".join(_texts(value) for value in data.values())
        case Sequence():
            return "".join(_texts(value) for value in data)
    return ""


def _fit(data: Json, missing: frozenset[str]) -> Json:
    match data:
        case str():
            return fit(data, missing)
        case Mapping():
            return {key: _fit(value, missing) for key, value in data.items()}
        case Sequence():
            return [_fit(value, missing) for value in data]
    return data
