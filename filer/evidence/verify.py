"""Whether a bundle is whole and unchanged, as numbered checks, each with got and expected.

Reads only, and asks nobody. It shows that the files are those that were sealed and that the story
in the log holds together; when that was, and that nobody wrote all of it anew, the timestamps show.

The checks, in the order of the numbers in the code:

     1  it is a bag                          9  the size is as noted
     2  plain files with safe names         10  the log is one unbroken chain
     3  it is sealed                        11  the log begins and ends as a session does
     4  the list of tag files is sound      12  the log names every file, with its hash
     5  the tag files are as sealed         13  nothing left before the person confirmed
     6  the list of payload is sound        14  the outcome agrees with the log
     7  the payload is as listed            15  practice or real, the same everywhere
     8  nothing was added                   16  it follows on the bundle before it

    17  what was confirmed is captured      20  the times agree with each other
    18  the timestamps are as named         21  the seal is timestamped
    19  the timestamps hold                30  what was taken out is named

The last one only a working copy has (`filer.evidence.redaction`): what was taken out of it is
counted as it was in the original, so that the lists and the log of the original judge all the rest.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from filer.errors import EvidenceBroken
from filer.evidence import layout
from filer.evidence.check import Check, first_few, printable
from filer.evidence.layout import DATA, LOG, MANIFEST, SEAL, TAGMANIFEST
from filer.evidence.reading import LogLine, bundles_in, files_named, read_log
from filer.evidence.redaction import as_original, read_redaction, redaction_check
from filer.evidence.sandwich import Stamping, time_checks
from filer.evidence.values import Compared, values_check
from filer.words import _, pair

__all__ = ["Check", "Verification", "bundles_in", "verify"]

_LISTED = re.compile(rb"([0-9a-f]{64})  ([^\r\n]+)\n")
_LONGEST = 1024
_BIGGEST_INFO = 1 << 16
_LARGE = 1 << 25
"""From so many bytes on, hashing a bundle on several cores is worth starting threads."""
_PERSONS = frozenset({"confirmed", "pressed", "code.confirmed"})
_ALLOWS = {"confirmed": "send.left", "code.confirmed": "code.left"}
_ANSWERED = {
    "confirmed": (None, True, "confirmed"),
    "refused": (None, False, "refused"),
}
"""Outcomes that an answer needs, and as what it was read; None where no line says so."""
_OF_SESSIONS = layout.SENT_SURELY | layout.NOT_SENT | {"interrupted"}
_OF_FOLLOW_UPS = frozenset({layout.ADDED, "interrupted"})


TELLING = frozenset({17, 19, 20, 21})
"""Checks whose finding says something also when they pass: what is proven, and what is not."""


@dataclass(frozen=True)
class Verification:
    """Every check of one bundle. *passed_over* names what an operating system left in it.

    *removed* names what was taken out of a working copy, which is not the original.
    """

    bundle: Path
    ok: bool
    checks: tuple[Check, ...]
    passed_over: tuple[str, ...]
    removed: tuple[str, ...] = ()
    is_copy: bool = False

    def counted(self) -> tuple[int, int, int]:
        """How many checks are in order, had nothing to check, and failed."""
        nothing = sum(check.ok and check.nothing for check in self.checks)
        broken = sum(not check.ok for check in self.checks)
        return len(self.checks) - nothing - broken, nothing, broken

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "bundle": str(self.bundle),
            "ok": self.ok,
            "checks": [check.facts() for check in self.checks],
            "not_applicable": [c.number for c in self.checks if c.ok and c.nothing],
            "redacted": list(self.removed),
        }


def verify(bundle: Path, pinned: Sequence[x509.Certificate] = ()) -> Verification:
    """Every check of the bundle at *bundle*. Writes nothing and raises nothing for bad evidence.

    With *pinned* root certificates every timestamp must lead to one of them. Evidence that is made
    to confuse filer breaks one check of its own, and no other bundle's.
    """
    try:
        return _verify(bundle, pinned)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as trouble:
        check = Check(
            0,
            _("It can be read"),
            ok=False,
            got=f"{type(trouble).__name__}: {trouble}",
            expected=_("what filer writes; else it was changed, or filer has a fault"),
        )
        return Verification(bundle, ok=False, checks=(check.plain(),), passed_over=())


def _verify(bundle: Path, pinned: Sequence[x509.Certificate]) -> Verification:
    found = _survey(bundle)
    redaction = read_redaction(bundle)
    unfit = as_original(redaction, found.hashes, found.sizes) if redaction else ()
    found.gone = frozenset(each.name for each in redaction.removed) if redaction else frozenset()
    tags = _read_list(bundle / TAGMANIFEST)
    payload = _read_list(bundle / MANIFEST)
    info = _read_info(bundle / layout.BAG_INFO)
    story = _read_story(bundle / DATA / LOG)
    checks: tuple[Check, ...] = (
        _is_bag(bundle),  # (1)
        _plain_files(found),  # (2)
        _sealed(bundle),  # (3)
        _sound_list(4, _("The list of tag files is sound"), TAGMANIFEST, tags, inside=False),
        _tags_as_sealed(found, tags),  # (5)
        _sound_list(6, _("The list of payload is sound"), MANIFEST, payload, inside=True),
        _payload_as_listed(found, payload),  # (7)
        _nothing_added(found, tags, payload),  # (8)
        _size_as_noted(found, payload, info),  # (9)
        _chain_unbroken(story),  # (10)
        _begins_and_ends(story),  # (11)
        _every_file_named(found, story),  # (12)
        _confirmed_first(story),  # (13)
        _outcome_agrees(story),  # (14)
        _practice_everywhere(bundle, story, info),  # (15)
        _follows_on(bundle, story, info),  # (16)
        values_check(bundle, story.values, found.gone),  # (17)
        *time_checks(bundle, found.hashes, story.stamping, pinned),  # (18) to (21)
    )
    if redaction:
        checks += (redaction_check(redaction, unfit, found.hashes.get(TAGMANIFEST)),)  # (30)
    return Verification(
        bundle=bundle,
        ok=all(check.ok for check in checks),
        checks=tuple(check.plain() for check in checks),
        passed_over=tuple(found.strewn),
        removed=tuple(sorted(found.gone)),
        is_copy=redaction is not None,
    )


# --------------------------------------------------------------------------- what is in the folder


@dataclass
class _Found:
    """What lies in the folder: plain files with their hashes, folders, and what is odd.

    *gone* is what was taken out of a working copy; its hashes are those it is said to have had.
    """

    gone: frozenset[str] = frozenset()
    hashes: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    strewn: list[str] = field(default_factory=list)


def _survey(bundle: Path) -> _Found:
    found = _Found()
    plain: list[tuple[str, os.DirEntry[str]]] = []
    left = [(bundle, "")]
    while left:
        folder, before = left.pop()
        try:
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as trouble:
            found.odd.append(pair(printable(before) or ".", _why(trouble)))
            continue
        for entry in inside:
            name = before + entry.name
            if _is_folder(entry):
                found.folders.add(name)
                if layout.is_safe(name):
                    left.append((Path(entry.path), f"{name}/"))
                else:
                    found.odd.append(_("{name}: not a safe name").format(name=printable(name)))
            elif _is_plain(found, entry, name):
                plain.append((name, entry))
    _hash_all(found, plain)
    found.odd.extend(_twins(found))
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_plain(found: _Found, entry: os.DirEntry[str], name: str) -> bool:
    """Whether *entry* is a file to be hashed; what else it is, *found* says."""
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as trouble:
        found.odd.append(f"{printable(name)}: {_why(trouble)}")
        return False
    if not stat.S_ISREG(mode):
        found.odd.append(_("{name}: not a plain file").format(name=printable(name)))
    elif entry.name in layout.STREWN:
        found.strewn.append(name)
    elif not layout.is_safe(name):
        found.odd.append(_("{name}: not a safe name").format(name=printable(name)))
    else:
        return True
    return False


def _hash_all(found: _Found, plain: Sequence[tuple[str, os.DirEntry[str]]]) -> None:
    """Hash the files *plain* into *found*: of a large bundle several at once."""
    sizes = [entry.stat(follow_symlinks=False).st_size for _name, entry in plain]
    paths = [Path(entry.path) for _name, entry in plain]
    if sum(sizes) < _LARGE:
        hashed = list(map(_hashed, paths))
    else:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - where it is worth it

        over = threading.Event()
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            try:
                hashed = list(workers.map(lambda path: _hashed(path, over.is_set), paths))
            except BaseException:  # Ctrl-C: no thread goes on with a file that nobody waits for
                over.set()
                raise
    for (name, _entry), result in zip(plain, hashed, strict=True):
        if isinstance(result, OSError):
            found.odd.append(f"{printable(name)}: {_why(result)}")
        else:
            found.hashes[name], found.sizes[name] = result


def _hashed(path: Path, is_over: Callable[[], bool] = lambda: False) -> tuple[str, int] | OSError:
    try:
        return layout.hash_file(path, is_over)
    except OSError as trouble:
        return trouble


def _twins(found: _Found) -> list[str]:
    seen: dict[str, str] = {}
    twins = []
    for name in sorted([*found.hashes, *found.folders]):
        if other := seen.get(name.casefold()):
            twins.append(
                _("{name}: the same as {other} on some systems").format(
                    name=printable(name), other=printable(other)
                )
            )
        seen[name.casefold()] = name
    return twins


@dataclass
class _Listing:
    """A manifest as read: name to hash, and what is wrong with the file itself."""

    hashes: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    missing: bool = False


def _read_list(path: Path) -> _Listing:
    listing, last = _Listing(), ""
    try:
        with layout.opened(path) as file:
            number = 0
            while raw := file.readline(_LONGEST):
                number += 1
                name = _take_line(listing, raw, number)
                if name and name <= last:
                    listing.wrong.append(_("line {n} is out of order").format(n=number))
                last = name or last
    except FileNotFoundError:
        listing.missing = True
    except OSError as trouble:
        listing.wrong.append(_why(trouble))
    return listing


def _take_line(listing: _Listing, raw: bytes, number: int) -> str | None:
    if not (parts := _LISTED.fullmatch(raw)):
        ending = raw.endswith(b"\r\n")
        what = (
            _("line {n} ends as on Windows: the file was rewritten")
            if ending
            else _("line {n} is not a hash, two spaces and a name")
        )
        listing.wrong.append(what.format(n=number))
        return None
    name = parts[2].decode("utf-8", "backslashreplace")
    if not layout.is_safe(name):
        listing.wrong.append(_("line {n} names no safe file").format(n=number))
        return None
    if name in listing.hashes:
        listing.wrong.append(_("line {n} names a file again").format(n=number))
    listing.hashes[name] = parts[1].decode("ascii")
    return name


@dataclass
class _Info:
    """`bag-info.txt` as read, each label once, and what is wrong with it."""

    rows: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def _read_info(path: Path) -> _Info:
    info = _Info()
    try:
        with layout.opened(path) as file:
            raw = file.read(_BIGGEST_INFO + 1)
    except OSError as trouble:
        info.wrong.append(pair(layout.BAG_INFO, _why(trouble)))
        return info
    rows = [
        line.partition(": ")
        for line in raw.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n")
    ]
    info.rows.update({label: value for label, _colon, value in rows})
    if len(raw) > _BIGGEST_INFO or len(rows) != len(info.rows) or not all(row[1] for row in rows):
        info.wrong.append(_("{name} cannot be read").format(name=layout.BAG_INFO))
    return info


# --------------------------------------------------------------------------- what the log tells


@dataclass
class _Story:
    """What the log tells, gathered in one pass. *broken* says where the chain broke."""

    lines: int = 0
    last_hash: str = ""
    broken: str = ""
    events: list[str] = field(default_factory=list)  # the first two and the last
    amid: list[str] = field(default_factory=list)
    at: str = ""  # when it begins
    first: Mapping[str, object] = field(default_factory=dict)
    last: Mapping[str, object] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    lawless: list[str] = field(default_factory=list)
    sends: int = 0
    answered: bool = False
    answer: object = None
    local: list[str] = field(default_factory=list)
    stamping: Stamping = field(default_factory=Stamping)
    values: Compared = field(default_factory=Compared)


def _read_story(path: Path) -> _Story:
    story = _Story()
    try:
        for line in read_log(path):
            _tell(story, line)
    except EvidenceBroken as trouble:
        story.broken = trouble.message
    return story


def _tell(story: _Story, line: LogLine) -> None:
    story.lines += 1
    story.last_hash = line.sha256
    if line.seq == 0:
        story.first, story.at = line.data, line.t
    elif line.event == "begun" or (story.events[-1] == "closed" and line.event != "recovered"):
        story.amid.append(_("line {n}: {event}").format(n=line.seq + 1, event=line.event))
    if len(story.events) == 3:
        story.events.pop()
    story.events.append(line.event)
    story.last = line.data
    _tell_files(story, line)
    _tell_send(story, line)
    story.stamping.hear(line)
    story.values.hear(line)


def _tell_files(story: _Story, line: LogLine) -> None:
    for ref in files_named(line.data):
        if line.event == "capture.withdrawn":
            if story.named.pop(ref.path, "") != ref.sha256:
                story.twice.append(ref.path)
            story.gone[ref.path] = ref.sha256
        elif story.named.setdefault(ref.path, ref.sha256) != ref.sha256 or ref.path in story.gone:
            story.twice.append(ref.path)


def _tell_send(story: _Story, line: LogLine) -> None:
    number = line.seq + 1
    if line.event in _PERSONS and line.who != "person":
        story.lawless.append(
            _("line {n}: {event}, but not by the person").format(n=number, event=line.event)
        )
    elif line.event in _ALLOWS:
        story.allowed.add(_ALLOWS[line.event])
    elif line.event == "gate.voided":
        story.allowed.discard("send.left")
    elif line.event in _ALLOWS.values():
        if line.event not in story.allowed:
            story.lawless.append(
                _("line {n}: {event} without a confirmation of its own").format(
                    n=number, event=line.event
                )
            )
        story.allowed.discard(line.event)
    match line.event:
        case "send.left":
            story.sends += 1
        case "send.answered":
            story.answered = True
        case "answer.read":
            story.answer = line.data.get("confirmed", line.data.get("answer"))
    if line.event in {"captured", "send.left"} and _is_local(line.data.get("address")):
        story.local.append(_("line {n}").format(n=line.seq + 1))


def _is_local(address: object) -> bool:
    """Whether *address* is one of a practice site, which no form of Meta's has."""
    try:
        host = urlsplit(str(address)).hostname or ""
    except ValueError:
        return False
    return host.endswith(".localhost")


