"""What comes after a filing: Meta's mail, a scan, a receipt, a note, each a bundle of its own.

A file is read before its bundle begins, so that a No or a fault leaves nothing half done. What is
kept is the file's bytes as they are; what filer reads in them lies beside it.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from filer.errors import EvidenceBroken, FilerError, WrongUsage
from filer.evidence import keys as mail_keys
from filer.evidence import layout, mail, mime
from filer.evidence.bundle import Bundle
from filer.evidence.environment import environment
from filer.evidence.keys import Resolver
from filer.evidence.mail import MailReading
from filer.evidence.outer import stamp_seal, why_unstamped
from filer.evidence.reading import BundleReading, bundles_in, read_bundle, read_log
from filer.evidence.senders import senders
from filer.evidence.signatures import KeyRecord, metas
from filer.evidence.stamps import Stamps
from filer.ports import Clock
from filer.words import _

_PIECE = 1 << 20
_MOST_ASKED = 6
_CHANGED = "the file changed while it was read"
_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ALGORITHMS = frozenset({"rsa-sha256", "rsa-sha1", "ed25519-sha256"})
_TEXTS = frozenset({"", ".txt", ".text", ".mbox", ".mht", ".email"})
_OWN_NAMES = re.compile(r"\.[a-z0-9]{1,8}")

Ask = Callable[[MailReading], str | None]
"""Asks the person what a mail means; None when nobody can say."""

Resolvers = Callable[[Sequence[str]], Sequence[Resolver]]
"""Who may be asked for the keys of these names; nobody, when the person did not agree."""

MakeStamps = Callable[[], "Stamps | str"]
"""Who is asked for timestamps of a new bundle, or in a few words why nobody is."""


@dataclass(frozen=True)
class Case:
    """A case to add to. *trouble* says in a sentence what is wrong with its last bundle."""

    path: Path
    flow: str
    practice: bool
    trouble: str = ""


@dataclass(frozen=True)
class Source:
    """A file to add, as it was when it was looked at: *kind* is "mail" or "paper".

    *raw* holds the bytes of a mail that is small enough to be read, *start* the first of any.
    """

    path: Path
    kind: str
    size: int
    sha256: str
    changed: str
    start: bytes = b""
    raw: bytes | None = None


@dataclass(frozen=True)
class Added:
    """What became of one file, or of a note alone.

    *meaning_by* is "tool", "person", or None where nobody could say. *already* says that the same
    file lay in *bundle* before. *problem* says why the bundle is not sealed, *unstamped* why its
    seal has no timestamp though authorities were asked.
    """

    case: Path
    bundle: Path
    kind: str
    file: Path | None = None
    sealed: bool = True
    meaning: str | None = None
    meaning_by: str | None = None
    reading: MailReading | None = None
    keys: tuple[KeyRecord, ...] = ()
    warnings: tuple[str, ...] = ()
    already: bool = False
    noted: bool = False
    problem: FilerError | None = None
    unstamped: str = ""

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        read = self.reading
        return {
            "case": str(self.case),
            "bundle": str(self.bundle),
            "sealed": self.sealed,
            "kind": self.kind,
            "file": str(self.file) if self.file else None,
            "already": self.already,
            "note": self.noted,
            "meaning": self.meaning,
            "meaning_by": self.meaning_by,
            "signatures": [s.facts() for s in read.signatures] if read else [],
            "proven_by": read.proven_by if read else None,
            "from_meta": bool(read and read.root),
            "proven": read.proven() if read else {},
            "text_proven": bool(read and read.body_proven),
            "warnings": list(self.warnings),
            "problem": self.problem.message if self.problem else None,
        }


# --------------------------------------------------------------------------- what to add to


def find_case(named: Path, root: Path) -> Case:
    """The case that *named* means: its folder, any bundle in it, or its name in *root*.

    Raises `WrongUsage` when it is none.
    """
    path = named if os.path.lexists(named) or len(named.parts) > 1 else root / named
    if not os.path.lexists(path):
        raise WrongUsage(
            _("There is nothing at {path}.").format(path=named),
            _("Name a case by its folder, or by any bundle in it."),
        )
    folder = path.resolve()
    if layout.bundle_name(folder.name) and _is_case(folder.parent):
        folder = folder.parent
    if not _is_case(folder):
        raise WrongUsage(
            _("{path} is not a case of filer.").format(path=named),
            _("A case is a folder such as 2026-11-23-facebook-3f9c1a, with bundles in it."),
        )
    return _read_case(folder)


def _is_case(folder: Path) -> bool:
    return folder.is_dir() and bool(layout.case_name(folder.name) or _bundles(folder))


def _bundles(case: Path) -> list[Path]:
    return [b for b in bundles_in(case) if b.parent == case and layout.bundle_name(b.name)]


def _read_case(folder: Path) -> Case:
    name = layout.case_name(folder.name)
    read = [read_bundle(bundle) for bundle in _bundles(folder)]
    flow = name.flow if name else next((b.flow for b in read if b.flow), "")
    practice = name.practice if name else any(b.practice for b in read)
    return Case(folder, flow, practice, _trouble(read[-1]) if read else "")


def _trouble(last: BundleReading) -> str:
    if last.broken:
        return _(
            "The last bundle of this case, {name}, is damaged. What you add is kept all the same; "
            "it cannot repair it."
        ).format(name=last.path.name)
    if not last.sealed:
        return _(
            "The last bundle of this case, {name}, is not sealed: it is still running, or it broke "
            "off. What you add is kept all the same."
        ).format(name=last.path.name)
    return ""


# --------------------------------------------------------------------------- what is added


def look_at(path: Path) -> Source:
    """The file at *path*, read once. Raises `WrongUsage` when it cannot be kept."""
    try:
        descriptor = layout.open_plain(path)
    except OSError as trouble:
        raise _unreadable(path, trouble) from trouble
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
        try:
            source = _looked_at(path, descriptor, file.read)
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble
    if source.size == 0:
        raise WrongUsage(
            _("{path} is empty: there is nothing to keep.").format(path=path),
            _("Save it again, and look whether it opens."),
        )
    return source


def _looked_at(path: Path, descriptor: int, read: Callable[[int], bytes]) -> Source:
    before = os.fstat(descriptor)
    digest, size = hashlib.sha256(), 0
    pieces: list[bytes] = []
    kept = 0
    while piece := read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if kept <= mime.LARGEST_MAIL:  # more than a mail may have is not held in memory
            pieces.append(piece)
            kept += len(piece)
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _changed(path)
    content = b"".join(pieces) if kept <= mime.LARGEST_MAIL else None
    start = (pieces[0] if pieces else b"")[: mime.LARGEST_HEAD]
    is_mail = _is_mail(path, start)
    return Source(
        path=path,
        kind="mail" if is_mail else "paper",
        size=size,
        sha256=digest.hexdigest(),
        changed=dt.datetime.fromtimestamp(after.st_mtime, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        start=start,
        raw=content if is_mail else None,
    )


def _is_mail(path: Path, start: bytes) -> bool:
    suffix = path.suffix.lower()
    return suffix == ".eml" or (suffix in _TEXTS and mime.looks_like_mail(start))


def _changed(path: Path) -> WrongUsage:
    return WrongUsage(
        _("{path} changed while filer read it, so it was not added.").format(path=path),
        _("Wait until the program that writes it is done, and add it again."),
    )


def _unreadable(path: Path, trouble: OSError) -> WrongUsage:
    if trouble.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        return WrongUsage(_("There is no file {path}.").format(path=path))
    if path.is_symlink():
        return WrongUsage(
            _("{path} is a link to another file.").format(path=path), _("Name the file itself.")
        )
    if path.is_dir():
        return WrongUsage(
            _("{path} is a folder.").format(path=path), _("Name the files in it, one by one.")
        )
    return WrongUsage(
        _("{path} cannot be read: {why}.").format(path=path, why=trouble.strerror or trouble)
    )


# --------------------------------------------------------------------------- adding


def add(
    case: Case,
    source: Source | None,
    note: str | None,
    *,
    clock: Clock,
    means: str | None = None,
    on: dt.date | None = None,
    keys: Sequence[KeyRecord] = (),
    resolvers: Resolvers | None = None,
    ask: Ask | None = None,
    stamps: MakeStamps | None = None,
) -> Added:
    """Keep *source*, or a *note* alone, as a new bundle of *case*; say what is proven by it.

    *means* is what the person says it means, one of `meanings.KINDS` or `meanings.SAID`, and *on*
    the day they say it was; *keys* are key records they gave; *ask* is called when a mail's
    meaning is not recognised. Where nobody is named, nobody is asked.
    Raises `NoRoom` and `EvidenceFolder`, and `WrongUsage` when the file changed meanwhile.
    """
    if source is None:
        return _add_note(case, note or "", means, on, clock, stamps)
    there = already_there(case.path, source.sha256)
    if there and not _lacked_a_key(there):
        return _already(case, source, there)
    if source.kind == "paper":
        return _add_paper(case, source, note, means, on, clock, stamps)
    reading, known = _read_mail(case, source, keys, resolvers)
    if there and not reading.proven_by:
        return _already(case, source, there)
    meaning, by = means, "person" if means else None
    if meaning is None and reading.meaning.kind != "unclear":
        meaning, by = reading.meaning.kind, "tool"
    if meaning is None:
        asked = ask(reading) if ask else None
        meaning, by = asked or "unclear", "person" if asked else None
    found = Added(
        case.path,
        case.path,
        "mail",
        source.path,
        meaning=meaning,
        meaning_by=by,
        reading=reading,
        keys=tuple(known),
        warnings=(
            *_of_case(case),
            *_again(there),
            *reading.warnings,
            *_addressee(case, reading),
        ),
        noted=bool(note),
    )
    return _add_mail(case, source, found, note, on, clock, stamps)


def already_there(case: Path, sha256: str) -> Path | None:
    """The newest bundle of *case* that holds a file with this hash, or None."""
    for bundle in reversed(_bundles(case)):
        if any(ref.sha256 == sha256 for ref in read_bundle(bundle).files):
            return bundle
    return None


def _already(case: Case, source: Source, bundle: Path) -> Added:
    before = _mail_read(bundle)
    meaning, by = before.get("meaning"), before.get("meaning_by")
    read = read_bundle(bundle)
    said = _("This file is already there, in {bundle}. It was not added again.").format(
        bundle=bundle.name
    )
    return Added(
        case.path,
        bundle,
        read.kind,
        source.path,
        sealed=read.sealed,
        meaning=meaning if isinstance(meaning, str) else None,
        meaning_by=by if isinstance(by, str) else None,
        warnings=(*_of_case(case), said),
        already=True,
    )


def _mail_read(bundle: Path) -> Mapping[str, object]:
    """What the log of *bundle* says of the mail in it, empty when there is none."""
    found: Mapping[str, object] = {}
    try:
        for line in read_log(bundle / layout.DATA / layout.LOG):
            if line.event == "mail.read":
                found = line.data
    except EvidenceBroken:
        pass  # the sentence about it is that of the case
    return found


def _lacked_a_key(bundle: Path) -> bool:
    """Whether the mail in *bundle* has a signature whose key was not known when it was added."""
    match _mail_read(bundle).get("signatures"):
        case list() as signatures:
            return any(
                isinstance(s, dict) and not s.get("ok") and s.get("key_from") is None
                for s in signatures
            ) and not any(isinstance(s, dict) and s.get("ok") for s in signatures)
    return False


def _again(there: Path | None) -> Iterator[str]:
    if there:
        yield _(
            "This mail is in {bundle} already. There its key was not known; now it is, so it is "
            "kept once more with the key."
        ).format(bundle=there.name)


def _read_mail(
    case: Case, source: Source, keys: Sequence[KeyRecord], resolvers: Resolvers | None
) -> tuple[MailReading, list[KeyRecord]]:
    """The reading of a mail, and every key record that could count for it."""
    if source.raw is None:
        return mail.too_large(source.start, source.size), []
    opened = mail.open_mail(source.raw)
    names = mail.wanted(opened)
    stored = mail_keys.stored(case.path.parent, names)
    had = {key.name for key in stored}
    missing = [name for name in metas(names) if name not in had][:_MOST_ASKED]
    asked = resolvers(missing) if resolvers and missing else ()
    known = [
        *mail_keys.look_up(missing, asked),
        *stored,
        *(key for key in keys if key.name in names),
    ]
    return mail.read(opened, known), known


def _of_case(case: Case) -> Iterator[str]:
    if case.trouble:
        yield case.trouble


def _addressee(case: Case, reading: MailReading) -> Iterator[str]:
    """A word when a proven mail went to another address than the form of this case names."""
    to = next((h for h in reading.headers if h.name.lower() == "to" and h.proven_by), None)
    mine = {address.strip().casefold() for address in _form_addresses(case.path)}
    if to is None or not mine:
        return
    theirs = {s.address.casefold() for s in senders(to.value.encode("utf-8", "replace"))}
    if not theirs & mine:
        yield _(
            "It was sent to {to}. The form in this case was filled in with another address: {mine}."
        ).format(to=to.value, mine=", ".join(sorted(mine)))


def _form_addresses(case: Path) -> Iterator[str]:
    for bundle in _bundles(case):
        for form in sorted((bundle / layout.DATA / "form").glob("*.json")):
            try:
                with layout.opened(form) as file:
                    held = json.loads(file.read(_PIECE))
            except (OSError, ValueError, RecursionError):
                continue
            for field in held.get("fields", ()) if isinstance(held, dict) else ():
                match field:
                    case {"kind": "email", "value": str(value)} if value.strip():
                        yield value


# --------------------------------------------------------------------------- writing


def _begin(
    case: Case, kind: str, clock: Clock, stamps: MakeStamps | None
) -> tuple[Bundle, Stamps | None]:
    made = stamps() if stamps else "not asked"
    asked = None if isinstance(made, str) else made
    bundle = Bundle.begin(
        case.path,
        kind,
        flow=case.flow,
        practice=case.practice,
        clock=clock,
        stamps=asked,
        unstamped=made if isinstance(made, str) else "",
    )
    bundle.put("environment.json", environment({"dkimpy": version("dkimpy")}))
    return bundle, asked


def _add_mail(
    case: Case,
    source: Source,
    found: Added,
    note: str | None,
    on: dt.date | None,
    clock: Clock,
    stamps: MakeStamps | None,
) -> Added:
    reading = found.reading
    assert reading is not None
    bundle, asked = _begin(case, "mail", clock, stamps)
    with bundle:
        _keep_same(bundle, "mail/0001.eml", source)
        if reading.attached is not None:
            bundle.put("mail/0001.attached.eml", reading.attached)
        bundle.put("mail/0001.dkim.json", _as_json(_dkim_facts(reading, found.keys, clock)))
        bundle.put("mail/0001.json", _as_json(_reading_facts(source, found, reading)))
        bundle.event("mail.added", "person")
        bundle.event("mail.read", "tool", **_log_facts(found, reading))
        _tell(bundle, found.meaning if found.meaning_by == "person" else None, on)
        _keep_note(bundle, note)
        return _seal(bundle, found, asked)


def _add_paper(
    case: Case,
    source: Source,
    note: str | None,
    means: str | None,
    on: dt.date | None,
    clock: Clock,
    stamps: MakeStamps | None,
) -> Added:
    warnings = [*_of_case(case), *_about_paper(source)]
    bundle, asked = _begin(case, "paper", clock, stamps)
    with bundle:
        # Not the person's own file name: it stands in the log, where nothing personal belongs.
        _keep_same(bundle, f"papers/0001-paper{_ending(source.path)}", source)
        facts = {
            "file": source.path.name,
            "size": source.size,
            "sha256": source.sha256,
            "last_changed": source.changed,
            "meaning": means,
            "meaning_by": "person" if means else None,
            "warnings": warnings,
        }
        bundle.put("papers/0001.json", _as_json(facts))
        bundle.event("paper.added", "person")
        _tell(bundle, means, on)
        _keep_note(bundle, note)
        found = Added(
            case.path,
            bundle.path,
            "paper",
            source.path,
            meaning=means,
            meaning_by="person" if means else None,
            warnings=tuple(warnings),
            noted=bool(note),
        )
        return _seal(bundle, found, asked)


def _add_note(
    case: Case,
    note: str,
    means: str | None,
    on: dt.date | None,
    clock: Clock,
    stamps: MakeStamps | None,
) -> Added:
    bundle, asked = _begin(case, "note", clock, stamps)
    with bundle:
        _tell(bundle, means, on)
        _keep_note(bundle, note)
        found = Added(
            case.path,
            bundle.path,
            "note",
            meaning=means,
            meaning_by="person" if means else None,
            warnings=tuple(_of_case(case)),
            noted=bool(note),
        )
        return _seal(bundle, found, asked)


def _tell(bundle: Bundle, means: str | None, on: dt.date | None) -> None:
    """Log what the person says it means, and on which day they say it was."""
    if means:
        bundle.event("meaning.given", "person", meaning=means)
    if on:
        bundle.event("day.given", "person", day=on.isoformat())


def _keep_same(bundle: Bundle, relative: str, source: Source) -> None:
    """Keep the file, if it is still the one that was read; else end the bundle and say so."""
    try:
        ref = bundle.put_file(relative, source.path)
    except OSError:
        ref = None
    if ref is None or ref.sha256 != source.sha256:
        bundle.seal({"outcome": "interrupted", "reason": _CHANGED, "sent": False})
        raise _changed(source.path)


def _keep_note(bundle: Bundle, note: str | None) -> None:
    if note:
        bundle.put("note.txt", note.encode("utf-8", "backslashreplace") + b"\n")
        bundle.event("note.added", "person")


def _seal(bundle: Bundle, found: Added, asked: Stamps | None) -> Added:
    found = replace(found, bundle=bundle.path)
    bundle.stamp_and_wait("kept")
    try:
        bundle.seal({"outcome": layout.ADDED, "reason": None, "sent": False})
    except EvidenceBroken as trouble:
        return replace(found, sealed=False, problem=trouble)
    if asked is not None:
        found = replace(found, unstamped=why_unstamped(stamp_seal(bundle.path, asked)))
    return found


def _about_paper(source: Source) -> Iterator[str]:
    if source.path.suffix.lower() == ".msg" or source.start.startswith(_OUTLOOK):
        yield _(
            "This may be a mail as Outlook saves it. It is kept, but a signature in it cannot be "
            "checked. Better: open the mail in a browser, choose “Download original” or “Show "
            "original”, or save it in Thunderbird as .eml, and add that file too."
        )


def _ending(path: Path) -> str:
    suffix = path.suffix.lower()
    return suffix if _OWN_NAMES.fullmatch(suffix) else ""


def _dkim_facts(
    reading: MailReading, keys: Sequence[KeyRecord], clock: Clock
) -> Mapping[str, object]:
    return {
        "mail": "0001.eml" if reading.attached is None else "0001.attached.eml",
        "checked": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "signatures": [signature.facts() for signature in reading.signatures],
        "keys": [key.facts() for key in keys],
    }


def _reading_facts(source: Source, found: Added, reading: MailReading) -> Mapping[str, object]:
    return {
        "file": source.path.name,
        "last_changed": source.changed,
        "meaning": found.meaning,
        "meaning_by": found.meaning_by,
        "recognised": reading.meaning.kind,
        "phrases": [phrase.facts() for phrase in reading.meaning.phrases],
        "unclear_because": reading.meaning.why or None,
        "proven_by": reading.proven_by,
        "from_meta": reading.root is not None,
        "text_proven": reading.body_proven,
        "proven": [[h.name, h.value] for h in reading.headers if h.proven_by],
        "not_proven": [[h.name, h.value] for h in reading.unproven()],
        "warnings": list(found.warnings),
    }


def _log_facts(found: Added, reading: MailReading) -> dict[str, object]:
    # Names of domains only where they are Meta's: another may be the person's own.
    return {
        "meaning": found.meaning,
        "meaning_by": found.meaning_by,
        "from_meta": reading.root is not None,
        "proven_by": reading.root,
        "text_proven": reading.body_proven,
        "attached": reading.attached is not None,
        "signatures": [
            {
                "d": s.d if s.root else None,
                "s": s.s if s.root and len(s.s) <= 63 else None,
                "a": s.a if s.a in _ALGORITHMS else "other",
                "ok": s.ok,
                "root": s.root,
                "key_from": s.key_from,
            }
            for s in reading.signatures
        ],
    }


def _as_json(facts: Mapping[str, object]) -> bytes:
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
