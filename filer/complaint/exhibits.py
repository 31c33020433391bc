"""The exhibits of a case: every picture with where and when it was taken, every mail, every file.

Each is read once and compared with the hash that the log or the list holds, so that what a dossier
shows and embeds is what was sealed.
"""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from filer.complaint.recorded import Recorded
from filer.errors import EvidenceBroken
from filer.evidence import captions, layout
from filer.evidence.mail import open_mail
from filer.evidence.reading import BundleReading, files_named, read_log
from filer.words import _

_LEFT_OUT = frozenset({"complaint", "replay"})
"""Kinds of bundles that a dossier does not hold: its own, and what sent nothing."""

_LONGEST_TEXT = 20_000
_SMALLER = (
    (1400, 82),
    (1100, 75),
    (900, 68),
    (700, 60),
    (500, 52),
    (360, 45),
    (260, 38),
    (200, 30),
)
"""Width in pixels and quality of a picture in a light dossier, the best first."""


@dataclass(frozen=True)
class Original:
    """A file of a bundle as it lies there. *path* is below the bundle, such as `data/x.png`."""

    bundle: str
    path: str
    sha256: str
    content: bytes

    @property
    def name(self) -> str:
        """What it is called where there are no folders: the slashes of its path doubled low lines.

        So a stranger can put every file back in its place.
        """
        return f"{self.bundle}/{self.path}".replace("/", "__")


@dataclass(frozen=True)
class Value:
    """A field of a form as it was read back: its label, its value, how it was found."""

    label: str
    value: str


