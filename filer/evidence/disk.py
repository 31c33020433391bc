"""The disk as the writers use it: nothing counts as written before it is safe from a power cut."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filer.errors import EvidenceFolder, NoRoom
from filer.words import _

_PIECE = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


@contextmanager
def said_plainly(where: Path) -> Iterator[None]:
    """A stretch of writing to *where* whose `OSError` becomes a sentence for the person.

    Raises `NoRoom` when the disk is full, `EvidenceFolder` for any other trouble.
    """
    try:
        yield
    except OSError as trouble:
        if trouble.errno in _FULL:
            raise NoRoom(
                _("There is no room left on the disk that holds the evidence: {where}.").format(
                    where=where
                ),
                _("Free some space, or name another folder with --evidence."),
            ) from trouble
        raise EvidenceFolder(
            _("The evidence cannot be written to {where}: {why}.").format(
                where=where, why=trouble.strerror or trouble
            ),
            _("Make that folder writable, or name another one with --evidence."),
        ) from trouble


def write_all(descriptor: int, content: bytes) -> None:
    """Write *content* whole. Raises `OSError`; a short write counts as a full disk."""
    view = memoryview(content)
    while view:
        written = os.write(descriptor, view)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def sync(descriptor: int) -> None:
    """Make what was written to *descriptor* survive a power cut. Raises `OSError`."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def sync_folder(folder: Path) -> None:
    """Make names created in *folder* survive a power cut. Windows has no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create *folder*, for its owner only, with what lies above it. Raises `OSError`."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_file(path: Path, content: bytes, beside: Path | None = None) -> None:
    """Write a file for its owner only, so that *path* is either absent or whole.

    Until it is whole it lies in the folder *beside*, or in its own.
    Raises `OSError`; `FileExistsError` when another writer is at the same name.
    """
    with _appearing(path, beside) as descriptor:
        write_all(descriptor, content)


def copy_file(path: Path, source: int) -> tuple[str, int]:
    """Write what the descriptor *source* holds to *path*, in pieces, as `write_file` does.

    Returns the SHA-256 and the size of what was written. Raises the same.
    """
    digest, size = hashlib.sha256(), 0
    with _appearing(path) as descriptor:
        while piece := os.read(source, _PIECE):
            write_all(descriptor, piece)
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


@contextmanager
def _appearing(path: Path, beside: Path | None = None) -> Iterator[int]:
    """A descriptor to write to; at the end *path* is there, whole, and safe from a power cut."""
    part = path.with_name(f"{path.name}.part")
    if beside is not None:  # others may write a file of that name there
        part = beside / f"{path.parent.name}.{path.name}.{secrets.token_hex(4)}.part"
    descriptor = os.open(
        part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    there = part
    try:
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        there = part.replace(path)
        sync_folder(path.parent)
    except OSError:  # whoever hears of it does not name the file, so it must not be there either
        there.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes, beside: Path | None = None) -> None:
    """Write a file as `write_file` does, in place of what a crash may have left half written.

    Raises `OSError`.
    """
    path.with_name(f"{path.name}.part").unlink(missing_ok=True)
    write_file(path, content, beside)
