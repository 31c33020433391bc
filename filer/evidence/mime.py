"""A mail taken apart without changing a byte: headers, parts, attached mails, and its text.

Our own splitter, because what is proven hangs on exact bytes: the standard library's parser keeps
the first of two equal headers where DKIM signs the last, and cannot give an attached mail back as
it came. Everything is bounded, so that a hostile mail costs seconds at most.
"""

from __future__ import annotations

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from filer.evidence.visible import Seen, html_as_seen, plain_as_seen
from filer.words import _

LARGEST_MAIL = 40 << 20
"""A bigger mail is kept, but not taken apart: mail services refuse them long before."""

LARGEST_HEAD = 256 << 10
"""The same for the headers alone."""

LONGEST_TEXT = 1 << 20
"""How much of a text part is read for what it means, in bytes."""

_LONGEST_VALUE = 8 << 10
_MOST_WORK = 500_000_000
_MOST_LINES = 2_000_000
_MOST_PARTS = 200
_MOST_ATTACHED = 5
_DEEPEST = 8
_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
_RUNS = re.compile(rb"[ \t]{32,}+")
_LINE_END = re.compile(rb"\r?\n")
_NAME = re.compile(rb"([\x21-\x7e]+?):")
_DANGEROUS_CHARSETS = frozenset(
    "idna punycode unicode-escape raw-unicode-escape undefined utf-7 mbcs oem".split()
)


@dataclass(frozen=True)
class Header:
    """One header: its *name* and *value* as they stand there, without the line's end."""

    name: bytes
    value: bytes

    @property
    def key(self) -> str:
        """The name in small letters, to compare."""
        return self.name.decode("ascii").lower()

    def text(self) -> str:
        """The value as a person reads it: unfolded and decoded, as far as it can be."""
        return decoded(self.value)


@dataclass(frozen=True)
class Entity:
    """A mail or a part of one. *malformed* says that its headers hold lines that are none."""

    headers: tuple[Header, ...]
    body: bytes
    malformed: bool = False

    def last(self, key: str) -> Header | None:
        """The bottom-most header called *key*: the one a signature means first."""
        return next((h for h in reversed(self.headers) if h.key == key), None)

    def kind(self) -> str:
        """Its content type, such as "text/plain"."""
        try:
            return self._typed().get_content_type()
        except (MessageError, ValueError, LookupError):
            return "text/plain"

    def parameter(self, name: str) -> str:
        """The parameter *name* of its content type, empty if there is none."""
        try:
            value = self._typed().get_param(name)
        except (MessageError, ValueError, LookupError):
            return ""
        return value if isinstance(value, str) else str(value[-1]) if value else ""

    def disposition(self) -> str:
        """Its Content-Disposition with all parameters, in small letters."""
        header = self.last("content-disposition")
        return header.text().lower() if header else ""

    def encoding(self) -> str:
        """How its content is packed: "base64", "quoted-printable", or something that is plain."""
        header = self.last("content-transfer-encoding")
        return header.text().strip().lower() if header else ""

    def content(self) -> bytes:
        """Its content, unpacked."""
        match self.encoding():
            case "base64":
                return _from_base64(self.body)
            case "quoted-printable":
                return quopri.decodestring(self.body)
            case _:
                return self.body

    def _typed(self) -> Message:
        message = Message()
        header = self.last("content-type")
        if header and len(header.value) <= _LONGEST_VALUE:
            message["Content-Type"] = _unfolded(header.value)
        return message


@dataclass
class Inside:
    """What a mail holds: texts a person sees, attached mails, and what could not be read."""

    plain: Seen = field(default_factory=Seen)
    html: Seen = field(default_factory=Seen)
    attached: list[bytes] = field(default_factory=list)
    parts: int = 0
    cut: bool = False

    def seen(self) -> Seen:
        """The version that a person reads: the plain text, or the HTML where there is no other."""
        return self.plain if self.plain.own.strip() or not self.html.own.strip() else self.html


def split(raw: bytes) -> Entity:
    """*raw* as headers and body. Raises nothing: lines that are no header are passed over."""
    end = _BLANK_LINE.search(raw)
    head, body = (raw[: end.end()], raw[end.end() :]) if end else (raw, b"")
    headers: list[Header] = []
    pieces: list[bytes] = []
    name, malformed = b"", False
    for line in _LINE_END.split(head):
        if line[:1] in {b" ", b"\t"} and name:
            pieces.append(line)
        elif found := _NAME.match(line):
            if name:
                headers.append(Header(name, b"\r\n".join(pieces)))
            name, pieces = found[1], [line[found.end() :]]
        elif line and not line.startswith(b"From "):
            malformed = True
    if name:
        headers.append(Header(name, b"\r\n".join(pieces)))
    return Entity(tuple(headers), body, malformed)


