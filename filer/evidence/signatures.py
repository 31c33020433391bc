"""The signatures of a mail (DKIM, RFC 6376), each verified against key records given to it.

Asks nobody: dkimpy verifies, and every key it sees comes from a `KeyRecord`. What dkimpy lets
pass and a court should not is refused here: SHA-1, a signature that leaves out the sender, a body
signed in part, answers of DNS that contradict each other.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from filer.evidence.mime import Entity, Header, too_costly
from filer.evidence.senders import UNCONFIRMED, aligned, is_host, root_of
from filer.words import _

SMALLEST_KEY = 1024
"""Bits below which a key proves nothing; Meta's own have been 1024 (facts/evidence.md, b8)."""

MOST_SIGNATURES = 8
"""How many signatures of one mail are looked at, from the top."""

LONGEST_RECORD = 4096
_LONGEST_SIGNATURE = 8 << 10
_SELECTOR = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")

NO_SUCH_NAME = "no such name"
NO_RECORD = "no record"
"""What a resolver can say in so many words; anything else is a failure to answer."""


@dataclass(frozen=True)
class KeyRecord:
    """What is known of one key: the *records* at *name*, or *why* there are none.

    *origin* is "dns" (asked just now), "stored" (kept in an earlier bundle, *kept_in*) or "file"
    (given by the person). *ad* is the resolver's word that it checked DNSSEC.
    """

    name: str
    records: tuple[str, ...] = ()
    origin: str = "dns"
    resolver: str = ""
    ad: bool | None = None
    asked: str = ""
    why: str = ""
    kept_in: str = ""

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "name": self.name,
            "records": list(self.records),
            "origin": self.origin,
            "resolver": self.resolver,
            "ad": self.ad,
            "asked": self.asked,
            "why": self.why or None,
            "kept_in": self.kept_in or None,
        }


