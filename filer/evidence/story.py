"""What a bundle tells, read once for its start page: the log, the pictures, the form, the files.

Everything in it may come from a stranger. Text is made harmless and cut out loud, numbers and lists
are bounded, and what cannot be read is said to be so; nothing here raises but `OSError`.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filer.errors import EvidenceBroken
from filer.evidence import captions, layout, mime
from filer.evidence.reading import LogLine, files_named, read_log
from filer.evidence.thumbnails import MOST_BYTES, Thumbnail, thumbnail
from filer.human.shown import block, inline

LONGEST_TEXT = 300
LONGEST_VALUE = 20_000
MOST_LINES = 1_500
MOST_TURNS = 500
MOST_PICTURES = 60
MOST_FILES = 400
MOST_FIELDS = 100
MOST_STAMPS = 100

TURNS = frozenset(
    "begun confirmed pressed send.left code.left send.answered send.failed answer.read "
    "capture.withheld capture.withdrawn secret.found recovered timestamps.wanted timestamps.none "
    "timestamped timestamp.failed closed".split()
)
"""The events on which it turns what a bundle shows: kept also from a log that is too long."""

_ZONE = re.compile(r"(.{0,60}?)\s*([+-])(\d{2})(\d{2})", re.DOTALL)
_DEEPEST = 6
_MOST_ITEMS = 60


@dataclass(frozen=True)
class Line:
    """A line of the log, its text made harmless. *number* counts from one, as people do.

    *called* is what the capture in it is called (`captions.called`), empty where it has none.
    """

    number: int
    t: str
    event: str
    by_person: bool
    data: Mapping[str, Any]
    called: str = ""

    def text(self, key: str) -> str:
        """The text under *key*, "" when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def count(self, key: str) -> int | None:
        """The whole number under *key*, None when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def texts(self, key: str) -> list[str]:
        """The texts in the list under *key*."""
        value = self.data.get(key)
        return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []

    def items(self, key: str) -> dict[str, Any]:
        """The object under *key*, empty when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Picture:
    """A picture the log names. *state* is "shown", "unreadable", "missing", "changed", "withdrawn".

    *sha256* is the hash the log names.
    """

    line: Line
    path: str
    sha256: str
    state: str
    thumbnail: Thumbnail | None = None


@dataclass(frozen=True)
class Row:
    """A field of the form as it was read back."""

    label: str
    name: str
    value: str
    filled_by: str


@dataclass(frozen=True)
class FormRead:
    """The form as read back from the page. *hash* is what the log calls the hash of its values."""

    path: str
    line: Line
    rows: tuple[Row, ...]
    more: int
    hash: str


@dataclass(frozen=True)
class Stamp:
    """A timestamp the log names. *state* is "there", "missing" or "changed"."""

    line: Line
    moment: str
    authority: str
    lines: int
    token: str
    gen_time: str
    pinned: bool
    accuracy_ms: int | None
    offset_ms: int | None
    state: str


@dataclass(frozen=True)
class MailText:
    """The text of a mail as a person sees it: its *own*, and what it *quoted* from another.

    *html* says that it is taken out of HTML, *another* that there is an HTML version beside it
    which reads otherwise, *cut* that not all of the mail was read.
    """

    own: str
    quoted: str
    html: bool
    another: bool
    cut: bool


@dataclass(frozen=True)
class Zone:
    """The time zone the session ran in, as far as the bundle says."""

    name: str
    offset: dt.timedelta

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Story:
    """A bundle as its start page tells it.

    *broken* is the number of the line from which on the log cannot be read, *last* of the last
    that can. *mail*, *mail_text*, *signatures*, *paper* and *note* are what a follow-up holds; the
    text is None where it cannot be read. *files* are the paths and sizes of what lies in `data/`
    and `timestamps/`, and *more_files* counts the rest. *scenario* and *stand_in* are those of a
    practice. *speaks* is the language that filer spoke to the person, as far as it is known.
    """

    bundle: str
    case: str
    practice: bool
    kind: str
    flow: str
    begun: Line | None
    lines: tuple[Line, ...]
    last: int
    broken: int | None
    pictures: tuple[Picture, ...]
    more_pictures: int
    form: FormRead | None
    stamps: tuple[Stamp, ...]
    zone: Zone | None
    speaks: str
    titles: Mapping[str, str]
    versions: Mapping[str, str]
    scenario: str
    stand_in: str
    mail: Mapping[str, Any]
    mail_text: MailText | None
    signatures: tuple[Mapping[str, Any], ...]
    paper: Mapping[str, Any]
    note: str
    files: tuple[tuple[str, int], ...]
    more_files: int

    def first(self, event: str) -> Line | None:
        """The first line of this *event*."""
        return next((line for line in self.lines if line.event == event), None)

    def latest(self, event: str) -> Line | None:
        """The last line of this *event*."""
        return next((line for line in reversed(self.lines) if line.event == event), None)

    def all(self, event: str) -> list[Line]:
        """Every line of this *event*."""
        return [line for line in self.lines if line.event == event]

    @property
    def closed(self) -> Line | None:
        """The line that closes the log, if that is its last."""
        line = self.lines[-1] if self.lines else None
        return line if line and line.event == "closed" and line.number == self.last else None

    def local(self, t: str) -> dt.datetime | None:
        """The time *t* of a log line in the session's own zone, or in UTC."""
        try:
            moment = dt.datetime.fromisoformat(t)
            return moment.astimezone(dt.timezone(self.zone.offset) if self.zone else dt.UTC)
        except (ValueError, OverflowError):
            return None