# --------------------------------------------------------------------------- the checks


def _is_bag(bundle: Path) -> Check:
    """Check 1."""
    expected = _("a folder with bagit.txt of BagIt 1.0")
    name = _("It is a bundle")
    try:
        with layout.opened(bundle / layout.BAGIT) as file:
            got = file.read(_LONGEST)
    except OSError as trouble:
        return Check(1, name, ok=False, got=_why(trouble), expected=expected)
    same = got == layout.BAGIT_TEXT
    words = expected if same else _("a bagit.txt that says something else")
    return Check(1, name, ok=same, got=words, expected=expected)


def _plain_files(found: _Found) -> Check:
    """Check 2."""
    return _none_wrong(
        2, _("Only plain files with safe names"), found.odd, _("plain files that can be read")
    )


def _sealed(bundle: Path) -> Check:
    """Check 3."""
    name = _("It is sealed")
    try:
        with layout.opened(bundle / SEAL) as file:
            raw = file.read(_LONGEST)
    except FileNotFoundError:
        return Check(
            3,
            name,
            ok=False,
            got=_("no {seal}: the session is still running, or it broke off").format(seal=SEAL),
            expected=_("a seal over {tags}").format(tags=TAGMANIFEST),
        )
    except OSError as trouble:
        return Check(3, name, ok=False, got=_why(trouble), expected=SEAL)
    try:
        expected = f"{layout.hash_file(bundle / TAGMANIFEST)[0]}  {TAGMANIFEST}"
    except OSError as trouble:
        expected = pair(TAGMANIFEST, _why(trouble))
    got = printable(raw.decode("utf-8", "backslashreplace").removesuffix("\n"))
    return Check(3, name, ok=raw == f"{expected}\n".encode(), got=got, expected=expected)


