"""Reading a mail: who signed what in it, what is proven by that, and what it says.

Pure: bytes and key records go in, a `MailReading` comes out. Nothing of a mail is trusted because
it stands there: proven is only what a right signature covers that signs for the sender in From.
What other servers wrote about it (Authentication-Results) is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from filer.evidence import mime
from filer.evidence.meanings import Meaning, recognise
from filer.evidence.mime import Entity, Inside
from filer.evidence.senders import (
    UNCONFIRMED,
    Sender,
    look_alike,
    root_of,
    senders,
    suspicions,
)
from filer.evidence.signatures import (
    MOST_SIGNATURES,
    KeyRecord,
    Signature,
    key_names,
    signature_count,
    signatures,
)
from filer.words import _

_ONCE = ("from", "to", "cc", "subject", "date", "reply-to", "sender", "message-id", "content-type")
"""Headers that may stand in a mail once only; a second one is somebody's trick or a fault."""

_DEEPEST = 3
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ReadHeader:
    """A header as a person reads it; *proven_by* names the domain whose signature covers it."""

    name: str
    value: str
    proven_by: str | None = None


@dataclass(frozen=True)
class OpenedMail:
    """A mail taken apart: itself, and the mails attached to it, outermost first.

    *trouble* holds what was wrong with the file, in sentences.
    """

    raw: bytes
    mail: Entity
    inside: Inside
    attached: tuple[OpenedMail, ...] = ()
    trouble: tuple[str, ...] = ()

    @property
    def sender(self) -> str:
        """The domain of the one sender in From; empty when there is none, or more than one."""
        found = _senders(self.mail, "from")
        return found[0].domain if len(found) == 1 else ""

    def all(self) -> list[OpenedMail]:
        """This mail and every one attached to it."""
        return [self, *(inner for each in self.attached for inner in each.all())]


@dataclass(frozen=True)
class MailReading:
    """What a mail is, says and proves.

    *attached* holds the exact bytes of the mail that counts, when that one was attached to
    another. *proven_by* is the domain whose signature proves the headers, *root* which of Meta's
    domains that is; *body_proven* says whether the text is proven too. *text* is what a person
    reads in it, without what it quotes.
    """

    headers: tuple[ReadHeader, ...]
    signatures: tuple[Signature, ...]
    meaning: Meaning
    attached: bytes | None = None
    proven_by: str | None = None
    root: str | None = None
    body_proven: bool = False
    warnings: tuple[str, ...] = ()
    text: str = ""

    def proven(self) -> dict[str, str]:
        """The proven headers; of equal names the bottom-most, which the signature means first."""
        return {h.name: h.value for h in self.headers if h.proven_by}

    def unproven(self) -> list[ReadHeader]:
        """The headers that nobody signed."""
        return [h for h in self.headers if not h.proven_by]


def open_mail(raw: bytes) -> OpenedMail:
    """*raw* taken apart; raises nothing, whatever it is."""
    return _open(raw, 0)


def wanted(opened: OpenedMail) -> list[str]:
    """The names of the keys with which its signatures, or those inside, can be verified."""
    names = [name for each in opened.all() for name in key_names(each.mail)]
    return list(dict.fromkeys(names))


def read(opened: OpenedMail, keys: Sequence[KeyRecord] = ()) -> MailReading:
    """The reading of *opened* with the *keys* that are known.

    When mails are attached, the one that counts is the first that Meta signed, else the first;
    unless the mail around them is signed by Meta itself, or is a mail server's report.
    """
    own = _read_one(opened, keys)
    inner = [each for each in opened.all()[1:] if each.mail.headers]
    if not inner or own.root or mime.is_report(opened.mail):
        return own
    readings = [(each, _read_one(each, keys)) for each in inner]
    each, chosen = next((pair for pair in readings if pair[1].root), readings[0])
    around = _("It was attached to another mail, from {sender}. That one proves nothing.").format(
        sender=_from_words(opened.mail)
    )
    more = (
        [_("{count} mails are attached. filer read one: save the others and add them too.")]
        if len(inner) > 1
        else []
    )
    return MailReading(
        chosen.headers,
        chosen.signatures,
        chosen.meaning,
        each.raw,
        chosen.proven_by,
        chosen.root,
        chosen.body_proven,
        (around, *(text.format(count=len(inner)) for text in more), *chosen.warnings),
        chosen.text,
    )


def too_large(start: bytes, size: int) -> MailReading:
    """The reading of a mail of *size* bytes that is too big to take apart, from its *start*."""
    mail = mime.split(start)
    said = _(
        "It is {size} MB, too big to be checked: filer reads mails up to {most} MB. All of it is "
        "kept."
    ).format(size=size >> 20, most=mime.LARGEST_MAIL >> 20)
    headers = tuple(ReadHeader(h.name.decode("ascii"), h.text()) for h in mail.headers)
    return MailReading(headers, (), Meaning("unclear", (), "too long"), warnings=(said,))