def short(text: object, most: int = LONGEST_TEXT) -> str:
    """*text* on one line, what acts in it made visible; what is cut off is counted."""
    return _isolated(inline(_cut(str(text), most)))


def long(text: object, most: int = LONGEST_VALUE) -> str:
    """The same with its line breaks."""
    return block(_cut(str(text), most))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … [+{len(text) - most}]"


def _isolated(text: str) -> str:
    # Two invisible marks keep text that runs from right to left from turning what stands around it.
    return text if text.isascii() or not text else f"\u2068{text}\u2069"


def read_story(bundle: Path) -> Story:
    """The bundle at *bundle* as far as it can be read. Raises `OSError`."""
    lines, last, broken = _lines(bundle)
    lines = _called(lines, whole=last <= MOST_LINES)
    begun = lines[0] if lines and lines[0].event in {"begun", "recovered"} else None
    name, case = layout.bundle_name(bundle.name), layout.case_name(bundle.parent.name)
    practice = (begun is not None and begun.data.get("practice") is True) or bool(
        name and name.practice
    )
    kind = (begun.text("kind") if begun else "") or (name.kind if name else "")
    flow = (begun.text("flow") if begun else "") or (case.flow if case else "")
    environment = _json(bundle, "environment.json")
    scenario = _json(bundle, "practice.json") if practice else {}
    versions = environment.get("versions")
    files, more_files = _files(bundle)
    pictures, more_pictures = _pictures(bundle, lines)
    return Story(
        bundle=short(bundle.name),
        case=short(bundle.parent.name),
        practice=practice,
        kind=kind,
        flow=flow,
        begun=begun,
        lines=tuple(lines),
        last=last,
        broken=broken,
        pictures=pictures,
        more_pictures=more_pictures,
        form=_form(bundle, lines),
        stamps=tuple(_stamps(bundle, lines)),
        zone=_zone(environment.get("time_zone")),
        speaks=_text(environment, "speaks"),
        titles=_titles(bundle, flow),
        versions=_texts({"filer": environment.get("filer"), "system": environment.get("system")})
        | _texts(versions if isinstance(versions, dict) else {}),
        scenario=_text(scenario, "scenario"),
        stand_in=_text(scenario, "stand_in"),
        mail=_facts(bundle, "mail/0001.json"),
        mail_text=_mail_text(bundle),
        signatures=tuple(_signatures(bundle)),
        paper=_facts(bundle, "papers/0001.json"),
        note=_note(bundle),
        files=files,
        more_files=more_files,
    )


# --------------------------------------------------------------------------- the log


def _lines(bundle: Path) -> tuple[list[Line], int, int | None]:
    """The lines to tell, the number of the last that can be read, and of the first that cannot."""
    kept: list[Line] = []
    number = turns = 0
    latest: Line | None = None
    try:
        for entry in read_log(bundle / layout.DATA / layout.LOG):
            number = entry.seq + 1
            latest = None
            if number > MOST_LINES and (entry.event not in TURNS or turns >= MOST_TURNS):
                latest = _line(entry) if entry.event == "closed" else None
                continue
            turns += number > MOST_LINES
            kept.append(_line(entry))
    except EvidenceBroken:
        return kept, number, number + 1
    if latest is not None:
        kept.append(latest)
    return kept, number, None