@dataclass(frozen=True)
class Exhibit:
    """A picture: *what* the log says it shows, where and when, the form's values at that moment.

    *called* is what it is called by all that the log shows (`captions.called`).

    *line* of the log of *bundle* names it; *number* counts through the whole case from one.
    """

    number: int
    bundle: str
    line: int
    what: str
    called: str
    when: dt.datetime
    address: str
    original: Original
    values: tuple[Value, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        with Image.open(io.BytesIO(self.original.content)) as picture:
            return picture.size


@dataclass(frozen=True)
class Letter:
    """A mail of the case: what is proven in it, what is not, and its text as far as it is plain.

    *signatures* are one row each: domain, selector, method, whether it is right, the key's source.
    *text_proven* says whether a signature by a key from DNS covers the text, *cut* that the text is
    longer than what is given here, *attached* that all of this is of a mail within the mail.
    """

    bundle: str
    line: int
    added: dt.datetime
    meaning: str
    meaning_by: str
    proven: tuple[tuple[str, str], ...]
    unproven: tuple[tuple[str, str], ...]
    signatures: tuple[tuple[str, ...], ...]
    text: str
    text_proven: bool
    cut: bool
    original: Original
    attached: bool = False


def bundles_of(recorded: Recorded) -> tuple[BundleReading, ...]:
    """The bundles that a dossier tells of."""
    return tuple(bundle for bundle in recorded.bundles if bundle.kind not in _LEFT_OUT)


def originals(recorded: Recorded) -> tuple[Original, ...]:
    """Every file of the case's bundles, in order, as the lists of each bundle have it.

    Raises `EvidenceBroken` when one is not as listed, or cannot be read.
    """
    return tuple(each for bundle in bundles_of(recorded) for each in _of_bundle(bundle.path))


def exhibits(recorded: Recorded, files: Sequence[Original]) -> tuple[Exhibit, ...]:
    """The pictures of the case in the order in which they were taken; *files* are its originals."""
    known = {(each.bundle, each.path): each for each in files}
    found: list[Exhibit] = []
    for bundle in bundles_of(recorded):
        name = bundle.path.name
        log = bundle.path / layout.DATA / layout.LOG
        told = [line for line in read_log(log) if line.event in captions.EVENTS]
        called = captions.called((n.seq + 1, n.event, n.data.get("name")) for n in told)
        for line in told:
            if line.event != "captured":
                continue
            named = [f"{layout.DATA}/{ref.path}" for ref in files_named(line.data)]
            held = [known[name, path] for path in named if (name, path) in known]
            picture = next((each for each in held if each.path.endswith(".png")), None)
            if picture is None:
                continue
            form = next((each for each in held if each.path.startswith("data/form/")), None)
            found.append(
                Exhibit(
                    number=len(found) + 1,
                    bundle=name,
                    line=line.seq + 1,
                    what=str(line.data.get("name", "")),
                    called=called.get(line.seq + 1, ""),
                    when=dt.datetime.fromisoformat(line.t),
                    address=str(line.data.get("address", "")),
                    original=picture,
                    values=tuple(_values(form)) if form else (),
                )
            )
    return tuple(found)


def letters_in(recorded: Recorded, files: Sequence[Original]) -> tuple[Letter, ...]:
    """The mails of the case in the order in which they were added; *files* are its originals."""
    known = {(each.bundle, each.path): each for each in files}
    facts = {fact.bundle: fact for fact in recorded.answers}
    return tuple(
        _letter(facts[bundle.path.name], bundle.path.name, known)
        for bundle in bundles_of(recorded)
        if bundle.kind == "mail" and bundle.path.name in facts
    )


def lighter(pictures: Sequence[bytes], most: int) -> list[bytes]:
    """*pictures* (PNG) as JPEG, as good as fits into *most* bytes all together.

    Where even the smallest do not fit, the smallest.
    """
    # Every few of them say where to begin, so that hundreds are not made eight times: at the first
    # step of those, ever smaller, that fits.
    some = pictures[:: max(1, len(pictures) // 10)]
    share = len(some) / max(1, len(pictures))
    last = len(_SMALLER) - 1
    step = bisect.bisect_left(range(last), -most * share, key=lambda n: -_bytes(_made(some, n)))
    made = _made(pictures, step)
    while _bytes(made) > most and step < last:
        step += 1
        made = _made(pictures, step)
    return made


def dot(number: int) -> bytes:
    """A JPEG of one dot, another one for each *number*: it keeps a picture's place."""
    made = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(made, "JPEG", comment=str(number).encode())
    return made.getvalue()


def _made(pictures: Sequence[bytes], step: int) -> list[bytes]:
    """*pictures* as JPEG of the size and quality of *step*, on every core."""
    width, quality = _SMALLER[step]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return list(workers.map(lambda each: _as_jpeg(each, width, quality), pictures))


def _bytes(made: Sequence[bytes]) -> int:
    return sum(map(len, made))


# --------------------------------------------------------------------------- reading


def _of_bundle(bundle: Path) -> Iterator[Original]:
    listed: dict[str, str] = {}
    for name in (layout.MANIFEST, layout.TAGMANIFEST):
        listed |= _list(bundle / name)
    for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
        if path.name in layout.STREWN:
            continue
        relative = path.relative_to(bundle).as_posix()
        content = _content(path)
        digest = layout.sha256(content)
        if listed.get(relative, digest) != digest:
            raise EvidenceBroken(
                _("{path} is not as it was sealed.").format(path=f"{bundle.name}/{relative}")
            )
        yield Original(bundle.name, relative, digest, content)


def _list(path: Path) -> dict[str, str]:
    rows = _content(path).decode("utf-8", "replace").splitlines()
    return {name: digest for digest, _space, name in (row.partition("  ") for row in rows)}


def _content(path: Path) -> bytes:
    try:
        with layout.opened(path) as file:
            return file.read()
    except OSError as trouble:
        raise EvidenceBroken(
            _("{name} cannot be read: {why}.").format(
                name=path.name, why=trouble.strerror or trouble
            )
        ) from trouble


def _held(original: Original | None) -> Mapping[str, Any]:
    try:
        found = json.loads(original.content) if original else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _values(form: Original) -> Iterator[Value]:
    fields = _held(form).get("fields")
    for field in fields if isinstance(fields, list) else ():
        match field:
            case {"label": str(label), "value": str(value)}:
                yield Value(label, value)


def _letter(fact: Any, bundle: str, known: Mapping[tuple[str, str], Original]) -> Letter:
    kept = known[bundle, "data/mail/0001.eml"]
    counts = known.get((bundle, "data/mail/0001.attached.eml"), kept)
    read = _held(known.get((bundle, "data/mail/0001.json")))
    checked = _held(known.get((bundle, "data/mail/0001.dkim.json")))
    text = _text_of(counts.content)
    by = "person" if read.get("meaning_by") == "person" else "tool"
    return Letter(
        bundle=bundle,
        line=fact.line,
        added=fact.when,
        meaning=(fact.values["counts"] if by == "person" else fact.values["meaning"]) or "unclear",
        meaning_by=by,
        proven=tuple(_rows(read.get("proven"))) if fact.kind == "mail_proven" else (),
        unproven=tuple(_rows(read.get("not_proven"))),
        signatures=tuple(_signatures(checked.get("signatures"))),
        text=text[:_LONGEST_TEXT],
        text_proven=fact.kind == "mail_proven",
        cut=len(text) > _LONGEST_TEXT,
        original=kept,
        attached=counts is not kept,
    )


def _text_of(raw: bytes) -> str:
    """The text of a mail as a person sees it, what it quotes last."""
    inside = open_mail(raw).inside
    seen = inside.plain if inside.plain.own.strip() else inside.html
    text = f"{seen.own.strip()}\n\n{seen.quoted.strip()}".strip()
    return re.sub(r"\n{3,}", "\n\n", text)


_SHOWN = ("from", "to", "subject", "date", "message-id", "reply-to")


def _rows(found: object) -> Iterator[tuple[str, str]]:
    for row in found if isinstance(found, list) else ():
        match row:
            case [str(name), str(value)] if name.casefold() in _SHOWN:
                yield name, value


def _signatures(found: object) -> Iterator[tuple[str, ...]]:
    for row in found if isinstance(found, list) else ():
        if isinstance(row, dict):
            yield (
                str(row.get("d") or ""),
                str(row.get("s") or ""),
                str(row.get("a") or ""),
                "right" if row.get("ok") is True else "wrong",
                str(row.get("key_from") or "none"),
                str(row.get("key_bits") or ""),
            )


@functools.lru_cache(maxsize=2048)  # each language has a light version with the same pictures
def _as_jpeg(picture: bytes, width: int, quality: int) -> bytes:
    with Image.open(io.BytesIO(picture)) as opened:
        plain = opened.convert("RGB")
    if plain.width > width:
        plain = plain.resize(
            (width, max(1, round(plain.height * width / plain.width))), reducing_gap=2.0
        )
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()