def _open(raw: bytes, depth: int) -> OpenedMail:
    trouble = []
    if raw.startswith(_BOM):
        raw = raw.removeprefix(_BOM)
        trouble.append(_("An editor has saved this file: it put a mark in front of the mail."))
    bare = raw.lstrip(b"\r\n")
    if bare != raw:
        raw = bare
        trouble.append(_("There are empty lines in front of the mail."))
    if raw.startswith(b"From "):
        trouble.append(_("This is a mailbox file. Only its first mail is read."))
    small = mime.head_size(raw) <= mime.LARGEST_HEAD
    mail = mime.split(raw) if small else Entity((), b"", malformed=True)
    if not mail.headers or not mail.last("from"):
        trouble.append(_("This does not look like a mail: it names no sender."))
    found = mime.inside(mail)
    inner = [_open(each, depth + 1) for each in found.attached if depth < _DEEPEST]
    return OpenedMail(raw, mail, found, tuple(inner), tuple(trouble))


def _read_one(opened: OpenedMail, keys: Sequence[KeyRecord]) -> MailReading:
    mail = opened.mail
    found = signatures(mail, opened.raw, opened.sender, keys)
    counting = [signature for signature in found if signature.counts]
    best = next((s for s in counting if s.root), counting[0] if counting else None)
    by: dict[int, str] = {}
    for signature in [*counting, *([best] if best else [])]:
        by.update(dict.fromkeys(signature.covers, signature.d))
    headers = tuple(
        ReadHeader(header.name.decode("ascii"), header.text(), by.get(place))
        for place, header in enumerate(mail.headers)
    )
    shape = _unsigned_shape(mail, set(by))
    whole = any(not s.partial for s in counting if not best or s.d == best.d)
    body_proven = best is not None and whole and not shape
    return MailReading(
        headers,
        tuple(found),
        _meaning(opened, set(by), proven=body_proven),
        None,
        best.d if best else None,
        best.root if best else None,
        body_proven,
        (*opened.trouble, *_warnings(opened, found, by), *(shape if best and whole else [])),
        opened.inside.seen().own.strip(),
    )


def _meaning(opened: OpenedMail, signed: set[int], *, proven: bool) -> Meaning:
    """What it says. Where the text is *proven*, an unsigned subject has no say in it."""
    subject = ""
    for place, header in enumerate(opened.mail.headers):
        if header.key == "subject":
            subject = header.text() if place in signed or not proven else ""
    if mime.too_costly(opened.raw):
        return Meaning("unclear", (), "too long")
    texts = [opened.inside.plain, opened.inside.html]
    said = recognise(subject, texts, cut=opened.inside.cut)
    if said.kind != "unclear" and not root_of(opened.sender) and opened.sender not in UNCONFIRMED:
        return Meaning("unclear", said.phrases, "not from Meta")
    return said


def _unsigned_shape(mail: Entity, signed: set[int]) -> list[str]:
    """The headers that decide how the text is read and are not signed, in sentences.

    Who can change these can have the same signed bytes shown as another text.
    """
    said = []
    for key in ("content-type", "content-transfer-encoding"):
        places = [n for n, header in enumerate(mail.headers) if header.key == key]
        plain = key != "content-type" and mail.encoding() in {"", "7bit", "8bit", "binary"}
        if places and places[-1] not in signed and not plain:
            said.append(
                _(
                    "{name} is not signed, and it decides how the text is read. So the text is not "
                    "proven."
                ).format(name=mail.headers[places[-1]].name.decode("ascii"))
            )
    return said


def _warnings(opened: OpenedMail, found: Sequence[Signature], by: dict[int, str]) -> list[str]:
    mail = opened.mail
    said = suspicions(_senders(mail, "from"), _senders(mail, "reply-to"))
    for signature in found:
        if like := look_alike(signature.d):
            said.append(
                _("It is signed by {domain}, which looks like {like} but is not.").format(
                    domain=signature.d, like=like
                )
            )
        elif signature.ok and not signature.aligned:
            said.append(
                _(
                    "It is signed by {domain}, which is not where the sender in From is. That "
                    "proves nothing about the sender."
                ).format(domain=signature.d)
            )
        if signature.counts and signature.partial:
            said.append(
                _(
                    "{domain} signed only a first piece of the text. Anything can have been added, "
                    "so the text is not proven."
                ).format(domain=signature.d)
            )
    said += [_twice(mail, key, by) for key in mime.names_twice(mail.headers, _ONCE)]
    if (count := signature_count(mail)) > MOST_SIGNATURES:
        said.append(
            _("It has {count} signatures. filer looks at the first {most}.").format(
                count=count, most=MOST_SIGNATURES
            )
        )
    if mail.malformed:
        said.append(_("Its headers are damaged. Such a mail cannot be proven."))
    if opened.inside.cut:
        said.append(_("It is too long or too nested to be read whole."))
    if mail.last("authentication-results"):
        said.append(
            _(
                "It holds a mail server's own word that it is genuine (Authentication-Results). "
                "Anybody can write that into a file: filer does not use it."
            )
        )
    return list(dict.fromkeys(said))


def _twice(mail: Entity, key: str, by: dict[int, str]) -> str:
    places = [n for n, header in enumerate(mail.headers) if header.key == key]
    name = mail.headers[places[-1]].name.decode("ascii")
    if any(place in by for place in places):
        return _(
            "{name} stands there {count} times. A mail program may show one that is not signed."
        ).format(name=name, count=len(places))
    return _("{name} stands there {count} times. In honest mail it stands once.").format(
        name=name, count=len(places)
    )


def _senders(mail: Entity, key: str) -> list[Sender]:
    header = mail.last(key)
    return senders(header.value) if header else []


def _from_words(mail: Entity) -> str:
    header = mail.last("from")
    return re.sub(r"\s+", " ", header.text()) if header else _("somebody")