def _sound_list(number: int, name: str, file: str, listing: _Listing, *, inside: bool) -> Check:
    """Check 4 and 6."""
    expected = _("one line for each file, in order, none twice")
    if listing.missing:
        got = _("there is no {file}").format(file=file)
        return Check(number, name, ok=False, got=got, expected=expected)
    prefix = f"{DATA}/"
    misplaced = [
        _("{name} does not belong in {file}").format(name=listed, file=file)
        for listed in listing.hashes
        if listed.startswith(prefix) is not inside
        or listed == TAGMANIFEST
        or layout.is_seal(listed)
    ]
    wrong = [*listing.wrong, *misplaced]
    if not listing.hashes:
        wrong.append(_("{file} lists nothing").format(file=file))
    return _none_wrong(number, name, wrong, expected)


def _tags_as_sealed(found: _Found, tags: _Listing) -> Check:
    """Check 5."""
    needed = {layout.BAGIT, layout.BAG_INFO, layout.START_PAGE, layout.VERIFY_TEXT, MANIFEST}
    wrong = [
        _("{name} is not listed").format(name=name) for name in sorted(needed - set(tags.hashes))
    ]
    wrong.extend(_differences(found, tags.hashes))
    return _as_listed(5, _("The tag files are as sealed"), wrong, found, tags)


