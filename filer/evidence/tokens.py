"""Timestamps as RFC 3161 has them: reading an authority's answer, and whether it holds.

What an answer's signature covers: the hash that was stamped, the time, the serial number, the
policy and the nonce. What it does not cover, so that somebody could alter it and the signature
still held: the status text around the token, which certificates came along, and the name of the
signature's algorithm (RFC 6211 tells why).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

from filer.errors import BadValue
from filer.evidence.signed import signed_by_one_of
from filer.words import _

LONGEST = 1 << 18
"""No answer of an authority is longer, in bytes; nor is a file of certificates."""

PINNED, UNCHECKED = "pinned", "unchecked"
"""Where a token's chain of certificates leads: to a root that was known before, or to none."""

_GRANTED = 0
_LONGEST_SERIAL = 160  # bits; RFC 3161 asks those who read them to take so many
_LONGEST_ACCURACY = 24 * 60 * 60 * 1000
_NAME_LINE = re.compile(r"# [ -~]{0,200}")
_SHA256 = "2.16.840.1.101.3.4.2.1"


class TokenWrong(Exception):
    """No error but a signal: an answer is no timestamp, or not the one that was asked for.

    Its text says why, as a clause without a full stop.
    """


@dataclass(frozen=True)
class Token:
    """A timestamp: *digest* is the SHA-256 that was stamped, *accuracy_ms* how exact the time is.

    *raw* is the whole answer in DER, *certificates* those that came with it, in DER.
    """

    raw: bytes
    digest: bytes
    gen_time: dt.datetime
    serial: int
    policy: str
    accuracy_ms: int | None
    nonce: int | None
    certificates: tuple[bytes, ...]
    answer: TimeStampResponse

    @property
    def time(self) -> str:
        """The time as text, in UTC: `2026-11-23T12:00:01Z`, with a fraction where it has one."""
        return self.gen_time.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def read_token(raw: bytes) -> Token:
    """The timestamp in *raw*, a TimeStampResp in DER and not a byte more (RFC 3161, 2.4.2).

    Raises `TokenWrong` for anything else, and for an answer that grants nothing.
    """
    if len(raw) > LONGEST:
        raise TokenWrong(_("it is longer than any timestamp"))
    with _read_or_wrong(_("it cannot be read as a timestamp")):
        answer = decode_timestamp_response(raw)
        status = answer.status
    if status != _GRANTED:
        raise TokenWrong(_("the authority granted none (status {n})").format(n=status))
    with _read_or_wrong(_("it cannot be read as a timestamp")):
        info = answer.tst_info
        imprint, accuracy = info.message_imprint, info.accuracy
        certificates = tuple(sorted(answer.signed_data.certificates))
        token = Token(
            raw=raw,
            digest=imprint.message,
            gen_time=info.gen_time.astimezone(dt.UTC),
            serial=info.serial_number,
            policy=info.policy.dotted_string,
            accuracy_ms=_milliseconds(accuracy),
            nonce=info.nonce,
            certificates=certificates,
            answer=answer,
        )
        whole = answer.as_bytes() == raw
        signers = answer.signed_data.signer_infos
        # No signature covers these two; for a timestamp both are fixed (RFC 5652, 5.1 and 5.3).
        versions = answer.signed_data.version, *(signer.version for signer in signers)
    if versions != (3, 1):
        raise TokenWrong(_("it is not of the version that timestamps have"))
    if not whole:
        raise TokenWrong(_("it is not written as it must be (DER)"))
    if token.serial.bit_length() > _LONGEST_SERIAL or not _possible(token.accuracy_ms):
        raise TokenWrong(_("it says something that no timestamp says"))
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise TokenWrong(_("it stamps something else than a SHA-256"))
    return token


@contextlib.contextmanager
def _read_or_wrong(why: str) -> Iterator[None]:
    """Hostile bytes make the libraries raise more than they tell: whatever it is, it is wrong."""
    try:
        yield
    except Exception as trouble:
        raise TokenWrong(why) from trouble


def _possible(accuracy_ms: int | None) -> bool:
    return accuracy_ms is None or 0 <= accuracy_ms <= _LONGEST_ACCURACY


