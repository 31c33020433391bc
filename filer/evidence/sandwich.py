"""The timestamps of a bundle: whether they hold, and between which times they put the session.

A token over the first lines of the log is named, with its hash, by a later line. Nobody can know
such a token before its authority made it: what is logged after it was written later, and what it
covers was written earlier. The outer seal says the same of the whole bundle. So the session lies
between two times that neither the person nor their computer could choose.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from filer.evidence import layout
from filer.evidence.check import Check, first_few, printable
from filer.evidence.layout import DATA, LOG, TAGMANIFEST, TIMESTAMPS
from filer.evidence.reading import LogLine
from filer.evidence.tokens import (
    LONGEST,
    PINNED,
    Token,
    TokenWrong,
    read_certificates,
    read_token,
    root_of,
)
from filer.words import _, pair

_SOON = dt.timedelta(minutes=1)
"""A seal that is timestamped within this needs no word about when the log ends."""

_APART = dt.timedelta(seconds=3)
"""Two clocks that are further apart are noted as such in the log, which does so from 2 on."""


@dataclass
class _Clocks:
    """The two clocks of the computer as the log tells them, and the lines where they disagree.

    One can be set and tells the time; the other cannot and counts on. Whoever sets the first is
    told on by a line, `clock.jumped`; a session that broke off begins the second anew.
    """

    before: tuple[dt.datetime, int] | None = None
    wrong: list[int] = field(default_factory=list)

    def hear(self, line: LogLine) -> None:
        """Take in one line of the log."""
        try:
            now = dt.datetime.fromisoformat(line.t), line.mono_ns
            if self.before is not None and line.event != "recovered":
                self._compare(self.before, now, jumped=line.event == "clock.jumped", at=line.seq)
        except (ValueError, OverflowError):  # a 31st of February, or no number of nanoseconds
            self.wrong.append(line.seq + 1)
            return
        self.before = now

    def _compare(
        self, then: tuple[dt.datetime, int], now: tuple[dt.datetime, int], *, jumped: bool, at: int
    ) -> None:
        passed = dt.timedelta(microseconds=(now[1] - then[1]) // 1000)
        apart = abs(now[0] - then[0] - passed) > _APART
        if passed < dt.timedelta() or (apart and not jumped):
            self.wrong.append(at + 1)


@dataclass
class Stamping:
    """What the log tells of timestamps: *named* are file and hash, *facts* what it says of each.

    *at* is the number of the line that names a token, *said* the time that line gives itself.
    *asked* is None while the log does not say whether any authority was to be asked.
    """

    asked: bool | None = None
    why_none: str = ""
    named: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    twice: list[str] = field(default_factory=list)
    failed: int = 0
    sent_at: int | None = None
    broke_off: bool = False
    clocks: _Clocks = field(default_factory=_Clocks)

    def hear(self, line: LogLine) -> None:
        """Take in one line of the log."""
        self.clocks.hear(line)
        match line.event:
            case "timestamps.wanted":
                self.asked = True
            case "timestamps.none":
                self.asked, self.why_none = False, str(line.data.get("why"))
            case "timestamped":
                name = str(line.data.get("token"))
                if name in self.named:
                    self.twice.append(name)
                self.named[name] = str(line.data.get("token_sha256"))
                self.facts[name] = line.data
                self.at[name], self.said[name] = line.seq + 1, line.t
            case "timestamp.failed":
                self.failed += 1
                if line.data.get("kept") is not None:
                    self.kept.add(str(line.data["kept"]))
            case "recovered":
                self.broke_off = True
                self._adopt(line.data.get("tokens"))
            case "send.left":
                self.sent_at = line.seq + 1

    def _adopt(self, tokens: object) -> None:
        """Tokens that had come when the session broke off, and that the recovery found."""
        for each in tokens if isinstance(tokens, list) else []:
            if isinstance(each, dict) and str(each.get("name")).endswith(".bad"):
                self.kept.add(str(each.get("name")))
            elif isinstance(each, dict):
                self.named[str(each.get("name"))] = str(each.get("digest"))


@dataclass
class _Inside:
    """The tokens under `timestamps/`: those that could be read, and what is wrong."""

    tokens: dict[str, Token] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)


def time_checks(
    bundle: Path,
    hashes: Mapping[str, str],
    told: Stamping,
    pinned: Sequence[x509.Certificate],
) -> tuple[Check, Check, Check, Check]:
    """Checks 18 to 21 of the bundle at *bundle*, whose files have these *hashes*."""
    inside = _hold(bundle, hashes, pinned)
    return (
        _as_named(hashes, told),  # (18)
        _holds(inside, told),  # (19)
        _in_order(inside, told),  # (20)
        _seal_stamped(bundle, hashes, inside, told, pinned),  # (21)
    )


def _as_named(hashes: Mapping[str, str], told: Stamping) -> Check:
    """Check 18."""
    present = {name: h for name, h in hashes.items() if name.startswith(f"{TIMESTAMPS}/")}
    wrong = []
    for name, digest in told.named.items():
        if layout.token_parts(name) is None:
            wrong.append(_("{name} is no name of a timestamp").format(name=printable(name)))
        elif name not in present:
            wrong.append(_("{name} is missing").format(name=printable(name)))
        elif present[name] != digest:
            wrong.append(_("{name} is another file than the log names").format(name=name))
    wrong += [_("{name} is named again").format(name=printable(name)) for name in told.twice]
    for name in sorted(told.kept):
        if layout.token_parts(name.removesuffix(".bad")) is None or not name.endswith(".bad"):
            wrong.append(_("{name} is no name of an answer").format(name=printable(name)))
        elif name not in present:
            wrong.append(_("{name} is missing").format(name=name))
    known = {*told.named, *told.kept}
    authorities = {parts[2] for name in present if (parts := layout.token_parts(name))}
    known |= {layout.chain_name(authority) for authority in authorities}
    wrong += [
        _("{name} is not named in the log").format(name=name)
        for name in sorted(present)
        if name not in known
    ]
    expected = _("every timestamp named, with its hash")
    got = first_few(wrong) or (_none_inside(told) if not told.named else expected)
    return Check(
        18,
        _("The timestamps are those the log names"),
        ok=not wrong,
        got=got,
        expected=expected,
        nothing=not wrong and not told.named,
    )


def why_none(why: str) -> str:
    """Why no authority was asked, in words; what is not known here as it is."""
    words = {
        "practice": _("this is practice"),
        "replay": _("this is a replay"),
        "declined": _("the person did not want it"),
        "not asked": _("the person was not asked"),
        "set to none": _("the settings say so"),
    }
    return words.get(why, printable(why) or "?")


def _none_inside(told: Stamping) -> str:
    if told.asked is None:
        return _("the log does not speak of timestamps")
    if not told.asked:
        return _("none: no authority was asked ({why})").format(why=why_none(told.why_none))
    return _("none: {n} questions to authorities failed").format(n=told.failed)


def _hold(bundle: Path, hashes: Mapping[str, str], pinned: Sequence[x509.Certificate]) -> _Inside:
    inside = _Inside()
    for name in sorted(hashes):
        parts = layout.token_parts(name)
        if parts is None:
            continue
        try:
            inside.tokens[name] = read_token(_read(bundle / name))
        except (OSError, TokenWrong) as wrong:
            inside.wrong.append(pair(name, str(wrong)))
    digests = _prefixes(bundle / DATA / LOG, {_lines(name) for name in inside.tokens})
    for name, token in inside.tokens.items():
        chain = layout.chain_name(_authority(name))
        if trouble := _lacking(bundle / chain, token):
            inside.wrong.append(pair(chain, str(trouble)))
        digest = digests.get(_lines(name))
        if digest is None:
            inside.wrong.append(_("{name}: the log has fewer lines").format(name=name))
            continue
        try:
            inside.roots.add(root_of(token, digest, pinned))
        except TokenWrong as wrong:
            inside.wrong.append(pair(name, str(wrong)))
    return inside


def _lacking(chain: Path, token: Token) -> str | None:
    """What is wrong with the certificates that a stranger would check *token* with, if any."""
    try:
        found = read_certificates(_read(chain))
    except OSError as trouble:
        return trouble.strerror or str(trouble)
    if not found:
        return _("it holds something else than certificates")
    if set(token.certificates) - {c.public_bytes(Encoding.DER) for c in found}:
        return _("it lacks a certificate that came with the timestamp")
    return None


def _lines(name: str) -> int:
    parts = layout.token_parts(name)
    return parts[0] if parts else 0


def _authority(name: str) -> str:
    parts = layout.token_parts(name)
    return parts[2] if parts else ""


def _prefixes(log: Path, wanted: set[int]) -> dict[int, bytes]:
    """The SHA-256 of the first N lines of the log, for each N that is *wanted*."""
    found: dict[int, bytes] = {}
    if not wanted:
        return found
    digest, lines = hashlib.sha256(), 0
    try:
        with layout.opened(log) as file:
            while raw := file.readline(LONGEST):
                digest.update(raw)
                lines += raw.endswith(b"\n")
                if lines in wanted and raw.endswith(b"\n"):
                    found[lines] = digest.digest()
    except OSError:
        return found  # check 10 says so
    return found


def _holds(inside: _Inside, told: Stamping) -> Check:
    """Check 19."""
    got = first_few(inside.wrong)
    if not got:
        got = _trust(inside.roots, len(inside.tokens)) if inside.tokens else _none_inside(told)
    return Check(
        19,
        _("The timestamps hold"),
        ok=not inside.wrong,
        got=got,
        expected=_("each is granted, signed, and over the lines that it names"),
        nothing=not inside.wrong and not inside.tokens,
    )


def _trust(roots: set[str], count: int) -> str:
    """How far the authorities behind *count* tokens are known."""
    if roots == {PINNED}:
        return _("{n} fit, and lead to a root certificate that was known before").format(n=count)
    return _(
        "{n} fit what they stamp; who made them is not checked, because no root certificate of "
        "theirs is known here (you can name some with FILER_TSA_ROOTS)"
    ).format(n=count)


def _in_order(inside: _Inside, told: Stamping) -> Check:
    """Check 20."""
    wrong = list(_disorder(inside, told))
    wrong += [_("line {n}: the clock went otherwise").format(n=n) for n in told.clocks.wrong]
    times = sorted(token.gen_time for token in inside.tokens.values())
    got = first_few(wrong)
    if not got:
        got = _between(inside, told) if times else _only_clocks(told)
    return Check(
        20,
        _("The times agree with each other"),
        ok=not wrong,
        got=got,
        expected=_("later lines have later times, and the log says what the timestamps say"),
    )


def _only_clocks(told: Stamping) -> str:
    none = _none_inside(told)
    return _("the two clocks in the log agree; timestamps: {none}").format(none=none)


def _disorder(inside: _Inside, told: Stamping) -> Iterator[str]:
    latest: tuple[str, Token] | None = None
    for name in sorted(inside.tokens, key=_lines):
        token, facts = inside.tokens[name], told.facts.get(name)
        if name in told.at and told.at[name] <= _lines(name):
            yield _("{name} covers the line that names it").format(name=name)
        if facts is not None and _told(facts) != _says(name, token):
            yield _("{name} says something else than the log says of it").format(name=name)
        if latest is not None and _older(token, latest[1]):
            yield _("{name} is older than {other}, which covers less").format(
                name=name, other=latest[0]
            )
        if latest is None or token.gen_time > latest[1].gen_time:
            latest = name, token


def _older(token: Token, other: Token) -> bool:
    """Whether *token* is older, by more than two authorities' clocks may differ."""
    exact = max(token.accuracy_ms or 0, other.accuracy_ms or 0)
    slack = dt.timedelta(milliseconds=exact + 2000)
    return token.gen_time + slack < other.gen_time