def _payload_as_listed(found: _Found, payload: _Listing) -> Check:
    """Check 7."""
    wrong = list(_differences(found, payload.hashes))
    if f"{DATA}/{LOG}" not in payload.hashes:
        wrong.append(_("{name} is not listed").format(name=f"{DATA}/{LOG}"))
    return _as_listed(7, _("The payload is as listed"), wrong, found, payload)


def _as_listed(number: int, name: str, wrong: list[str], found: _Found, listing: _Listing) -> Check:
    expected = _("{n} files with the listed hashes").format(n=len(listing.hashes))
    got = first_few(wrong) or expected
    if not wrong and (gone := found.gone & listing.hashes.keys()):
        got = _("{n} files with the listed hashes; {gone} more were taken out").format(
            n=len(listing.hashes) - len(gone), gone=len(gone)
        )
    return Check(number, name, ok=not wrong, got=got, expected=expected)


def _differences(found: _Found, listed: Mapping[str, str]) -> Iterable[str]:
    for name, digest in listed.items():
        if name not in found.hashes:
            yield _("{name} is missing").format(name=name)
        elif found.hashes[name] != digest:
            yield _("{name} was changed").format(name=name)


def _nothing_added(found: _Found, tags: _Listing, payload: _Listing) -> Check:
    """Check 8."""
    known = {*tags.hashes, *payload.hashes, TAGMANIFEST}
    added = [
        _("{name} is on no list").format(name=name)
        for name in sorted(found.hashes)
        if name not in known and not layout.is_seal(name)
    ]
    used = {parent for name in known for parent in _parents(name)}
    added += [
        _("{name} is an empty folder, or holds no listed file").format(name=printable(name))
        for name in sorted(found.folders - used)
    ]
    return _none_wrong(
        8, _("Nothing was added"), added, _("no file and no folder beside the listed ones")
    )