def head_size(raw: bytes) -> int:
    """How long the headers of *raw* are, in bytes."""
    end = _BLANK_LINE.search(raw)
    return end.start() if end else len(raw)


def too_costly(raw: bytes) -> str:
    """Why reading *raw* could take for ever, or nothing; some mail is made to do that."""
    if sum(len(run[0]) ** 2 for run in _RUNS.finditer(raw)) > _MOST_WORK:
        return _("it holds so many blanks in a row that checking it would not end")
    if raw.count(b"\n") > _MOST_LINES:
        return _("it holds more lines than a mail can have")
    return ""


def looks_like_mail(start: bytes) -> bool:
    """Whether *start*, the first bytes of a file, are the headers of a mail."""
    keys = {header.key for header in split(start[:LARGEST_HEAD]).headers}
    return "from" in keys and bool(keys & {"date", "received", "message-id", "dkim-signature"})


def inside(mail: Entity) -> Inside:
    """The texts and attached mails of *mail*; what lies in an attached mail is left there."""
    found = Inside()
    _walk(mail, found, 0)
    return found


def is_report(mail: Entity) -> bool:
    """Whether *mail* is a mail server's report; the mail attached to it is what it is about."""
    return mail.kind() == "multipart/report"


def decoded(value: bytes) -> str:
    """A header's value as a person reads it: unfolded, with its encoded words decoded."""
    text = _unfolded(value)
    if "=?" not in text or len(text) > _LONGEST_VALUE:
        return text
    try:
        pieces = decode_header(text)
        return "".join(
            piece if isinstance(piece, str) else decode_text(piece, charset or "")
            for piece, charset in pieces
        ).strip()
    except (MessageError, ValueError, LookupError):
        return text


def decode_text(content: bytes, charset: str) -> str:
    """*content* as text; a *charset* that is missing, wrong or dangerous is guessed."""
    for name in (charset, "utf-8"):
        if known := _known_charset(name):
            try:
                return content.decode(known)
            except (ValueError, LookupError):
                continue
    return content.decode("cp1252", "replace")


def _known_charset(name: str) -> str | None:
    try:
        known = codecs.lookup(name.strip(" \"'"))
    except (LookupError, ValueError):
        return None
    # Decoders that are no alphabets can be slow on purpose, or run over other text.
    is_text = getattr(known, "_is_text_encoding", True)
    return None if not is_text or known.name in _DANGEROUS_CHARSETS else known.name


def _unfolded(value: bytes) -> str:
    flat = _LINE_END.sub(b"", value).strip(b" \t")
    try:
        return flat.decode("utf-8")
    except ValueError:
        return flat.decode("latin-1")


def _from_base64(body: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _walk(part: Entity, found: Inside, depth: int) -> None:
    found.parts += 1
    if found.parts > _MOST_PARTS or depth > _DEEPEST:
        found.cut = True
        return
    kind = part.kind()
    if kind in {"message/rfc822", "message/global"} or _is_eml(part):
        _attach(part, found)
    elif kind.startswith("multipart/"):
        for inner in _parts(part):
            _walk(inner, found, depth + 1)
            if found.cut:
                return
    elif kind in {"text/plain", "text/html"} and not part.disposition().startswith("attachment"):
        _read_text(part, kind, found)


def _is_eml(part: Entity) -> bool:
    names = f"{part.disposition()} {part.parameter('name')}".lower()
    return re.search(r"\.eml[\"']?\s*(;|$)", names.strip()) is not None


def _attach(part: Entity, found: Inside) -> None:
    if len(found.attached) >= _MOST_ATTACHED:
        found.cut = True
    else:
        found.attached.append(part.content())


def _read_text(part: Entity, kind: str, found: Inside) -> None:
    content = part.content()
    found.cut = found.cut or len(content) > LONGEST_TEXT
    text = decode_text(content[:LONGEST_TEXT], part.parameter("charset"))
    if kind == "text/html":
        found.html = found.html.and_(html_as_seen(text))
    else:
        found.plain = found.plain.and_(plain_as_seen(text))


def _parts(part: Entity) -> Iterator[Entity]:
    boundary = part.parameter("boundary").encode("ascii", "ignore").rstrip()
    if not boundary:
        return
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?(?=\n)|\Z)"
    )
    start: int | None = None
    for number, mark in enumerate(delimiter.finditer(part.body)):
        if start is not None:
            yield split(part.body[start : mark.start()])
        if mark[1] or number > _MOST_PARTS:
            return
        start = mark.end() + 1  # behind the line's end, which may open the next delimiter
    if start is not None:  # it was cut off before its end
        yield split(part.body[start:])


def names_twice(headers: Sequence[Header], keys: Sequence[str]) -> list[str]:
    """Which of *keys* occur more than once in *headers*."""
    return [key for key in keys if sum(h.key == key for h in headers) > 1]
