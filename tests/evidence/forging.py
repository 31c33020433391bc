"""The forger's tools: good evidence, and what it takes to make its lists, log and seals fit again.

A forger has the folder for a day, and every tool there is: they can write each file anew and ask
each authority that everybody can ask. They cannot sign with an authority's key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from filer.clock import SystemClock
from filer.evidence import authorities
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.outer import stamp_seal
from filer.evidence.recover import recover
from filer.evidence.signed import _body, _parts
from filer.evidence.stamps import Stamps
from filer.evidence.tokens import read_roots, read_token
from filer.evidence.values import salted
from filer.ports import Reading, Shot
from tests.authority import Authority, Keys, openssl

Line = dict[str, Any]
Change = Callable[[list[Line]], None]

REASON = "Ik maak bezwaar: het gaat om foto's van mijn gezin."
FORM = "the form as it will be sent"
WITHDRAWN = "002-a-page-with-too-much-on-it"
_PNG = b"\x89PNG\r\n\x1a\n"
_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "README.html", "VERIFY.txt")


# --------------------------------------------------------------------------- good evidence


class Wrong(SystemClock):
    """This computer's clock, wrong by some *seconds*."""

    def __init__(self, seconds: int) -> None:
        self._by = dt.timedelta(seconds=seconds)

    def now(self) -> dt.datetime:
        """Now, as this clock has it."""
        return super().now() + self._by


SLOW, FAST = Wrong(-40), Wrong(40)
"""A filing by the one and a follow-up by the other lie more than a minute apart."""


@dataclass(frozen=True)
class Good:
    """Good evidence below *root*, by name the case folder of each kind, and two authorities.

    *keys* are those of the authority that everybody knows, *forgers* those of one that nobody does.
    """

    root: Path
    keys: Keys
    forgers: Keys
    slug: str
    cases: dict[str, Path]


def good_evidence(root: Path) -> Good:
    """Good evidence of every kind, made below *root* with an authority of its own."""
    keys, forgers = Keys(root / "authority"), Keys(root / "forger", "Forger")
    authority = Authority(keys)
    (known,) = authorities.named([authority.url])
    evidence = root / "evidence"

    def asked() -> Stamps:
        return Stamps((known,), read_roots(keys.root), {}, SystemClock())

    def filed(email: str, stamps: Stamps | None, *, practice: bool = False) -> Path:
        case = new_case(evidence, "facebook", practice, SLOW)
        _file(case, email, stamps, practice=practice)
        return case

    cases = {
        "filed": filed("anna@example.org", asked()),
        "another": filed("bram@example.org", asked()),
        "unstamped": filed("anna@example.org", None),
        "practice": filed("anna@example.org", None, practice=True),
    }
    _answer(cases["filed"], asked())
    cases["broken off"] = _break_off(evidence)
    authority.stop()
    return Good(root, keys, forgers, known.slug, cases)


def _file(case: Path, email: str, stamps: Stamps | None, *, practice: bool) -> None:
    host = "www.facebook.com.localhost:8000" if practice else "www.facebook.com"
    address = f"http{'' if practice else 's'}://{host}/help/contact/1"
    rows = (
        Reading("E-mailadres", "email", "email", email, filled_by="label"),
        Reading("Uw bezwaar", "reason", "text", REASON, filled_by="row"),
    )

    def shot(name: str, *fields: Reading) -> Shot:
        png = _PNG + f"{name} {email}".encode() * 40
        return Shot(name, "Bezwaar", address, png, f"- heading: {name}", fields)

    bundle = Bundle.begin(
        case, "filing", flow="facebook", practice=practice, clock=SLOW, stamps=stamps
    )
    bundle.put("environment.json", b'{"filer": "as it was"}\n')
    _settle(bundle, "start")
    bundle.keep(shot("the empty form"))
    bundle.keep(shot("a page with too much on it"))
    for part in (f"shots/{WITHDRAWN}.png", f"text/{WITHDRAWN}.aria.yaml"):
        bundle.withdraw(part, "something else was on it")
    bundle.keep(shot(FORM, *rows))
    reviewed = salted(bundle.salt, [[r.name, r.label, r.value] for r in rows])
    bundle.event("reviewed", fields=["email", "reason"], hash=reviewed)
    bundle.event("confirmed", "person", hash=reviewed, host=host)
    _settle(bundle, "before-send")
    bundle.event("gate.unlocked", seconds=600)
    bundle.event("pressed", "person")
    left = salted(bundle.salt, [r.value for r in rows])
    bundle.event("send.left", address=address, names=["email", "reason"], hash=left)
    bundle.event("send.answered", status=200, date="Mon, 23 Nov 2026 12:00:00 GMT")
    bundle.event("answer.read", wording="Thank you", confirmed=True)
    bundle.keep(shot("Meta's answer"))
    _settle(bundle, "after-send")
    bundle.event("network", hosts={host: 3})
    bundle.seal({"outcome": "confirmed", "reason": None, "confirmed_by": "page", "sent": True})
    if stamps is not None:
        stamp_seal(bundle.path, stamps)