@dataclass(frozen=True)
class Signature:
    """One signature and what came of it. *why* says so in words; *note* what to know besides.

    *root* is the one of Meta's domains that *d* belongs to; *aligned* says that it signs for the
    sender in From. *partial* says that only a first piece of the body is signed (l=).
    """

    number: int
    d: str = ""
    s: str = ""
    a: str = ""
    c: str = ""
    h: tuple[str, ...] = ()
    i: str = ""
    ok: bool = False
    why: str = ""
    note: str = ""
    root: str | None = None
    aligned: bool = False
    partial: bool = False
    expires: str | None = None
    key_bits: int | None = None
    key_from: str | None = None
    covers: tuple[int, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it proves what it covers: it is right, and it signs for the sender."""
        return self.ok and self.aligned

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "number": self.number,
            "d": self.d,
            "s": self.s,
            "a": self.a,
            "c": self.c,
            "h": list(self.h),
            "i": self.i,
            "ok": self.ok,
            "why": self.why,
            "note": self.note or None,
            "meta": self.root is not None,
            "root": self.root,
            "aligned": self.aligned,
            "body_partly": self.partial,
            "expires": self.expires,
            "key_bits": self.key_bits,
            "key_from": self.key_from,
        }


def key_names(mail: Entity) -> list[str]:
    """The names of the key records that the signatures of *mail* point to."""
    names = []
    for header in _signature_headers(mail):
        tags = _tags(header)
        d, s = tags.get("d", "").lower(), tags.get("s", "").lower()
        if is_host(d) and _SELECTOR.fullmatch(s):
            names.append(key_name(s, d))
    return list(dict.fromkeys(names))


def metas(names: Sequence[str]) -> list[str]:
    """Those of *names* that lie at Meta: the only ones DNS is asked for.

    So a stranger's mail cannot make filer ask for what it likes, and so tell that it was read.
    """
    domains = {name: name.partition("._domainkey.")[2].rstrip(".") for name in names}
    return [name for name in names if root_of(domains[name]) or domains[name] in UNCONFIRMED]


def key_name(selector: str, domain: str) -> str:
    """Where the key of *selector* at *domain* lies in DNS, with its last dot."""
    return f"{selector}._domainkey.{domain}.".lower()


def signatures(
    mail: Entity, raw: bytes, from_domain: str, keys: Sequence[KeyRecord]
) -> list[Signature]:
    """Every signature of *mail*, whose bytes are *raw*, verified with *keys*. Raises nothing."""
    headers = _signature_headers(mail)
    if not headers:
        return []
    problem, verify = "", None
    if why := too_costly(raw):
        problem = why
    else:
        problem, verify = _prepare(mail, raw)
    return [
        _verified(number, header, mail, from_domain, keys, problem, verify)
        for number, header in enumerate(headers)
    ]


def signature_count(mail: Entity) -> int:
    """How many signatures *mail* has, also those that are not looked at."""
    return sum(header.key == "dkim-signature" for header in mail.headers)


Verify = Callable[[int, bytes], bool]


def _prepare(mail: Entity, raw: bytes) -> tuple[str, Verify | None]:
    """dkimpy over *raw*, once it is sure that it sees the same headers as we do."""
    try:
        verifier = dkim.DKIM(raw, minkey=SMALLEST_KEY)
        same = [(h.name, h.value + b"\r\n") for h in mail.headers] == [
            (name, value) for name, value in verifier.headers
        ]
    except Exception:  # noqa: BLE001 - dkimpy raises whatever an odd mail makes it stumble over
        same = False
    if not same or mail.malformed:
        return _("its headers are damaged"), None

    def verify(number: int, record: bytes) -> bool:
        return bool(verifier.verify(idx=number, dnsfunc=lambda _name, timeout=5: record))  # noqa: ARG005 - dkimpy's own names

    return "", verify


def _signature_headers(mail: Entity) -> list[Header]:
    return [h for h in mail.headers if h.key == "dkim-signature"][:MOST_SIGNATURES]


def _tags(header: Header) -> dict[str, str]:
    """The tags of a signature or key record, empty when it is none."""
    if len(header.value) > _LONGEST_SIGNATURE:
        return {}
    try:
        tags = parse_tag_value(header.value)
    except InvalidTagValueList:
        return {}
    return {
        name.decode("ascii", "replace"): value.decode("ascii", "replace")
        for name, value in tags.items()
    }


def _verified(
    number: int,
    header: Header,
    mail: Entity,
    from_domain: str,
    keys: Sequence[KeyRecord],
    problem: str,
    verify: Verify | None,
) -> Signature:
    tags = _tags(header)
    d, s = tags.get("d", "").lower(), tags.get("s", "").lower()
    h = tuple(name.strip().lower() for name in tags.get("h", "").split(":") if name.strip())
    found = Signature(
        number=number + 1,
        d=d,
        s=s,
        a=tags.get("a", "").lower(),
        c=tags.get("c", "simple/simple").lower(),
        h=h,
        i="".join(tags.get("i", "").split()),
        root=root_of(d),
        aligned=aligned(from_domain, d),
        partial="l" in tags,
        expires=_moment(tags.get("x", "")),
    )
    why = problem or _flaw(tags, found)
    if why or verify is None:
        return replace(found, why=why)
    return _with_keys(found, number, mail, keys, verify)


def _flaw(tags: dict[str, str], found: Signature) -> str:
    """What makes a signature worthless whatever its key is."""
    if not tags:
        return _("it cannot be read")
    if not is_host(found.d) or not _SELECTOR.fullmatch(found.s):
        return _("it does not name its key as it should")
    if found.a == "rsa-sha1":
        return _("it is made with SHA-1, which proves nothing any more")
    if found.a != "rsa-sha256":
        return _("it is of a kind that filer cannot check: {kind}").format(kind=found.a[:40])
    if "from" not in found.h:
        return _("it does not sign who the sender is")
    if found.expires and found.expires < _now():
        return _("it was valid until {date} only, so it cannot be checked any more").format(
            date=found.expires
        )
    return ""


def _with_keys(
    found: Signature, number: int, mail: Entity, keys: Sequence[KeyRecord], verify: Verify
) -> Signature:
    name = key_name(found.s, found.d)
    candidates, trouble = candidates_for(name, keys)
    if not candidates:
        return replace(found, why=trouble)
    whys = []
    for key in candidates:
        for record in key.records:
            why, bits = _one_key(number, record, verify)
            if not why:
                return replace(
                    found,
                    ok=True,
                    why=_("it is right"),
                    note=_key_note(key, trouble, bits),
                    key_bits=bits,
                    key_from=key.origin,
                    covers=covered(mail.headers, found.h),
                )
            whys.append((why, bits, key.origin))
    why, bits, origin = whys[0]
    note = trouble if origin == "dns" else ""
    return replace(found, why=why, key_bits=bits, key_from=origin, note=note)


def candidates_for(name: str, keys: Sequence[KeyRecord]) -> tuple[list[KeyRecord], str]:
    """The key records for *name* to try, the best first, and what is wrong with DNS's answers.

    DNS is believed only when nobody who was asked contradicts: one resolver alone can be lied to.
    """
    named = [key for key in keys if key.name == name]
    asked = [key for key in named if key.origin == "dns"]
    given = [key for key in asked if key.records]
    denied = [key for key in asked if key.why in {NO_SUCH_NAME, NO_RECORD}]
    trouble = ""
    agreed: list[KeyRecord] = []
    if len({tuple(sorted(key.records)) for key in given}) > 1:
        trouble = _("DNS gave different keys to different questions, so none can be believed")
    elif given and denied:
        trouble = _("one DNS server knows its key, another says there is none")
    elif given:
        agreed = given[:1]
        if len(given) == 1:
            trouble = _("only one DNS server confirmed the key")
    elif denied and len(denied) < len(asked):
        trouble = _("one DNS server says there is no such key, another did not answer")
    elif denied:
        trouble = _("DNS has no such key (any more)")
    elif asked:
        trouble = _("no DNS server answered")
    else:
        trouble = _("its key is not known here: DNS was not asked")
    stored = sorted((k for k in named if k.origin == "stored" and k.records), key=_asked)
    file = [key for key in named if key.origin == "file" and key.records]
    return [*agreed, *reversed(stored), *file], trouble


def _asked(key: KeyRecord) -> str:
    return key.asked


def _one_key(number: int, record: str, verify: Verify) -> tuple[str, int | None]:
    """Why the signature is not right with this key record, "" when it is; and the key's size."""
    bits, why = key_size(record)
    if why:
        return why, bits
    try:
        right = verify(number, record.encode("ascii", "replace"))
    except dkim.ValidationError as trouble:
        return _reason(str(trouble)), bits
    except Exception:  # noqa: BLE001 - dkimpy raises whatever an odd mail makes it stumble over
        return _("it does not follow the rules for signatures"), bits
    if not right:
        return _(
            "the headers are not those that were signed, or it was made with another key"
        ), bits
    return "", bits


def key_size(record: str) -> tuple[int | None, str]:
    """The size of the RSA key in *record*, and what makes the record useless, in words."""
    unreadable = _("its key cannot be read")
    if len(record) > LONGEST_RECORD:
        return None, unreadable
    tags = _tags(Header(b"key", record.encode("ascii", "replace")))
    if not tags.get("p") and "p" in tags:
        return None, _("its key was withdrawn")
    if tags.get("k", "rsa").lower() != "rsa":
        return None, _("its key is of a kind that filer cannot check")
    if "h" in tags and "sha256" not in [h.strip().lower() for h in tags["h"].split(":")]:
        return None, _("its key is not meant for such signatures")
    if "s" in tags and not {"*", "email"} & {s.strip().lower() for s in tags["s"].split(":")}:
        return None, _("its key is not meant for mail")
    try:
        base64.b64decode("".join(tags.get("p", "").split()), validate=True)
        _key, bits, _kind, _tls = dkim.evaluate_pk("key", record.encode("ascii", "replace"))
    except (dkim.DKIMException, binascii.Error, ValueError, KeyError, IndexError, TypeError):
        return None, unreadable
    if not isinstance(bits, int) or bits < SMALLEST_KEY:
        return bits, _("its key is too short to prove anything: {bits} bits").format(bits=bits)
    return bits, ""


def _reason(trouble: str) -> str:
    """What dkimpy says, in words for the person."""
    if trouble.startswith("body hash mismatch"):
        return _("the text is not the text that was signed")
    if trouble.startswith("x= value is past"):
        return _("it is valid no longer")
    if trouble.startswith("t= value is in the future"):
        return _("it claims to be made in the future")
    return _("it does not follow the rules for signatures")


def _key_note(key: KeyRecord, trouble: str, bits: int | None) -> str:
    said = []
    match key.origin:
        case "stored":
            said.append(
                _("checked with the key that was kept on {date} in {bundle}").format(
                    date=key.asked[:10] or "?", bundle=key.kept_in or "?"
                )
            )
        case "file":
            said.append(_("checked with a key from a file that you gave, which proves no more"))
    if trouble and key.origin == "dns":
        said.append(trouble)
    if bits is not None and bits < 2048:
        said.append(
            _("its key is short ({bits} bits), so the proof gets weaker with the years").format(
                bits=bits
            )
        )
    return "; ".join(said)


def covered(headers: Sequence[Header], signed: Sequence[str]) -> tuple[int, ...]:
    """Which of *headers* a signature over the names *signed* means, by their place.

    The bottom-most of equal headers comes first; a name listed twice means the one above it too.
    """
    places: list[int] = []
    reached: dict[str, int] = {}
    for name in signed:
        at = reached.get(name, len(headers))
        while at > 0:
            at -= 1
            if headers[at].key == name:
                places.append(at)
                break
        reached[name] = at
    return tuple(sorted(places))


def _moment(seconds: str) -> str | None:
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