def _milliseconds(accuracy: object) -> int | None:
    if accuracy is None:  # the authority does not say how exact it is
        return None
    seconds = getattr(accuracy, "seconds", None) or 0
    millis = getattr(accuracy, "millis", None) or 0
    micros = getattr(accuracy, "micros", None) or 0
    return seconds * 1000 + millis + (1 if micros else 0)


def root_of(token: Token, digest: bytes, pinned: Sequence[x509.Certificate]) -> str:
    """Where *token*, which must stamp *digest*, leads: `PINNED` or `UNCHECKED`.

    With *pinned* roots it must lead to one of them. With none, it must at least be signed with a
    certificate that came along; that proves nothing of who made it, as anybody can bring one.
    Raises `TokenWrong` when it stamps something else, when its signature does not hold, or when it
    leads to no pinned root.
    """
    if token.digest != digest:
        raise TokenWrong(_("it stamps something else"))
    if pinned:
        _hold(token, digest, pinned)
        return PINNED
    with _read_or_wrong(_("its signature does not hold")):
        valid = [c for c in _certificates(token) if _valid_at(c, token.gen_time)]
        held = signed_by_one_of(token.answer.time_stamp_token(), valid)
    if not held:
        raise TokenWrong(_("its signature does not hold"))
    return UNCHECKED


def _hold(token: Token, digest: bytes, roots: Sequence[x509.Certificate]) -> None:
    verifier = VerifierBuilder(roots=list(roots), intermediates=_certificates(token)).build()
    with _read_or_wrong(_("its signature does not hold")):
        try:
            verifier.verify(token.answer, digest)
        except VerificationError as trouble:
            if "local issuer" not in str(trouble) and "self-signed" not in str(trouble):
                raise
            strange = trouble
        else:
            return
    raise TokenWrong(_("it leads to none of the root certificates that count")) from strange


def _valid_at(certificate: x509.Certificate, time: dt.datetime) -> bool:
    return certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc


def _certificates(token: Token) -> list[x509.Certificate]:
    with _read_or_wrong(_("a certificate in it cannot be read")):
        return [x509.load_der_x509_certificate(der) for der in token.certificates]


def chain_of(token: Token, pinned: Iterable[x509.Certificate]) -> bytes:
    """The certificates to check *token* with, as PEM: those that came along and its *pinned* root.

    Raises `TokenWrong` when one of them cannot be read.
    """
    with _read_or_wrong(_("a certificate in it cannot be read")):
        found = _certificates(token)
        issuers = {certificate.issuer for certificate in found}
        found += [root for root in pinned if root.subject in issuers and root not in found]
        pems = [c.public_bytes(Encoding.PEM) for c in found]
        named = [f"# {_one_line(c.subject)}\n".encode() for c in found]
        return b"".join(name + pem for name, pem in zip(named, pems, strict=True))


def _one_line(name: x509.Name) -> str:
    text = name.rfc4514_string().replace("-----", "")
    return "".join(c if c.isprintable() and c.isascii() else "?" for c in text)[:200]


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in *pem*; none when it holds something else, or more than certificates."""
    try:
        found = tuple(x509.load_pem_x509_certificates(pem)) if len(pem) <= LONGEST else ()
    except ValueError:
        return ()
    # Between the certificates nothing but their names: no place to hide anything in.
    inside = False
    for line in pem.decode("ascii", "replace").splitlines():
        inside = inside or line.startswith("-----BEGIN CERTIFICATE-----")
        if not inside and not _NAME_LINE.fullmatch(line):
            return ()
        inside = inside and not line.startswith("-----END CERTIFICATE-----")
    return found


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in the PEM file *path*. Raises `BadValue` when there are none to read."""
    hint = _("Name a PEM file with the root certificates of your timestamp authorities.")
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as trouble:
        raise BadValue(
            _("The root certificates in {path} cannot be read: {why}.").format(
                path=path, why=trouble.strerror or trouble
            ),
            hint,
        ) from trouble
    found: list[x509.Certificate] = []
    with contextlib.suppress(ValueError):
        found = x509.load_pem_x509_certificates(raw) if len(raw) <= LONGEST else []
    if not found:
        raise BadValue(
            _("The file {path} holds no certificates that can be read.").format(path=path), hint
        )
    return tuple(found)