def _parents(name: str) -> Iterable[str]:
    parts = name.split("/")[:-1]
    return ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _size_as_noted(found: _Found, payload: _Listing, info: _Info) -> Check:
    """Check 9."""
    sizes = [found.sizes[name] for name in payload.hashes if name in found.sizes]
    size = f"{sum(sizes)}.{len(sizes)}"
    got = info.rows.get("Payload-Oxum") or "; ".join(info.wrong) or _("no Payload-Oxum")
    ok = got == size and not info.wrong
    expected = size if sizes else _("the size of the files on the list of payload")
    return Check(9, _("The size is as noted"), ok=ok, got=got, expected=expected)


def _chain_unbroken(story: _Story) -> Check:
    """Check 10."""
    expected = _("each line holds the hash of the line before it")
    got = story.broken or _("{n} lines, the last one {hash}").format(
        n=story.lines, hash=story.last_hash
    )
    ok = not story.broken and story.lines > 0
    return Check(10, _("The log is one unbroken chain"), ok=ok, got=got, expected=expected)


def _begins_and_ends(story: _Story) -> Check:
    """Check 11."""
    events = story.events
    whole = len(events) >= 2 and events[0] == "begun" and events[-1] == "closed"
    # A crash while the first line was being written leaves only what the recovery says.
    rescued = (
        {*events[:-1]} == {"recovered"}  # once, or again when the recovery was cut off itself
        and events[-1] == "closed"
        and story.last.get("outcome") == "interrupted"
    )
    got = f"{events[0]} … {events[-1]}" if events else _("no events")
    if story.amid:
        got = _("{got}, and amid it: {lines}").format(got=got, lines=first_few(story.amid))
    ok = not story.broken and (whole or rescued) and not story.amid
    return Check(
        11,
        _("The log begins and ends as a session does"),
        ok=ok,
        got=got,
        expected="begun … closed",
    )