def _answer(case: Path, stamps: Stamps) -> None:
    """The follow-up: a mail that came later."""
    bundle = Bundle.begin(case, "mail", flow="facebook", practice=False, clock=FAST, stamps=stamps)
    _settle(bundle, "start")
    bundle.put("mail/0001.eml", b"Subject: We received your objection\r\n\r\nThank you.\r\n")
    bundle.seal({"outcome": "added", "reason": None, "sent": False})
    stamp_seal(bundle.path, stamps)


def _break_off(evidence: Path) -> Path:
    """A case whose filing broke off in the middle of a line, and was recovered."""
    clock = SystemClock()
    case = new_case(evidence, "facebook", False, clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    bundle.event("typed", field="email")
    bundle.close()
    with (bundle.path / "data/session.jsonl").open("ab") as log:
        log.write(b'{"seq":3,"t":"20')
    recover(evidence, clock)
    return case


def _settle(bundle: Bundle, moment: str) -> None:
    bundle.stamp(moment)
    end = time.monotonic() + 20
    while not bundle.stamped():
        assert time.monotonic() < end
        time.sleep(0.01)


# --------------------------------------------------------------------------- the forger's desk


@dataclass
class Desk:
    """A copy of good evidence in *folder*, case by case as it is taken, and the forger's tools."""

    good: Good
    folder: Path
    taken: dict[str, Path] = field(default_factory=dict)

    def case(self, name: str) -> Path:
        """The copy of the case *name*."""
        if name not in self.taken:
            original = self.good.cases[name]
            self.taken[name] = self.folder / original.name
            shutil.copytree(original, self.taken[name])
        return self.taken[name]

    @property
    def filing(self) -> Path:
        """A filing with timestamps; a follow-up names its seal."""
        return self.case("filed") / "01-filing"

    @property
    def follow_up(self) -> Path:
        """The follow-up of that filing."""
        return self.case("filed") / "02-mail"

    @property
    def another(self) -> Path:
        """The filing of somebody else, with timestamps by the same authority."""
        return self.case("another") / "01-filing"

    @property
    def unstamped(self) -> Path:
        """A filing for which no authority was asked."""
        return self.case("unstamped") / "01-filing"

    @property
    def practice(self) -> Path:
        """A practice filing."""
        return self.case("practice") / "practice-01-filing"

    @property
    def broken_off(self) -> Path:
        """A filing that broke off and was recovered."""
        return self.case("broken off") / "01-filing"

    def stamp(self, data: bytes, keys: Keys | None = None, digest: str = "sha256") -> bytes:
        """A timestamp of *data*, made now by the known authority, or by the one with *keys*."""
        keys = keys or self.good.keys
        what = keys.folder / "what"
        what.write_bytes(data)
        asked = keys.folder / "asked.tsq"
        openssl("ts", "-query", "-data", str(what), f"-{digest}", "-cert", "-out", str(asked))
        return keys.answer(asked.read_bytes())

    def reseal(self, bundle: Path, keys: Keys | None = None) -> None:
        """Make every list fit, and have the known authority stamp the seal anew, as of now."""
        recompute(bundle)
        for token in bundle.glob("tagmanifest-sha256.txt.*.tsr"):
            token.write_bytes(self.stamp((bundle / "tagmanifest-sha256.txt").read_bytes(), keys))

    def restamp(self, bundle: Path, keys: Keys | None = None) -> None:
        """Have every timestamp made anew, name each in the log, and seal it all again."""

        def mend(line: Line, before: bytes) -> None:
            if line["event"] != "timestamped":
                return
            facts = line["data"]
            covered = b"".join(before.splitlines(keepends=True)[: facts["lines"]])
            raw = self.stamp(covered, keys)
            (bundle / facts["token"]).write_bytes(raw)
            name_token(facts, raw)

        rewrite_log(bundle, lambda _lines: None, mend)
        self.reseal(bundle, keys)


def token_of(bundle: Path, moment: str) -> Path:
    """The timestamp of *moment*; that of "seal" is the outer one."""
    outer = "tagmanifest-sha256.txt.*.tsr"
    return one(bundle, outer if moment == "seal" else f"timestamps/*.{moment}.*.tsr")


def one(bundle: Path, pattern: str) -> Path:
    """The one file that fits *pattern*."""
    (found,) = bundle.glob(pattern)
    return found


def name_token(facts: Line, raw: bytes) -> None:
    """Make the *facts* of a log line those of the timestamp *raw*."""
    token = read_token(raw)
    facts.update(
        token_sha256=hashlib.sha256(raw).hexdigest(),
        gen_time=token.time,
        serial=str(token.serial),
    )


def backdated(raw: bytes, keys: Keys, year: bytes) -> bytes:
    """The timestamp *raw* of the authority with *keys*, which signs it anew for another *year*."""
    signed_data = _parts(_parts(_parts(_parts(raw)[1])[1])[0])
    info = _body(_parts(_parts(signed_data[2])[1])[0])
    (signer,) = _parts(signed_data[-1])
    attributes, old = _parts(signer)[3], _parts(signer)[5]
    changed = re.sub(rb"\x18\x0f\d{4}", b"\x18\x0f" + year, info, count=1)
    named = attributes.replace(hashlib.sha256(info).digest(), hashlib.sha256(changed).digest())
    key = serialization.load_pem_private_key((keys.folder / "tsa.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = b""
    while len(signature) != len(_body(old)):  # no length above it may change
        signature = key.sign(b"\x31" + named[1:], ec.ECDSA(hashes.SHA256()))
    raw = raw.replace(info, changed).replace(attributes, named)
    return raw.replace(old, old[:2] + signature)


# --------------------------------------------------------------------------- lists and log


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recompute(bundle: Path) -> None:
    """Make every list agree again with what is there, as a forger would."""
    payload = sorted(p for p in (bundle / "data").rglob("*") if p.is_file())
    write_list(bundle, "manifest-sha256.txt", payload)
    oxum = f"Payload-Oxum: {sum(p.stat().st_size for p in payload)}.{len(payload)}"
    info = bundle / "bag-info.txt"
    rows = [oxum if r.startswith("Payload-Oxum") else r for r in info.read_text().splitlines()]
    info.write_text("\n".join(rows) + "\n")
    recompute_seal(bundle)


def recompute_seal(bundle: Path) -> None:
    """Make the list of tag files and the seal agree again with what is there."""
    tags = [bundle / tag for tag in _TAGS if (bundle / tag).exists()]
    tags += [p for p in (bundle / "timestamps").rglob("*") if p.is_file()]
    write_list(bundle, "tagmanifest-sha256.txt", tags)
    write_list(bundle, "seal.sha256", [bundle / "tagmanifest-sha256.txt"])


def write_list(bundle: Path, name: str, files: Sequence[Path]) -> None:
    """Write a list of hashes as sha256sum does."""
    rows = sorted((file.relative_to(bundle).as_posix(), digest(file)) for file in files)
    (bundle / name).write_text("".join(f"{found}  {file}\n" for file, found in rows))


def read_lines(bundle: Path) -> list[Line]:
    """The lines of the log."""
    return [json.loads(line) for line in (bundle / "data/session.jsonl").read_text().splitlines()]


def rewrite_log(
    bundle: Path, change: Change, mend: Callable[[Line, bytes], None] | None = None
) -> None:
    """Change the log's lines, then make seq, prev and every list agree again.

    *mend* gets each line before it is written, with all the bytes before it.
    """
    lines = read_lines(bundle)
    change(lines)
    prev, raw = "0" * 64, b""
    for seq, line in enumerate(lines):
        line.update(seq=seq, prev=prev)
        if mend is not None:
            mend(line, raw)
        row = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        prev = hashlib.sha256(row).hexdigest()
        raw += row
    (bundle / "data/session.jsonl").write_bytes(raw)
    recompute(bundle)


def the(lines: list[Line], event: str, **facts: object) -> Line:
    """The line with this *event*, and these *facts*."""
    (found,) = [
        line
        for line in lines
        if line["event"] == event and all(line["data"].get(k) == v for k, v in facts.items())
    ]
    return found
