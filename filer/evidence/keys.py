"""The keys that mail signatures are checked with: asked from DNS, stored earlier, or from a file.

DNS learns the name of the key, such as `s1024-2013-q3._domainkey.facebookmail.com`, and the
address that asks: nothing of the person's mail. Whoever may be asked is decided elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from filer.errors import WrongUsage
from filer.evidence import layout
from filer.evidence.reading import LONGEST_LINE, bundles_in, case_folders
from filer.evidence.signatures import LONGEST_RECORD, NO_RECORD, NO_SUCH_NAME, KeyRecord
from filer.ports import Clock
from filer.words import _

PUBLIC = ("9.9.9.9",)
"""One independent public resolver (Quad9, a foundation in Switzerland), for a second answer."""

TIMEOUT = 3.0
"""Seconds to wait for one resolver."""

_MOST_SYSTEM = 2
_BIGGEST_FILE = 1 << 20
_KEY_NAME = re.compile(r"[a-z0-9_.-]+\._domainkey\.[a-z0-9_.-]+")
_ZONE_LINE = re.compile(r"^\s*(\S+\._domainkey\.\S+?)\.?\s+(.*)$")


class Resolver(Protocol):
    """Somebody who can be asked for the TXT records at a name."""

    def txt(self, name: str) -> KeyRecord:
        """What there is at *name*, or why there is no answer. Raises nothing."""


class Dns:
    """The DNS server at *address*, asked over UDP, over TCP when the answer is long."""

    def __init__(
        self, address: str, clock: Clock, *, port: int = 53, timeout: float = TIMEOUT
    ) -> None:
        self.address = address
        self.port = port
        self._clock = clock
        self._timeout = timeout

    @property
    def label(self) -> str:
        """The server as it is written down: `9.9.9.9`, `127.0.0.1:5353`."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.address if self.port == 53 else f"{host}:{self.port}"

    def txt(self, name: str) -> KeyRecord:
        """What this server says there is at *name*, or why it does not say."""
        asked = self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        found: tuple[str, ...] = ()
        checked: bool | None = None
        try:
            question = dns.message.make_query(name, dns.rdatatype.TXT, use_edns=0)
            question.flags |= dns.flags.AD
            answer, _by_tcp = dns.query.udp_with_fallback(
                question, self.address, timeout=self._timeout, port=self.port
            )
            found, why = _records(answer)
            checked = bool(answer.flags & dns.flags.AD)
        except dns.exception.Timeout:
            why = "no answer in time"
        except (dns.exception.DNSException, OSError, ValueError) as trouble:
            why = f"no answer: {type(trouble).__name__}"
        return KeyRecord(name, found, "dns", self.label, checked, asked, why)


def usual_resolvers(clock: Clock, addresses: Sequence[str] = ()) -> list[Dns]:
    """The resolvers to ask: those at *addresses*, else this system's and one public one.

    An address is an IP address, with `:port` where it is not 53.
    Raises `WrongUsage` for what is no such address.
    """
    if addresses:
        return [_resolver(address, clock) for address in addresses]
    try:
        system = [str(server) for server in dns.resolver.Resolver().nameservers[:_MOST_SYSTEM]]
    except (dns.exception.DNSException, OSError, ValueError):
        system = []
    named = [name for name in dict.fromkeys([*system, *PUBLIC]) if dns.inet.is_address(name)]
    return [Dns(name, clock) for name in named]


def look_up(names: Sequence[str], resolvers: Sequence[Resolver]) -> list[KeyRecord]:
    """What each of *resolvers* says about each of *names*."""
    return [resolver.txt(name) for name in names for resolver in resolvers]


def stored(root: Path, names: Sequence[str]) -> list[KeyRecord]:
    """The keys for *names* that bundles in the evidence folder *root* have kept, oldest first."""
    found = []
    for case in case_folders(root):
        for bundle in bundles_in(case):
            for file in sorted((bundle / layout.DATA / "mail").glob("*.dkim.json")):
                found += [key for key in _kept(file, bundle) if key.name in names]
    return found