def _called(lines: list[Line], *, whole: bool) -> list[Line]:
    """The same *lines*, the captures called by what came after them, where that is told *whole*."""
    titles = [(line.number, line.event, line.data.get("name")) for line in lines]
    known = captions.called(titles) if whole else {}
    return [replace(line, called=known.get(line.number, line.text("name"))) for line in lines]


def _line(entry: LogLine) -> Line:
    data = _reduced(dict(entry.data))
    assert isinstance(data, dict)
    return Line(entry.seq + 1, entry.t, short(entry.event, 80), entry.who == "person", data)


def _reduced(value: object, depth: int = 0) -> object:
    match value:
        case None | bool() | float():
            return value
        case int():
            return value if abs(value) < 10**15 else short(value, 40)
        case str():
            return short(value)
        case _ if depth >= _DEEPEST:
            return "…"
        case list():
            some = [_reduced(item, depth + 1) for item in value[:_MOST_ITEMS]]
            return some if len(value) <= _MOST_ITEMS else [*some, f"… [+{len(value) - len(some)}]"]
        case dict():
            pairs = list(value.items())
            some_pairs = {short(k, 80): _reduced(v, depth + 1) for k, v in pairs[:_MOST_ITEMS]}
            if len(pairs) > _MOST_ITEMS:
                some_pairs["…"] = f"[+{len(pairs) - _MOST_ITEMS}]"
            return some_pairs
    return short(value)


# --------------------------------------------------------------------------- files


def _read(bundle: Path, name: str, most: int) -> bytes | None:
    """The file *name* in the bundle; None when it is not there, not plain, or too long."""
    if not layout.is_safe(name):
        return None
    try:
        with layout.opened(bundle / name) as file:
            content = file.read(most + 1)
    except OSError:
        return None
    return content if len(content) <= most else None


def _json(bundle: Path, name: str) -> dict[str, Any]:
    """The JSON object in `data/<name>`, empty when there is none."""
    raw = _read(bundle, f"{layout.DATA}/{name}", 8 << 20)
    try:
        read = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return short(value, 80) if isinstance(value, str) else ""


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    some = list(found.items())[:20]
    return {short(k, 40): short(v, 120) for k, v in some if isinstance(v, str)}


def _files(bundle: Path) -> tuple[tuple[tuple[str, int], ...], int]:
    found: list[tuple[str, int]] = []
    for below in (layout.DATA, "timestamps"):
        found += [
            (path.relative_to(bundle).as_posix(), path.stat().st_size)
            for path in (bundle / below).rglob("*")
            if path.is_file() and not path.is_symlink() and path.name not in layout.STREWN
        ]
    found.sort()
    return tuple(found[:MOST_FILES]), max(0, len(found) - MOST_FILES)


def _zone(text: object) -> Zone | None:
    if not isinstance(text, str) or not (found := _ZONE.fullmatch(text[:100])):
        return None
    offset = dt.timedelta(hours=int(found[3]), minutes=int(found[4]))
    if offset > dt.timedelta(hours=15):
        return None
    sign = -1 if found[2] == "-" else 1
    name = short(found[1]) or "UTC"
    shift = f"UTC{found[2]}{found[3]}:{found[4]}"
    shown = "UTC" if name == "UTC" and not offset else f"{name} ({shift})"
    return Zone(shown, sign * offset)


def _titles(bundle: Path, flow: str) -> dict[str, str]:
    """The form's title by language, as the steps that were kept have it."""
    found = _json(bundle, f"flow/{flow}.json") if layout.is_safe(f"flow/{flow}.json") else {}
    match found.get("title"):
        case {"texts": dict() as texts}:
            pairs = [(k, v[0]) for k, v in list(texts.items())[:40] if isinstance(v, list) and v]
            return {short(k, 10): short(v) for k, v in pairs if isinstance(v, str)}
    return {}


# --------------------------------------------------------------------------- pictures


def _pictures(bundle: Path, lines: list[Line]) -> tuple[tuple[Picture, ...], int]:
    gone = {ref.path for line in lines if _takes_out(line) for ref in files_named(line.data)}
    named = [
        (line, ref)
        for line in lines
        if not _takes_out(line)
        for ref in files_named(line.data)
        if ref.path.lower().endswith(".png")
    ]
    shown = [_picture(bundle, line, ref.path, ref.sha256, gone) for line, ref in named]
    return tuple(shown[:MOST_PICTURES]), max(0, len(named) - MOST_PICTURES)


def _takes_out(line: Line) -> bool:
    return line.event == "capture.withdrawn"


