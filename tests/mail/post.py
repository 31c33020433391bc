"""Mail as the tests make it: written out in full, and signed with keys made for the run."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from filer.evidence.mail import MailReading, open_mail, read
from filer.evidence.signatures import KeyRecord

SIGNED = ("Date", "To", "Subject", "From", "MIME-Version", "Content-Type")
"""What Meta's mails of 2016 and 2017 signed (facts/evidence.md, b8)."""

ANSWER = (
    b"From: Meta <notification@facebookmail.com>\r\n"
    b"To: anna@example.org\r\n"
    b"Subject: Your objection\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@facebookmail.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"Hi Anna,\r\n"
    b"\r\n"
    b"We will honour your objection. This means your request will be applied going forward.\r\n"
)


@dataclass(frozen=True)
class Key:
    """A key to sign with, at *selector* of *domain*, and its *record* as DNS gives it."""

    selector: str = "s1024-2013-q3"
    domain: str = "facebookmail.com"
    bits: int = 2048
    number: int = 0
    pem: bytes = field(default=b"", repr=False)
    record: str = ""

    @property
    def name(self) -> str:
        """Where DNS has its record."""
        return f"{self.selector}._domainkey.{self.domain}."

    def known(self, origin: str = "dns", resolver: str = "a") -> KeyRecord:
        """The record, as a resolver gave it."""
        return KeyRecord(self.name, (self.record,), origin, resolver, None, "2026-11-23T12:00:00Z")


@cache
def key(domain: str = "facebookmail.com", bits: int = 2048, number: int = 0) -> Key:
    """A key for *domain*; another *number* is another key."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    public = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    return Key(domain=domain, bits=bits, number=number, pem=pem, record=record)


def signed(
    mail: bytes,
    with_key: Key | None = None,
    headers: Sequence[str] = SIGNED,
    *,
    length: bool = False,
    how: tuple[bytes, bytes] = (b"relaxed", b"simple"),
) -> bytes:
    """*mail* with a signature on top, over *headers* and the body."""
    using = with_key or key()
    line: bytes = dkim.sign(
        mail,
        using.selector.encode(),
        using.domain.encode(),
        using.pem,
        canonicalize=how,
        include_headers=[name.encode() for name in headers],
        length=length,
    )
    return line + mail


def reading(raw: bytes, *keys: Key) -> MailReading:
    """The reading of *raw* when DNS, asked twice, knows *keys* (the usual one if none)."""
    known = [k.known("dns", resolver) for k in keys or (key(),) for resolver in ("a", "b")]
    return read(open_mail(raw), known)


def mail(text: str, subject: str = "x", sender: str = "Meta <a@facebookmail.com>") -> bytes:
    """A plain mail that says *text*."""
    head = f"From: {sender}\r\nTo: anna@example.org\r\nSubject: {subject}\r\n"
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return (head + kind + text.replace("\n", "\r\n") + "\r\n").encode()


def page(html: str, plain: str | None = None) -> bytes:
    """A mail in HTML, with a plain version where *plain* is given."""
    head = b"From: Meta <a@facebookmail.com>\r\nTo: anna@example.org\r\nMIME-Version: 1.0\r\n"
    as_html = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode() + b"\r\n"
    if plain is None:
        return head + as_html
    as_plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + plain.encode() + b"\r\n"
    return multipart("alternative", as_plain, as_html, head=head)


def multipart(
    kind: str,
    *parts: bytes,
    head: bytes = b"From: Anna <anna@example.org>\r\nTo: me@example.org\r\nMIME-Version: 1.0\r\n",
) -> bytes:
    """A mail of several parts."""
    mark = b"=_mark"
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    kinds = b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + mark + b'"\r\n\r\n'
    return head + kinds + body + b"--" + mark + b"--\r\n"


def forwarded(inner: bytes, *, packed: bool = False, kind: str = "message/rfc822") -> bytes:
    """*inner* as an attachment of Anna's mail to herself; *packed* as base64."""
    head = f'Content-Type: {kind}; name="answer.eml"\r\nContent-Disposition: attachment\r\n'
    if packed:
        head += "Content-Transfer-Encoding: base64\r\n"
        inner = base64.encodebytes(inner).replace(b"\n", b"\r\n")
    said = b"Content-Type: text/plain\r\n\r\nSee the attached mail."
    return multipart("mixed", said, head.encode() + b"\r\n" + inner)