def _every_file_named(found: _Found, story: _Story) -> Check:
    """Check 12."""
    present = {
        name.removeprefix(f"{DATA}/"): digest
        for name, digest in found.hashes.items()
        if name.startswith(f"{DATA}/") and name != f"{DATA}/{LOG}"
    }
    wrong = [_("{name} is named in two ways").format(name=printable(n)) for n in story.twice]
    for name, digest in story.named.items():
        if name not in present:
            wrong.append(_("{name} is missing").format(name=printable(name)))
        elif present[name] != digest:
            wrong.append(
                _("{name} is another file than the log names").format(name=printable(name))
            )
    wrong += [
        _("{name} is not named in the log").format(name=name)
        for name in sorted(present)
        if name not in story.named
    ]
    if story.broken:
        wrong.append(story.broken)
    return _none_wrong(
        12, _("The log names every file"), wrong, _("every file named, with its hash")
    )


def _confirmed_first(story: _Story) -> Check:
    """Check 13."""
    expected = _("each send follows a confirmation by the person that no other send used")
    wrong = [*story.lawless, *([story.broken] if story.broken else [])]
    return _none_wrong(13, _("Nothing left before the person confirmed"), wrong, expected)


def _outcome_agrees(story: _Story) -> Check:
    """Check 14."""
    name = _("The outcome agrees with the log")
    outcome = story.last.get("outcome") if story.events[-1:] == ["closed"] else None
    got = (
        _("no closing line, with {n} sends").format(n=story.sends)
        if outcome is None
        else _("{outcome}, with {n} sends").format(outcome=printable(str(outcome)), n=story.sends)
    )
    follows_up = story.first.get("kind") in layout.FOLLOW_UPS
    outcomes = _OF_FOLLOW_UPS if follows_up else _OF_SESSIONS
    if story.broken or not isinstance(outcome, str) or outcome not in outcomes:
        return Check(14, name, ok=False, got=got, expected=_("a closing line with an outcome"))
    if outcome in layout.SENT_SURELY:
        expected, ok = _("{outcome}, with a send").format(outcome=outcome), story.sends > 0
    elif outcome in layout.NOT_SENT or outcome == layout.ADDED:
        expected, ok = _("{outcome}, with no send").format(outcome=outcome), story.sends == 0
    else:
        expected, ok = outcome, True
    if outcome in _ANSWERED and not (story.answered and story.answer in _ANSWERED[outcome]):
        got = _("{got}, but the log holds no such answer").format(got=got)
        ok = False
    if "sent" in story.last and not _sent_fits(outcome, story.last["sent"], story.sends):
        got = _("{got}, but as to a send it says: {sent}").format(
            got=got, sent=_sent_in_words(story.last["sent"])
        )
        ok = False
    return Check(14, name, ok=ok, got=got, expected=expected)


def _sent_in_words(sent: object) -> str:
    match sent:
        case True:
            return _("sent")
        case False:
            return _("not sent")
        case None:
            return _("not known")
        case other:
            return printable(str(other))


def _sent_fits(outcome: str, sent: object, sends: int) -> bool:
    match outcome:
        case "confirmed" | "sent" | "refused":
            return sent is True
        case "unknown":
            return sent is None
        case "interrupted":
            return (sent is False) is (sends == 0)
        case _:
            return sent is False