def _told(facts: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(facts.get(key) for key in ("lines", "moment", "authority", "gen_time", "serial"))


def _says(name: str, token: Token) -> tuple[object, ...]:
    return (*(layout.token_parts(name) or ()), token.time, str(token.serial))


def _between(inside: _Inside, told: Stamping) -> str:
    """Between which times the timestamps put the lines, and the send where there was one."""
    by_line = sorted(inside.tokens, key=_lines)
    first, last = by_line[0], by_line[-1]
    parts = [
        _("everything from line {n} on was written after {time}").format(
            n=told.at.get(first, _lines(first) + 1), time=inside.tokens[first].time
        ),
        _("everything up to line {n} before {time}").format(
            n=_lines(last), time=inside.tokens[last].time
        ),
    ]
    if told.sent_at is not None:
        before = [name for name in by_line if told.at.get(name, told.sent_at) < told.sent_at]
        after = [name for name in by_line if _lines(name) >= told.sent_at]
        if before and after:
            parts.append(
                _("the send left between {a} and {b}").format(
                    a=inside.tokens[before[-1]].time, b=inside.tokens[after[0]].time
                )
            )
    return "; ".join([*parts, *_clock_behind(inside, told)])


def _clock_behind(inside: _Inside, told: Stamping) -> Iterator[str]:
    """That the computer's clock was wrong, where a line says it is older than what it names."""
    for name, token in inside.tokens.items():
        with contextlib.suppress(ValueError, KeyError):
            if token.gen_time - dt.datetime.fromisoformat(told.said[name]) > _SOON:
                yield _(
                    "the computer's clock was wrong: line {n} says {t}, and names a timestamp "
                    "of {time}"
                ).format(n=told.at[name], t=told.said[name], time=token.time)
                return


def _late(time: dt.datetime, told: Stamping) -> str | None:
    """By how much the seal's *time* is not that of the log's last line, where it is much."""
    if told.clocks.before is None:
        return None
    later = time - told.clocks.before[0].replace(microsecond=0)
    if abs(later) < _SOON:
        return None
    if later < dt.timedelta():
        return _("{span} earlier than the log's last line says").format(span=-later)
    return _("{span} later than the log's last line says").format(span=later)


def _seal_stamped(
    bundle: Path,
    hashes: Mapping[str, str],
    inside: _Inside,
    told: Stamping,
    pinned: Sequence[x509.Certificate],
) -> Check:
    """Check 21."""
    name = _("The seal is timestamped")
    outer = {n: parts for n in sorted(hashes) if (parts := layout.outer_parts(n))}
    tokens = {parts[0]: n for n, parts in outer.items() if parts[1] == "tsr"}
    wrong, roots, found = [], set(), []
    for authority, file in tokens.items():
        try:
            token = read_token(_read(bundle / file))
            roots.add(root_of(token, bytes.fromhex(hashes.get(TAGMANIFEST, "")), pinned))
            found.append(token)
        except (OSError, TokenWrong) as trouble:
            wrong.append(pair(printable(authority), str(trouble)))
            continue
        chain = layout.outer_chain_name(authority)
        if lacking := _lacking(bundle / chain, token):
            wrong.append(pair(chain, lacking))
        if any(_older(token, other) for other in inside.tokens.values()):
            wrong.append(_("{name} is older than a timestamp within").format(name=file))
    orphans = [
        _("{name} belongs to no timestamp").format(name=file)
        for file, (authority, kind) in outer.items()
        if kind == "chain.pem" and authority not in tokens
    ]
    expected = _("a timestamp over {tags}, signed and granted").format(tags=TAGMANIFEST)
    if wrong or orphans:
        # Certificates alone are there when the seal was cut off: `filer seal` writes both anew.
        got = first_few([*wrong, *orphans])
        return Check(21, name, ok=False, got=got, expected=expected, mendable=not wrong)
    if found:
        got = _("closed before {time}").format(time=min(token.time for token in found))
        if late := _late(min(token.gen_time for token in found), told):
            got = f"{got}, {late}"
        return Check(
            21, name, ok=True, got=f"{got}; {_trust(roots, len(tokens))}", expected=expected
        )
    if told.asked and not told.named and not told.failed and not told.broke_off:
        got = _("authorities were to be asked, and no line says what came of it")
        return Check(21, name, ok=False, got=got, expected=expected, mendable=True)
    if told.named:
        got = _("missing, although an authority answered during the session; filer seal adds one")
        return Check(21, name, ok=False, got=got, expected=expected, mendable=True)
    got = _("{none}; so only this computer says when it was closed").format(none=_none_inside(told))
    return Check(21, name, ok=True, got=got, expected=expected, nothing=True)


def _read(path: Path) -> bytes:
    with layout.opened(path) as file:
        return file.read(LONGEST + 1)
