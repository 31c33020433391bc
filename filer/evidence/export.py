"""A case as one .zip to hand on: what goes into it, and how it is written.

The same case gives the same bytes: names in order, times from the log. Files are copied piece by
piece, so the memory it takes does not grow with them. Originals are only read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets as random
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filer.errors import EvidenceBroken, EvidenceFolder, NoRoom, WrongUsage
from filer.evidence import disk, layout
from filer.evidence.check import printable
from filer.evidence.reading import read_bundle
from filer.evidence.redaction import REDACTED
from filer.words import _

Time = tuple[int, int, int, int, int, int]

_STORED = frozenset(
    ".png .jpg .jpeg .gif .webp .heic .pdf .zip .gz .7z .docx .xlsx .pptx .odt .ods .tsr .mp4 .mov "
    ".mp3 .m4a".split()
)
"""What is compressed already is copied as it is."""

_EARLIEST: Time = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_BIG = 1 << 31


@dataclass(frozen=True)
class Entry:
    """A file of the zip: its *name* in it, and where its bytes come from."""

    name: str
    source: Path | bytes
    time: Time


@dataclass(frozen=True)
class Contents:
    """What a case holds: sealed bundles, *unsealed* ones, and what is *left_out* of any copy.

    *files* are the names of the files of each sealed bundle, in order.
    """

    case: Path
    bundles: tuple[Path, ...]
    files: tuple[tuple[str, ...], ...]
    unsealed: tuple[Path, ...]
    left_out: tuple[str, ...]

    def each(self) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Every sealed bundle, with its files."""
        return zip(self.bundles, self.files, strict=True)


def contents(case: Path) -> Contents:
    """What lies in the folder *case*.

    Raises `EvidenceBroken` for a link, a file that is no plain file, a name that is not safe
    everywhere, and when nothing in it is sealed; `WrongUsage` for a working copy.
    """
    bundles: list[Path] = []
    files: list[tuple[str, ...]] = []
    unsealed: list[Path] = []
    left_out: list[str] = []
    with read_plainly(case):
        for entry in sorted(case.iterdir(), key=lambda each: each.name):
            if entry.is_symlink():
                raise _odd(entry.name)
            if not _is_bundle(entry):
                left_out.append(printable(entry.name))
            elif not os.path.lexists(entry / layout.SEAL):
                unsealed.append(entry)
            else:
                _refuse_copy(entry)
                bundles.append(entry)
                files.append(tuple(sorted(_files(entry, "", left_out))))
    if not bundles:
        raise EvidenceBroken(
            _("There is no sealed evidence in {case}, so there is nothing to export.").format(
                case=printable(case.name)
            ),
            _("Is a session still running? When it ends, its evidence is sealed."),
        )
    return Contents(case, tuple(bundles), tuple(files), tuple(unsealed), tuple(left_out))


def _is_bundle(entry: Path) -> bool:
    named = layout.bundle_name(entry.name) is not None or (entry / layout.BAGIT).exists()
    return entry.is_dir() and named


def _refuse_copy(bundle: Path) -> None:
    if os.path.lexists(bundle / REDACTED):
        raise WrongUsage(
            _("{bundle} is a working copy: something was taken out of it.").format(
                bundle=printable(bundle.name)
            ),
            _("Export the original case instead."),
        )


def _files(bundle: Path, before: str, left_out: list[str]) -> Iterator[str]:
    with os.scandir(bundle / before) as inside:
        entries = sorted(inside, key=lambda entry: entry.name)
    for entry in entries:
        name = before + entry.name
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISREG(mode) and entry.name in layout.STREWN:
            left_out.append(f"{bundle.name}/{name}")
        elif not layout.is_safe(name) or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise _odd(f"{bundle.name}/{name}")
        elif stat.S_ISREG(mode):
            yield name
        else:
            yield from _files(bundle, f"{name}/", left_out)


def _odd(name: str) -> EvidenceBroken:
    return EvidenceBroken(
        _(
            "{name} is a link, no plain file, or has a name that does not work everywhere. filer "
            "did not put it there, and does not copy it."
        ).format(name=printable(name)),
        _("Move it out of the case, and try again. Nothing was exported."),
    )


def entries(inside: Contents) -> Iterator[Entry]:
    """Every file of the sealed bundles *inside*, as it is."""
    for bundle, files in inside.each():
        time = time_of(bundle)
        for name in files:
            yield Entry(f"{inside.case.name}/{bundle.name}/{name}", bundle / name, time)


def time_of(bundle: Path) -> Time:
    """When *bundle* was closed, as its log says and a zip can hold it: UTC, even seconds."""
    return zip_time(read_bundle(bundle).ended)