def _practice_everywhere(bundle: Path, story: _Story, info: _Info) -> Check:
    """Check 15."""
    logged = story.first.get("practice")
    marks = {
        _("the folder's name"): bundle.resolve().name.startswith("practice-"),
        _("the log"): logged if isinstance(logged, bool) else None,
        layout.BAG_INFO: info.rows.get("Practice") == "yes" if info.rows else None,
    }
    for key, where in (("case", _("the case in the log")), ("bundle", _("the bundle in the log"))):
        if key in story.first:
            marks[where] = str(story.first[key]).startswith("practice-")
    if story.local:  # a practice site has no other addresses, and Meta has none of these
        marks[_("the addresses ({lines})").format(lines=first_few(story.local))] = True
    words = {True: _("practice"), False: _("real"), None: _("nothing")}
    got = ", ".join(f"{where}: {words[mark]}" for where, mark in marks.items())
    return Check(
        15,
        _("Practice or real, the same everywhere"),
        ok=len(set(marks.values())) == 1 and None not in marks.values(),
        got=got,
        expected=_("the same in all of them"),
    )


def _follows_on(bundle: Path, story: _Story, info: _Info) -> Check:
    """Check 16."""
    name = _("It follows on the bundle before it")
    logged = story.first.get("previous_seal")
    noted = info.rows.get("Previous-Seal")
    if logged != noted:
        got, expected = (_("it names none") if s is None else str(s) for s in (noted, logged))
        return Check(16, name, ok=False, got=got, expected=expected)
    if moved := _elsewhere(bundle.resolve(), story):
        return Check(16, name, ok=False, got=moved[0], expected=moved[1])
    seals = _seals_before(bundle.resolve())
    if noted is None:
        none = _("it names none")
        passed = [other for other in seals.values() if _ended(bundle.resolve(), other, story.at)]
        expected = _("the seal of one of: {names}").format(names=", ".join(passed))
        return Check(16, name, ok=not passed, got=none, expected=expected if passed else none)
    if not seals:
        got = _("{seal}; that bundle is not here to compare").format(seal=noted)
        return Check(16, name, ok=True, got=got, expected=noted)
    expected = _("the seal of one of: {names}").format(names=", ".join(sorted(seals.values())))
    got = seals.get(noted, _("{seal}, the seal of none of them").format(seal=noted))
    return Check(16, name, ok=noted in seals, got=got, expected=expected)


def _elsewhere(bundle: Path, story: _Story) -> tuple[str, str] | None:
    """Where the bundle lies and where the log says it does, if somebody put it elsewhere.

    A copy in a folder with a name of another kind is nobody's business.
    """
    for lies, said, take in (
        (bundle.name, story.first.get("bundle"), layout.bundle_name),
        (bundle.parent.name, story.first.get("case"), layout.case_name),
    ):
        here, there = take(lies), take(str(said))
        if here and there and here != dataclasses.replace(there, practice=here.practice):
            return lies, str(said)
    return None


def _ended(bundle: Path, other: str, before: str) -> bool:
    """Whether the bundle named *other* in the same case had ended when *bundle* began.

    Its latest time counts, not that of its last line: a clock can be set back meanwhile. A minute
    is left for its sealing, which comes after its last line.
    """
    latest = ""
    with contextlib.suppress(EvidenceBroken):
        for line in read_log(bundle.parent / other / DATA / LOG):
            latest = max(latest, line.t)
    try:
        ended, began = datetime.fromisoformat(latest), datetime.fromisoformat(before)
    except ValueError:  # nothing is written there, or no time
        return False
    return ended + timedelta(minutes=1) < began


def _seals_before(bundle: Path) -> dict[str, str]:
    own = layout.bundle_name(bundle.name)
    if own is None:
        return {}
    seals = {}
    for other in bundles_in(bundle.parent):
        found = layout.bundle_name(other.name)
        if found and found.number < own.number:
            try:
                seals[layout.hash_file(other / TAGMANIFEST)[0]] = other.name
            except OSError:
                continue  # not sealed, so there is nothing to follow on
    return seals


# --------------------------------------------------------------------------- how it is said


def _none_wrong(number: int, name: str, wrong: list[str], expected: str) -> Check:
    return Check(number, name, ok=not wrong, got=first_few(wrong) or expected, expected=expected)


def _why(trouble: OSError) -> str:
    return trouble.strerror or str(trouble)