def from_file(path: Path) -> list[KeyRecord]:
    """The keys in a file that the person gives: a `*.dkim.json` of filer, or lines of a zone.

    A line is `SELECTOR._domainkey.DOMAIN. ... "v=DKIM1; p=..."`, as `dig` prints it.
    Raises `WrongUsage` when there is no key in it.
    """
    try:
        text = _read(path)
    except (OSError, ValueError) as trouble:
        why = trouble.strerror if isinstance(trouble, OSError) else _("it is not plain text")
        raise WrongUsage(
            _("The file with keys, {path}, cannot be read: {why}.").format(path=path, why=why)
        ) from trouble
    found = [
        KeyRecord(key.name, key.records, "file", key.resolver, key.ad, key.asked)
        for key in [*_from_json(text), *_from_lines(text)]
        if key.records
    ]
    if not found:
        raise WrongUsage(
            _("There is no key in {path}.").format(path=path),
            _(
                "It should hold lines such as "
                'SELECTOR._domainkey.DOMAIN. TXT "v=DKIM1; p=...", as the program dig prints them.'
            ),
        )
    return found


def _resolver(address: str, clock: Clock) -> Dns:
    host, _colon, port = address.rpartition(":")
    if not host or (":" in host and not host.startswith("[")):
        host, port = address, "53"
    host = host.strip("[]")
    if not dns.inet.is_address(host) or not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongUsage(
            _('"{address}" is not the address of a DNS server.').format(address=address),
            _("It looks like 9.9.9.9, or 127.0.0.1:5353 with a port."),
        )
    return Dns(host, clock, port=int(port))


def _records(answer: dns.message.Message) -> tuple[tuple[str, ...], str]:
    """The TXT records in *answer*, aliases followed, or why there are none."""
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return (), NO_SUCH_NAME
    if answer.rcode() != dns.rcode.NOERROR:
        return (), f"no answer: {dns.rcode.to_text(answer.rcode())}"
    try:
        if not isinstance(answer, dns.message.QueryMessage):
            return (), "no answer: not to this question"
        rrset = answer.resolve_chaining().answer
    except dns.exception.DNSException as trouble:
        return (), f"no answer: {type(trouble).__name__}"
    found = [
        b"".join(rdata.strings).decode("ascii", "backslashreplace")
        for rdata in rrset or ()
        if rdata.rdtype == dns.rdatatype.TXT
    ]
    keys = tuple(sorted(text for text in found if _is_key(text)))
    return keys, "" if keys else NO_RECORD


def _is_key(text: str) -> bool:
    return len(text) <= LONGEST_RECORD and re.search(r"(?:^|;)\s*p\s*=", text) is not None


def _read(path: Path) -> str:
    with layout.opened(path) as file:
        return file.read(_BIGGEST_FILE).decode("utf-8-sig")


def _kept(file: Path, bundle: Path) -> Iterator[KeyRecord]:
    try:
        text = _read(file)
    except (OSError, ValueError):
        return
    for key in _from_json(text):
        if key.records and key.origin == "dns":
            yield KeyRecord(
                key.name,
                key.records,
                "stored",
                key.resolver,
                key.ad,
                key.asked,
                kept_in=bundle.name,
            )


def _from_json(text: str) -> Iterator[KeyRecord]:
    try:
        held = json.loads(text) if len(text) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        return
    match held:
        case {"keys": list() as keys}:
            for key in keys:
                match key:
                    case {"name": str(name), "records": list() as records} if _KEY_NAME.fullmatch(
                        name
                    ):
                        yield KeyRecord(
                            name,
                            tuple(r for r in records if isinstance(r, str) and _is_key(r)),
                            str(key.get("origin", "")),
                            str(key.get("resolver", "")),
                            key["ad"] if isinstance(key.get("ad"), bool) else None,
                            str(key.get("asked", "")),
                        )


def _from_lines(text: str) -> Iterator[KeyRecord]:
    for line in text.splitlines():
        if not (found := _ZONE_LINE.match(line[: 2 * LONGEST_RECORD])):
            continue
        quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', found[2])
        record = "".join(quoted) if quoted else re.sub(r"^.*?(?=[vkp]\s*=)", "", found[2], count=1)
        record = re.sub(r"\\(.)", r"\1", record)
        if _is_key(record):
            yield KeyRecord(f"{found[1].lower()}.", (record,))