def _picture(bundle: Path, line: Line, path: str, sha256: str, gone: set[str]) -> Picture:
    if path in gone:
        return Picture(line, path, sha256, "withdrawn")
    inside = f"{layout.DATA}/{path}"
    if not layout.is_safe(inside) or not (bundle / inside).is_file():
        return Picture(line, path, sha256, "missing")
    content = _read(bundle, inside, MOST_BYTES)
    if content is None:
        return Picture(line, path, sha256, "unreadable")
    if layout.sha256(content) != sha256:
        return Picture(line, path, sha256, "changed")
    small = thumbnail(content)
    return Picture(line, path, sha256, "shown" if small else "unreadable", small)


# --------------------------------------------------------------------------- the form


def _form(bundle: Path, lines: list[Line]) -> FormRead | None:
    """The form as it was last read before it left, or was last read at all."""
    left = next((line.number for line in lines if line.event == "send.left"), None)
    best = None
    for line in lines:
        if line.event != "captured" or (left is not None and line.number > left):
            continue
        for ref in files_named(line.data):
            if ref.path.startswith("form/") and ref.path.endswith(".json"):
                best = (ref.path, line)
    if best is None:
        return None
    path, line = best
    read = _json(bundle, path)
    fields = read.get("fields")
    rows = (
        [entry for entry in fields if isinstance(entry, dict)] if isinstance(fields, list) else []
    )
    salt = read.get("salt")
    told = json.dumps([[_raw(r, "name"), _raw(r, "label"), _raw(r, "value")] for r in rows])
    salted = (salt if isinstance(salt, str) else "") + told
    return FormRead(
        path=path,
        line=line,
        rows=tuple(
            Row(
                label=short(_raw(row, "label")),
                name=short(_raw(row, "name"), 80),
                value=long(_raw(row, "value")),
                filled_by=short(_raw(row, "filled_by"), 40),
            )
            for row in rows[:MOST_FIELDS]
        ),
        more=max(0, len(rows) - MOST_FIELDS),
        hash=layout.sha256(salted.encode("utf-8", "backslashreplace")),
    )


def _raw(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else value if isinstance(value, str) else str(value)[:LONGEST_VALUE]


# --------------------------------------------------------------------------- timestamps and mail


def _stamps(bundle: Path, lines: list[Line]) -> Iterator[Stamp]:
    for line in [line for line in lines if line.event == "timestamped"][:MOST_STAMPS]:
        token = line.text("token")
        inside = token.startswith("timestamps/") and layout.is_safe(token)
        content = _read(bundle, token, 1 << 20) if inside else None
        state = "missing" if content is None else "there"
        if content is not None and layout.sha256(content) != line.data.get("token_sha256"):
            state = "changed"
        yield Stamp(
            line=line,
            moment=line.text("moment"),
            authority=line.text("authority"),
            lines=line.count("lines") or 0,
            token=token,
            gen_time=line.text("gen_time"),
            pinned=line.data.get("root") == "pinned",
            accuracy_ms=line.count("accuracy_ms"),
            offset_ms=line.count("offset_ms"),
            state=state,
        )


def _facts(bundle: Path, name: str) -> Mapping[str, Any]:
    read = _reduced(_json(bundle, name))
    return read if isinstance(read, dict) else {}


def _signatures(bundle: Path) -> list[Mapping[str, Any]]:
    found = _facts(bundle, "mail/0001.dkim.json").get("signatures")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _mail_text(bundle: Path) -> MailText | None:
    """The text of the mail that counts: the one attached to another, where that one does."""
    names = ("mail/0001.attached.eml", "mail/0001.eml")
    each = (_read(bundle, f"{layout.DATA}/{name}", mime.LARGEST_MAIL) for name in names)
    raw = next((raw for raw in each if raw is not None), None)
    if raw is None or mime.too_costly(raw) or mime.head_size(raw) > mime.LARGEST_HEAD:
        return None
    inside = mime.inside(mime.split(raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")))
    plain, html = inside.plain.own.strip(), inside.html.own.strip()
    seen = inside.seen()
    return MailText(
        own=long(seen.own.strip()),
        quoted=long(seen.quoted.strip()),
        html=seen is inside.html,
        another=bool(plain and html) and plain.split() != html.split(),
        cut=inside.cut,
    )


def _note(bundle: Path) -> str:
    raw = _read(bundle, f"{layout.DATA}/note.txt", 8 << 20)
    return long((raw or b"").decode("utf-8", "replace").rstrip("\n"))
