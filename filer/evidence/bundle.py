"""The writer of a bundle: one session, on disk step by step, sealed at the end.

A bundle is a bag from the first second. Whatever happens between two calls, what was written
before can be verified after `filer.evidence.recover` has been there.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets as random
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import filer
from filer import addresses
from filer.errors import EvidenceBroken, EvidenceFolder
from filer.evidence import disk, layout
from filer.evidence.by_hand import verify_text
from filer.evidence.layout import BundleName, CaseName, FileRef
from filer.evidence.leaks import Leak, find_leaks, find_live
from filer.evidence.log import Log
from filer.evidence.stamps import Failed, Stamped, Stamps
from filer.evidence.startpage import start_page
from filer.evidence.volume import must_hold
from filer.ports import Clock, Shot
from filer.words import _

_TRIES = 50


def new_case(root: Path, flow: str, practice: bool, clock: Clock) -> Path:  # noqa: FBT001 - the mode of the case, named by every caller
    """A new case folder in the evidence folder *root*, which is created if need be.

    Raises `NoRoom` and `EvidenceFolder`, also where the disk cannot be relied on.
    """
    must_hold(root)
    date = clock.now().astimezone().date().isoformat()
    with disk.said_plainly(root):
        disk.make_folder(root)
        while True:
            case = root / str(CaseName(date, flow, random.token_hex(3), practice))
            if not layout.case_name(case.name):
                raise ValueError(f"a case cannot be named {case.name!r}")
            try:
                case.mkdir(mode=0o700)
            except FileExistsError:
                if not case.is_dir():
                    raise
                continue
            disk.sync_folder(root)
            return case


class Bundle:
    """A bundle that is being written, by this process alone until `seal` or `close`.

    Every method raises `NoRoom` when the disk is full and `EvidenceFolder` when it cannot be
    written for another reason; what was there before stays whole.

    *salt* goes in front of every value before it is hashed for the log, so that the hash does not
    give a short value away; each `form/*.json` and `text/*.yaml` holds it, for whoever may see the
    values anyway.
    """

    def __init__(
        self,
        path: Path,
        log: Log,
        begun: Mapping[str, object],
        clock: Clock,
        stamps: Stamps | None = None,
    ) -> None:
        self.path = path
        self._log = log
        self._stamps = stamps
        self._came: list[Stamped | Failed] = []
        self._begun = begun
        self._clock = clock
        self._shots = 0
        self.salt = random.token_hex(16)
        self._finished = False
        self._nameless: list[FileRef] = []  # on disk, and no line could be written for them yet

    @classmethod
    def begin(
        cls,
        case: Path,
        kind: str,
        *,
        flow: str,
        practice: bool,
        clock: Clock,
        stamps: Stamps | None = None,
        unstamped: str = "not asked",
    ) -> Bundle:
        """A new bundle of *kind* ("filing", "replay", …) in the folder *case*, logged as begun.

        *stamps* asks the timestamp authorities; without it, *unstamped* says why nobody is asked.
        Raises `EvidenceFolder` also where the disk cannot be relied on.
        """
        must_hold(case.parent)
        with disk.said_plainly(case):
            disk.make_folder(case)
            path, log = _claim(case, kind, practice, clock)
            begun = {
                "kind": kind,
                "flow": flow,
                "practice": practice,
                "case": case.name,
                "bundle": path.name,
                "agent": agent(),
                "previous_seal": previous_seal(path),
            }
            try:
                log.event("begun", "tool", dict(begun))
                if stamps is None:
                    log.event("timestamps.none", "tool", {"why": unstamped})
                else:
                    slugs = [authority.slug for authority in stamps.authorities]
                    log.event("timestamps.wanted", "tool", {"authorities": slugs})
            except BaseException:
                log.close()
                raise
            return cls(path, log, begun, clock, stamps)

    @classmethod
    def resume(
        cls, path: Path, log: Log, begun: Mapping[str, object], clock: Clock, *, finished: bool
    ) -> Bundle:
        """The bundle at *path* that broke off, its *log* reopened, *finished* if it was closed.

        For ending it only: it can log and be sealed, and numbers no further captures.
        """
        bundle = cls(path, log, begun, clock)
        bundle._finished = finished
        return bundle

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def event(self, name: str, who: str = "tool", **data: object) -> int:
        """Write one line to the log and return its number.

        *who* is "tool" or "person"; *data* holds JSON values and nothing personal.
        Raises `TypeError` or `ValueError` for what cannot be a log line.
        """
        with disk.said_plainly(self.path):
            self._take_stamps()
            return self._log.event(name, who, data)

    def stamp(self, moment: str) -> None:
        """Ask for a timestamp of the log so far, if anybody may be asked; returns at once.

        What comes of it is kept with the next line.
        """
        if self._stamps is not None:
            with disk.said_plainly(self.path):
                self._stamps.ask(moment, *self._log.prefix())

    def stamp_and_wait(self, moment: str, seconds: float = 3.0) -> None:
        """Ask for a timestamp and wait for it, at most *seconds*. No window may be open."""
        self.stamp(moment)
        if self._stamps is not None:
            self._stamps.wait(seconds)

    def stamped(self) -> bool:
        """Whether no timestamp is awaited; those that came are kept and logged by then."""
        if self._stamps is None:
            return True
        awaited = self._stamps.awaited()
        with disk.said_plainly(self.path):
            self._take_stamps()
        return not awaited

    def put(self, relative: str, content: bytes) -> FileRef:
        """Keep *content* as `data/<relative>` and name it in the log.

        Raises `ValueError` for a name that is not safe everywhere or is taken.
        """
        with disk.said_plainly(self.path):
            ref = self._write(relative, content)
            self._name(ref)
            return ref

    def put_file(self, relative: str, path: Path) -> FileRef:
        """Keep the plain file at *path* as `data/<relative>`, however big, and name it in the log.

        Size and hash are those of what was kept, also when the file changes meanwhile.
        Raises `ValueError` as `put` does, `OSError` when the file cannot be opened.
        """
        source = layout.open_plain(path)
        try:
            with disk.said_plainly(self.path):
                digest, size = disk.copy_file(self._free(relative), source)
                ref = FileRef(relative, digest, size)
                self._nameless.append(ref)
                self._name(ref)
                return ref
        finally:
            os.close(source)

    def keep(self, shot: Shot) -> None:
        """Keep a capture: picture, text, values as read back, and one line that names them.

        Title, label and value go into the files; the log gets the address without its query.
        """
        self._shots += 1
        stem = f"{self._shots:03d}-{layout.slug(shot.name)}"
        with disk.said_plainly(self.path):
            files = []
            if shot.png is not None:
                files.append(self._write(f"shots/{stem}.png", shot.png))
            if shot.aria is not None:
                # The salt: else a guess at a short value could be confirmed from the text's hash.
                text = f"# {self.salt}\n{shot.aria}".encode("utf-8", "backslashreplace")
                files.append(self._write(f"text/{stem}.aria.yaml", text))
            if shot.fields:
                files.append(self._write(f"form/{stem}.json", self._form(shot)))
            self._log.event(
                "captured" if files else "capture.withheld",
                "tool",
                {
                    "name": shot.name,
                    "address": addresses.bare(shot.address),
                    "files": [ref.facts() for ref in files],
                    "withheld": shot.withheld,
                },
            )
            self._nameless = [ref for ref in self._nameless if ref not in files]

    def withdraw(self, relative: str, why: str) -> None:
        """Delete `data/<relative>` again; the log keeps its name, its hash and *why*.

        Raises `ValueError` for the log itself.
        """
        if not layout.is_safe(relative) or relative == layout.LOG:
            raise ValueError(f"{relative!r} cannot be withdrawn")
        path = self.path / layout.DATA / relative
        with disk.said_plainly(self.path):
            digest, size = layout.hash_file(path)
            ref = FileRef(relative, digest, size)
            self._log.event("capture.withdrawn", "tool", {"file": ref.facts(), "why": why})
            self._nameless = [other for other in self._nameless if other.path != relative]
            path.unlink()
            disk.sync_folder(path.parent)
            if path.parent != self.path / layout.DATA and not any(path.parent.iterdir()):
                path.parent.rmdir()

    def seal(self, outcome: Mapping[str, object], secrets: Sequence[str] = ()) -> Path:
        """Log how it ended, look for secrets, write the manifests and the seal; return the seal.

        *outcome* holds at least "outcome"; *secrets* are live cookie values and the like. Nothing
        can be written afterwards.
        Raises `EvidenceBroken` when a secret lies in the payload: it names file and kind. The
        bundle is then still open, and `withdraw` can take the file out.
        """
        if not self._finished and not isinstance(outcome.get("outcome"), str):
            raise ValueError("an outcome needs a name")
        with disk.said_plainly(self.path):
            self._take_stamps(last=True)
            self._refuse_leaks(outcome, secrets)
            if not self._finished:
                for ref in tuple(self._nameless):  # of a capture that a full disk broke off
                    self._name(ref)
                self._log.event("closed", "tool", dict(outcome))
                self._finished = True
            _list(self.path, self._begun, self._clock.now().astimezone().date().isoformat())
            tags = [self.path / name for name in _files(self.path, "") if _is_tag(name)]
            if leak := find_live(tags, secrets):
                raise _leaking(leak, self.path)
            seal = _seal(self.path)
            self._log.close()
            return seal

    def close(self) -> None:
        """Stop writing without a seal; the next start finds the bundle and seals it."""
        self._log.close()

    def _refuse_leaks(self, outcome: Mapping[str, object], secrets: Sequence[str]) -> None:
        leaks = list(find_leaks(self.path, secrets, [json.dumps(dict(outcome)).encode()]))
        if not leaks:
            return
        if not self._finished:
            # The outcome is kept for whoever takes the files out, unless a secret may be in it.
            safe = all(leak.file != f"{layout.DATA}/{layout.LOG}" for leak in leaks)
            for leak in leaks:
                facts: dict[str, object] = {
                    "name": leak.file,
                    "what": leak.what,
                    "outcome": dict(outcome) if safe else None,
                }
                self._log.event("secret.found", "tool", facts)
        raise _leaking(leaks[0], self.path)

    def _take_stamps(self, *, last: bool = False) -> None:
        if self._stamps is None or self._finished:
            return
        self._came += self._stamps.finish() if last else self._stamps.take()
        while self._came:  # what cannot be written now is tried again with the next line
            if isinstance(self._came[0], Stamped):
                self._keep_stamp(self._came[0])
            else:
                self._keep_failure(self._came[0])
            self._came.pop(0)

    def _keep_stamp(self, stamped: Stamped) -> None:
        disk.make_folder(self.path / layout.TIMESTAMPS)
        chain = self.path / layout.chain_name(stamped.authority)
        known = chain.read_bytes() if chain.exists() else b""
        if stamped.chain not in known:
            disk.replace_file(chain, known + stamped.chain)
        disk.replace_file(self.path / stamped.name, stamped.token.raw)
        self._log.event("timestamped", "tool", stamped.facts())

    def _keep_failure(self, failed: Failed) -> None:
        if failed.raw is not None:
            disk.make_folder(self.path / layout.TIMESTAMPS)
            disk.replace_file(self.path / failed.name, failed.raw)
        facts: dict[str, object] = {
            "moment": failed.moment,
            "authority": failed.authority or None,
            "why": failed.why,
            "kept": failed.name if failed.raw is not None else None,
        }
        self._log.event("timestamp.failed", "tool", facts)

    def _write(self, relative: str, content: bytes) -> FileRef:
        disk.write_file(self._free(relative), content)
        ref = FileRef(relative, layout.sha256(content), len(content))
        self._nameless.append(ref)
        return ref

    def _name(self, ref: FileRef) -> None:
        self._log.event("kept", "tool", {"file": ref.facts()})
        self._nameless.remove(ref)

    def _free(self, relative: str) -> Path:
        """Where the payload file *relative* goes, its folder made."""
        if not layout.is_safe(relative) or relative.partition("/")[0] == layout.LOG:
            raise ValueError(f"{relative!r} is not a safe name")
        path = self.path / layout.DATA / relative
        if path.exists():
            raise ValueError(f"{relative!r} is taken")
        self._log.in_its_place()  # or the folder would be made anew where it was
        disk.make_folder(path.parent)
        return path

    def _form(self, shot: Shot) -> bytes:
        form = {
            "title": shot.title,
            "address": addresses.bare(shot.address),
            "salt": self.salt,
            "fields": [
                {
                    "label": field.label,
                    "name": field.name,
                    "kind": field.kind,
                    "value": field.value,
                    "filled_by": field.filled_by,
                }
                for field in shot.fields
            ],
        }
        text = json.dumps(form, indent=2, ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace") + b"\n"


def agent() -> str:
    """The name of the program that writes bundles, with its version."""
    return f"filer/{filer.__version__}"


def previous_seal(path: Path) -> str | None:
    """The hash of the newest sealed bundle before *path* in its case, None if there is none."""
    own = layout.bundle_name(path.name)
    found = [(name.number, e) for e in path.parent.iterdir() if (name := _name(e)) and e.is_dir()]
    for number, entry in sorted(found, reverse=True):
        tagmanifest = entry / layout.TAGMANIFEST
        if (
            own
            and number < own.number
            and (entry / layout.SEAL).is_file()
            and tagmanifest.is_file()
        ):
            return layout.hash_file(tagmanifest)[0]
    return None


def _name(entry: Path) -> BundleName | None:
    return layout.bundle_name(entry.name)


def _claim(case: Path, kind: str, practice: bool, clock: Clock) -> tuple[Path, Log]:  # noqa: FBT001 - private
    # The folder's creation is exclusive, and so is the log's lock: whoever looks for bundles to
    # recover may get in between, and then this session takes the next number.
    for _attempt in range(_TRIES):
        taken = [name.number for entry in case.iterdir() if (name := _name(entry))]
        path = case / str(BundleName(max(taken, default=0) + 1, kind, practice))
        if not layout.bundle_name(path.name):
            raise ValueError(f"a bundle cannot be named {path.name!r}")
        try:
            path.mkdir(mode=0o700)
            disk.sync_folder(case)
            disk.make_folder(path / layout.DATA)
        except (FileExistsError, FileNotFoundError):
            if not case.is_dir():
                raise
            continue
        log = Log.begin(path / layout.DATA / layout.LOG, clock)
        if log is not None:  # from here on nobody else touches the folder
            try:
                complete(path)
            except OSError:
                log.close()
                raise
            return path, log
    raise EvidenceFolder(
        _("No new folder could be made in {where}: other sessions were always first.").format(
            where=case
        ),
        _("Close other windows of filer and try again."),
    )


def complete(path: Path) -> None:
    """Make *path* a bag, as far as it is not one yet. Raises `OSError`."""
    if not (path / layout.BAGIT).exists():
        disk.write_file(path / layout.BAGIT, layout.BAGIT_TEXT)
    disk.make_folder(path / layout.DATA)


def _without_empty_folders(data: Path) -> None:
    """Remove folders that a failed write left empty: a bag has no empty folders."""
    for folder in sorted((p for p in data.rglob("*") if p.is_dir()), reverse=True):
        with contextlib.suppress(OSError):  # it holds something
            folder.rmdir()


def _leaking(leak: Leak, path: Path) -> EvidenceBroken:
    return EvidenceBroken(
        _("{file} holds {what}; filer does not seal evidence with a secret in it.").format(
            file=leak.file, what=leak.in_words()
        ),
        _("The folder is left as it is: {path}. Do not hand it on.").format(path=path),
    )


def _list(path: Path, begun: Mapping[str, object], date: str) -> None:
    """Write the tag files: what lists the payload, tells of it, and lists the tag files."""
    _without_empty_folders(path / layout.DATA)
    payload = {name: layout.hash_file(path / name) for name in _files(path, layout.DATA)}
    practice = begun.get("practice") is True
    _put_text(path / layout.MANIFEST, _listing({name: found[0] for name, found in payload.items()}))
    octets = sum(size for _digest, size in payload.values())
    _put_text(path / layout.BAG_INFO, _bag_info(begun, date, f"{octets}.{len(payload)}"))
    _put_text(path / layout.VERIFY_TEXT, verify_text(practice=practice))
    disk.replace_file(path / layout.START_PAGE, start_page(path))
    tags = [name for name in _files(path, "") if _is_tag(name)]
    _put_text(
        path / layout.TAGMANIFEST,
        _listing({name: layout.hash_file(path / name)[0] for name in tags}),
    )


def _seal(path: Path) -> Path:
    digest, _size = layout.hash_file(path / layout.TAGMANIFEST)
    _put_text(path / layout.SEAL, f"{digest}  {layout.TAGMANIFEST}\n")
    return path / layout.SEAL


def _put_text(path: Path, text: str) -> None:
    disk.replace_file(path, text.encode("utf-8"))


def _files(path: Path, below: str) -> list[str]:
    found = [
        entry.relative_to(path).as_posix()
        for entry in (path / below).rglob("*")
        if entry.is_file() and entry.name not in layout.STREWN
    ]
    return sorted(found)


def _is_tag(name: str) -> bool:
    inside = name.startswith(f"{layout.DATA}/")
    return not (inside or name == layout.TAGMANIFEST or layout.is_seal(name))


def _listing(hashes: Mapping[str, str]) -> str:
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def _bag_info(begun: Mapping[str, object], date: str, oxum: str) -> str:
    practice = begun.get("practice") is True
    what = "practice: nothing in it was sent to Meta" if practice else "a session of filer"
    if begun.get("kind") == "replay":
        what = "a replay: nothing in it could be sent"
    about = (
        f"The record of one session with Meta's objection form ({what}); "
        f"{layout.VERIFY_TEXT} says how to check it."
    )
    rows = [
        ("Bag-Software-Agent", agent()),
        ("Bagging-Date", date),
        ("External-Identifier", f"urn:uuid:{uuid.uuid4()}"),
        ("Internal-Sender-Description", about),
        ("Payload-Oxum", oxum),
    ]
    if practice:
        rows.append(("Practice", "yes"))
    if isinstance(begun.get("previous_seal"), str):
        rows.append(("Previous-Seal", str(begun["previous_seal"])))
    return "".join(f"{name}: {value}\n" for name, value in rows)