def zip_time(written: str) -> Time:
    """A time of the log, such as `2026-11-23T12:00:00.123Z`, for a zip."""
    try:
        numbers = [int(written[start:end]) for start, end in _PLACES]
        year, month, day, hour, minute, second = numbers
    except ValueError:
        return _EARLIEST
    sound = 1980 <= year <= 2107 and 1 <= month <= 12 and 1 <= day <= 31
    return (year, month, day, hour, minute, second // 2 * 2) if sound else _EARLIEST


_PLACES = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))


# --------------------------------------------------------------------------- the zip


def target_for(name: str, to: str | None, case: Path) -> Path:
    """Where the copy called *name* goes: *to* is a file or a folder, else the current folder.

    Raises `WrongUsage` when its folder is not there, or lies within the evidence of *case*.
    """
    wanted = Path(to or "").absolute()  # so that the person is told where it is
    target = wanted / name if wanted.is_dir() else wanted
    if not target.parent.is_dir():
        raise WrongUsage(
            _("There is no folder {folder}.").format(folder=target.parent),
            _("Make it first, or name another place with --to."),
        )
    if target.is_dir():
        raise WrongUsage(_("{path} is a folder.").format(path=target), _("Name another with --to."))
    if case.resolve() in target.resolve().parents:
        raise WrongUsage(
            _("{path} lies within the case itself.").format(path=target),
            _("Nothing is added to evidence: name a place outside with --to."),
        )
    return target


def write_zip(what: Iterable[Entry], target: Path, *, overwrite: bool = False) -> None:
    """Write *what* as the zip *target*, for its owner only; until it is whole it ends in `.part`.

    Raises `WrongUsage` when *target* is there and may not be overwritten, `NoRoom`,
    `EvidenceFolder`, and `EvidenceBroken` when a file cannot be read.
    """
    if not overwrite:
        refuse_existing(target)
    part = target.with_name(f"{target.name}.{random.token_hex(4)}.part")
    with written_plainly(target):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(part, flags, 0o600)
    try:
        with written_plainly(target), os.fdopen(descriptor, "wb") as raw:
            with zipfile.ZipFile(raw, "w", allowZip64=True) as archive:
                for entry in what:
                    _add(archive, entry)
            raw.flush()
            os.fsync(raw.fileno())
        with written_plainly(target):
            _publish(part, target, overwrite=overwrite)
    finally:
        part.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # some network folders cannot; the file itself is synced
        disk.sync_folder(target.parent)


def refuse_existing(target: Path) -> None:
    """Raises `WrongUsage` when there is something at *target*."""
    if os.path.lexists(target):
        raise WrongUsage(
            _("{path} is there already.").format(path=target),
            _("Name another place with --to, or say --overwrite."),
        )


def _publish(part: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        part.replace(target)
        return
    try:
        os.link(part, target)  # unlike a rename, this refuses when something is there
    except FileExistsError:
        refuse_existing(target)
    except OSError:  # a disk without links, such as a memory stick
        refuse_existing(target)
        part.replace(target)


def _add(archive: zipfile.ZipFile, entry: Entry) -> None:
    info = zipfile.ZipInfo(entry.name, entry.time)
    stored = Path(entry.name).suffix.lower() in _STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on every system, so that the mode is heard
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    if isinstance(entry.source, bytes):
        archive.writestr(info, entry.source)
        return
    with read_plainly(entry.source):
        source = layout.opened(entry.source, buffering=0)
    with source:
        info.file_size = os.fstat(source.fileno()).st_size
        with archive.open(info, "w", force_zip64=info.file_size >= _BIG) as into:
            while piece := _piece(source, entry.source):
                into.write(piece)


def _piece(source: IO[bytes], path: Path) -> bytes:
    with read_plainly(path):
        return source.read(_CHUNK)


@contextmanager
def read_plainly(where: Path) -> Iterator[None]:
    """A stretch of reading *where* whose `OSError` becomes `EvidenceBroken`."""
    try:
        yield
    except OSError as trouble:
        raise EvidenceBroken(
            _("{path} cannot be read: {why}.").format(path=where, why=trouble.strerror or trouble),
            _("Nothing was exported."),
        ) from trouble


@contextmanager
def written_plainly(target: Path) -> Iterator[None]:
    """A stretch of writing *target* whose `OSError` becomes `NoRoom` or `EvidenceFolder`."""
    try:
        yield
    except OSError as trouble:
        hint = _("Name another place with --to. The evidence itself is as it was.")
        full = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
        if trouble.errno in full:
            raise NoRoom(
                _("There is no room for the copy: {path}.").format(path=target), hint
            ) from trouble
        raise EvidenceFolder(
            _("The copy cannot be written to {path}: {why}.").format(
                path=target, why=trouble.strerror or trouble
            ),
            hint,
        ) from trouble
