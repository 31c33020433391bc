"""Who a mail says it is from: Meta's domains, what only looks like them, and whose name is used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from filer.evidence.mime import decoded
from filer.words import _

META = ("facebookmail.com", "facebook.com", "instagram.com", "meta.com")
"""The domains Meta sends from. Seen in signed mails of 2013 to 2025; none of an answer to an
objection was found, so no sender is named more closely than this (facts/evidence.md, b8)."""

UNCONFIRMED = ("metamail.com",)
"""May be Meta's too; no source confirms it, so it is not treated as Meta's."""

_BRANDS = ("facebookmail", "facebook", "instagram", "metamail", "meta")
_LOOKS_LIKE = str.maketrans(
    {
        pair[0]: pair[1]
        for pair in (
            "аa вb еe ёe ѕs іi їi јj кk мm нh оo рp сc тt уy хx ԁd ԛq һh ԝw ӏl ɡg "
            "αa βb μm ζz εe ηn ιi κk νv οo ρp τt υu χx ωw ɑa ɩi ɪi ıi ƒf ſs øo łl đd ħh "
            "0o 1l 3e 4a 5s 7t 8b |l !i"
        ).split()
    }
)
"""Letters and digits that pass for another: the second is what they are taken for."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


@dataclass(frozen=True)
class Sender:
    """A sender as a header names it: the *name* shown, the *address*, and its *domain*."""

    name: str
    address: str
    domain: str


def senders(value: bytes) -> list[Sender]:
    """The senders that a From, Sender or Reply-To header names; the names are decoded."""
    flat = re.sub(rb"[\r\n]+", b"", value)[:8192]
    try:
        text = flat.decode("utf-8")
    except ValueError:
        text = flat.decode("latin-1")
    found = []
    for name, address in getaddresses([text]):
        domain = address.rpartition("@")[2].strip().lower() if "@" in address else ""
        if name or address:
            found.append(Sender(decoded(name.encode("utf-8", "replace")), address, domain))
    return found


def is_host(domain: str) -> bool:
    """Whether *domain* is a plain ASCII host name with at least one dot."""
    return len(domain) <= 253 and _HOST.fullmatch(domain) is not None


def root_of(domain: str) -> str | None:
    """Which of Meta's domains *domain* is, or lies below; None for any other."""
    return next((root for root in META if domain == root or domain.endswith(f".{root}")), None)


def aligned(domain: str, signing: str) -> bool:
    """Whether a signature of *signing* speaks for a sender at *domain*: the same organisation."""
    if not domain or not signing:
        return False
    if root := root_of(domain):
        return root_of(signing) == root
    if root_of(signing):
        return False
    return domain == signing or domain.endswith(f".{signing}") or signing.endswith(f".{domain}")


def look_alike(domain: str) -> str | None:
    """What *domain* passes itself off as, or None; Meta's own domains are none."""
    if not domain or root_of(domain) or domain in UNCONFIRMED:
        return None
    shown = _as_shown(domain)
    for root in META:
        if f".{root}." in f".{shown}." and not f".{shown}".endswith(f".{root}"):
            return root
    skeletons = _skeletons(shown)
    if mixed_scripts(shown):
        return next((r for r in META if any(_near(s, r, 2) for s in skeletons)), META[0])
    for root in META:
        allowed = 1 if len(root) < 9 else 2
        tail = ".".join(shown.split(".")[-root.count(".") - 1 :])
        if any(_near(s, root, allowed) for s in (*_skeletons(tail), tail)):
            return root
    for skeleton in skeletons:
        for label in skeleton.split(".")[:-1]:
            # "meta" alone is a word, as in meta.wikimedia.org
            if label != "meta" and (brand := set(label.split("-")) & set(_BRANDS)):
                return f"{min(brand)}.com"
    return None


def mixed_scripts(domain: str) -> bool:
    """Whether a part of *domain* mixes Latin letters with others that look like them."""
    for label in domain.split("."):
        scripts = {unicodedata.name(c, "?").split()[0] for c in label if c.isalpha()}
        if len(scripts) > 1 and "LATIN" in scripts:
            return True
    return False


def suspicions(from_: Sequence[Sender], reply_to: Sequence[Sender]) -> list[str]:
    """What is odd about who sent it, in sentences."""
    said = []
    for sender in from_:
        said += _about(sender)
    if from_ and any(root_of(s.domain) for s in from_):
        said += [
            _("An answer to it would go to %(address)s, which is not at Meta.")
            % {"address": s.address or s.name}
            for s in reply_to
            if not root_of(s.domain)
        ]
    for sender in reply_to:
        if like := look_alike(sender.domain):
            said.append(_like(sender.domain, like))
    if len(from_) > 1:
        said.append(_("It names more than one sender. Honest mail rarely does."))
    return list(dict.fromkeys(said))


def _about(sender: Sender) -> list[str]:
    said = []
    if sender.domain in UNCONFIRMED:
        said.append(
            _("%(domain)s may be a domain of Meta. filer has no proof of that.")
            % {"domain": sender.domain}
        )
    elif like := look_alike(sender.domain):
        said.append(_like(sender.domain, like))
    name = _skeleton(sender.name.casefold())
    claims = re.search(r"facebook|instagram|\bmeta\b|@meta\.com", name)
    if claims and not root_of(sender.domain) and sender.domain not in UNCONFIRMED:
        said.append(
            _('It calls itself "%(name)s", but its address is %(address)s, which is not at Meta.')
            % {"name": sender.name, "address": sender.address or _("missing")}
        )
    return said


def _like(domain: str, like: str) -> str:
    shown = _as_shown(domain)
    name = domain if shown == domain else f"{domain} ({shown})"
    return _(
        "Be careful: %(domain)s looks like %(like)s, but is not one of Meta's domains that filer "
        "knows. Do not click or answer."
    ) % {"domain": name, "like": like}


def _as_shown(domain: str) -> str:
    """*domain* with its punycode written out, as a mail program may show it."""
    labels = []
    for label in domain.lower().split("."):
        shown = label
        if label.startswith("xn--") and len(label) <= 63:
            try:
                shown = label[4:].encode("ascii").decode("punycode")
            except (ValueError, OverflowError):
                shown = label
        labels.append(shown)
    return unicodedata.normalize("NFKC", ".".join(labels)).casefold()


def _skeletons(text: str) -> tuple[str, ...]:
    """*text* with letters that look alike made the same; a 1 may stand for l or i."""
    plain = _skeleton(text)
    return (
        plain,
        plain.replace("rn", "m"),
        plain.replace("vv", "w"),
        _skeleton(text.replace("1", "i")),
        _skeleton(text.replace("l", "i")),
    )


def _skeleton(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.translate(_LOOKS_LIKE)


def _near(one: str, other: str, allowed: int) -> bool:
    """Whether *one* becomes *other* with at most *allowed* letters added, taken or changed."""
    if abs(len(one) - len(other)) > allowed:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, wanted in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (letter != wanted)),
            )
    return row[-1] <= allowed
