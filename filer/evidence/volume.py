"""The file system that evidence is kept on: what kind it is, and whether filer can rely on it.

filer relies on more than a file that can be written: a power cut takes nothing that was synced, a
name appears whole or not at all, and a lock keeps every other process out, also that of another
computer. The disks of a computer are made for that. A network share, or a folder that a program
shows (FUSE), may not be; there each of it is tried before a session begins, by `trial`.
What cannot be tried from one computer is known by the kind: whether a lock reaches the others.
"""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import filer
from filer.clock import SystemClock
from filer.errors import EvidenceFolder, FilerError
from filer.evidence import disk
from filer.evidence.log import Log, in_use
from filer.evidence.reading import read_log
from filer.words import _

_OWN = frozenset(
    "apfs bcachefs btrfs ext2 ext3 ext4 f2fs hfs jfs ntfs overlay refs tmpfs xfs zfs".split()
)
"""Disks of this computer. Nothing is tried on them: filer's tests of power cuts run on such."""

_LOCKED_FOR_ALL = frozenset(
    "ceph cifs fuse.ceph fuse.glusterfs gfs2 nfs nfs4 ocfs2 smb3 smbfs".split()
)
"""Shares whose server keeps the locks, so that they hold between computers, if not told not to."""

_LOCKED_HERE = frozenset(
    "9p afpfs davfs fuse.davfs fuse.gcsfuse fuse.gvfsd-fuse fuse.rclone fuse.s3fs fuse.smbnetfs "
    "fuse.sshfs fuse.vmhgfs-fuse prl_fs vboxsf virtiofs webdav".split()
)
"""Shares whose locks stay on the computer that took them, so that another one sees none."""

_NO_LOCKS = frozenset("nolock local_lock=all local_lock=flock nobrl nobrl=1".split())
"""Options with which a share of the better kind keeps its locks to itself."""

_TRIAL = ".filer-trial-"
_LONG = f"README-{'x' * 113}.html"
_CONTENT = b"what was written is what is read\n"


@dataclass(frozen=True)
class Volume:
    """What a folder is on. *kind* is the system's own word, "" where it cannot be told.

    *source* is where it comes from (a device, a server's folder), *options* how it is mounted.
    """

    kind: str
    source: str = ""
    options: frozenset[str] = frozenset()

    @property
    def own(self) -> bool:
        """Whether it is a disk of this computer, of a kind that filer relies on unasked."""
        return self.kind in _OWN

    @property
    def share(self) -> bool:
        """Whether other computers may write there too, as far as the kind tells."""
        return self.kind in _LOCKED_FOR_ALL | _LOCKED_HERE

    @property
    def locks_stay_here(self) -> bool:
        """Whether a lock taken there is known not to reach other computers."""
        optional = self.kind in _LOCKED_FOR_ALL and bool(self.options & _NO_LOCKS)
        return self.kind in _LOCKED_HERE or optional


def volume_of(folder: Path) -> Volume:
    """What *folder* is on, or where it is not there yet, the nearest folder above it."""
    try:
        there = _nearest(folder.absolute()).resolve()
        if sys.platform == "win32":
            return _of_drive(there)
        if sys.platform == "darwin":
            done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
            return _longest(there, _of_mac(done.stdout))
        return _longest(
            there, _of_linux(Path("/proc/self/mountinfo").read_text("utf-8", "replace"))
        )
    except (OSError, RuntimeError):
        return Volume("")


def must_hold(folder: Path, look: Callable[[Path], Volume] = volume_of) -> Volume:
    """What *folder* is on, where everything holds there that filer relies on.

    Tried once for each folder. Raises `EvidenceFolder`, naming what does not hold.
    """
    volume = look(folder)
    if volume.own or str(folder) in _held:
        return volume
    wrong = doubts(folder, volume)
    if wrong:
        kind = volume.kind or _("a file system of unknown kind")
        raise EvidenceFolder(
            _("filer keeps no evidence in {folder} ({kind}): {what}.").format(
                folder=folder, kind=kind, what="; ".join(wrong)
            ),
            _(
                "Name a folder on a disk of this computer with --evidence, and afterwards put a "
                "copy on the share with {command} export."
            ).format(command=filer.words.command()),
        )
    _held.add(str(folder))
    return volume


_held: set[str] = set()
"""Folders where all of it was tried and held."""


def doubts(folder: Path, volume: Volume) -> list[str]:
    """What filer cannot rely on in *folder*, in words; nothing where all is well."""
    if volume.own:
        return []
    if volume.locks_stay_here:
        return [_("a lock taken there does not keep another computer out")]
    return trial(folder)


# --------------------------------------------------------------------------- the trial


@dataclass(frozen=True)
class Means:
    """What the trial does things with: the same calls that the writers of evidence use.

    *held* says whether another process finds the log locked, and reads it.
    """

    sync: Callable[[int], None] = os.fsync
    sync_folder: Callable[[Path], None] = disk.sync_folder
    replace: Callable[[Path, Path], object] = os.replace
    truncate: Callable[[int, int], None] = os.ftruncate
    held: Callable[[Path], bool] = lambda log: _held_for_others(log)  # noqa: PLW0108 - it is below


def trial(folder: Path, means: Means | None = None) -> list[str]:
    """Everything filer relies on, tried in a folder of its own in *folder*: what does not hold.

    In words, each with the system's reason. The folder is gone afterwards.
    """
    means = means or Means()
    own = folder / f"{_TRIAL}{secrets.token_hex(4)}"
    try:
        disk.make_folder(folder)
        own.mkdir(mode=0o700)
    except OSError as trouble:
        return [_("nothing can be written there ({why})").format(why=_why(trouble))]
    try:
        return list(_tried(own, means))
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _tried(own: Path, means: Means) -> Iterator[str]:
    """What does not hold in the new folder *own*: one sentence for each thing tried."""
    for what, tries in (
        (_("a folder can be made twice"), _alone),
        (_("what was written does not survive a power cut"), _synced),
        (_("a file does not appear whole under its name"), _renamed),
        (_("a name does not survive a power cut"), _name_synced),
        (_("half a line cannot be taken back"), _taken_back),
        (_("a lock does not keep another process out"), _locked),
    ):
        try:
            why = tries(own, means)
        except OSError as trouble:
            why = _why(trouble)
        except FilerError as trouble:
            why = trouble.message
        if why is not None:
            yield f"{what} ({why})" if why else what


def _alone(own: Path, _means: Means) -> str | None:
    with suppress(FileExistsError):
        own.mkdir(mode=0o700)
        return ""
    (own / "once").touch(exist_ok=False)
    with suppress(FileExistsError):
        (own / "once").touch(exist_ok=False)
        return ""
    return None


def _synced(own: Path, means: Means) -> str | None:
    with (own / f"{_LONG}.part").open("xb") as file:
        file.write(_CONTENT)
        file.flush()
        means.sync(file.fileno())
    return None


def _renamed(own: Path, means: Means) -> str | None:
    for _again in range(2):  # the second time in the place of the first
        (own / f"{_LONG}.part").write_bytes(_CONTENT)
        means.replace(own / f"{_LONG}.part", own / _LONG)
        if (own / _LONG).read_bytes() != _CONTENT:
            return _("other bytes are read than were written")
    names = {entry.name for entry in own.iterdir()}
    return None if {"once", _LONG} <= names else _("names are not kept as they are")


def _name_synced(own: Path, means: Means) -> str | None:
    means.sync_folder(own)
    return None


def _taken_back(own: Path, means: Means) -> str | None:
    with (own / "once").open("r+b", buffering=0) as file:
        file.write(_CONTENT)
        means.truncate(file.fileno(), 4)
    return None if (own / "once").read_bytes() == _CONTENT[:4] else ""


def _locked(own: Path, means: Means) -> str | None:
    path = own / "session.jsonl"
    log = Log.begin(path, SystemClock())
    if log is None:
        return _("there is none to be had")
    with closing(log):
        log.event("trial", "tool", {})  # raises where the open file is not the one of that name
        if sum(1 for _line in read_log(path)) != 1:
            return _("the log cannot be read while it is locked")
        if not means.held(path):
            return ""
    return _("it stays behind") if in_use(path) else None


_OTHER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from filer.evidence.log import in_use
from filer.evidence.reading import read_log
path = Path(sys.argv[1])
print(in_use(path), sum(1 for line in read_log(path)))
"""


def _held_for_others(log: Path) -> bool:
    """Whether another process finds *log* locked, and can read its one line."""
    home = str(Path(filer.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", _OTHER, str(log.absolute()), home],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OSError((done.stderr.strip().splitlines() or ["?"])[-1][:200])
    return done.stdout.split() == ["True", "1"]


def _why(trouble: OSError) -> str:
    return trouble.strerror or str(trouble)


# --------------------------------------------------------------------------- what it is on


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _longest(folder: Path, mounted: Iterator[tuple[str, Volume]]) -> Volume:
    """The volume mounted closest above *folder*; of several at one place the last one counts."""
    best, found = -1, Volume("")
    for place, volume in mounted:
        depth = len(PurePosixPath(place).parts)
        if depth >= best and PurePosixPath(folder).is_relative_to(place):
            best, found = depth, volume
    return found


def _of_linux(mountinfo: str) -> Iterator[tuple[str, Volume]]:
    """Where each volume is mounted, out of `/proc/self/mountinfo`."""
    for line in mountinfo.splitlines():
        before, _dash, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if len(left) > 5 and len(right) > 2:
            options = frozenset((*left[5].split(","), *right[2].split(",")))
            yield _plain(left[4]), Volume(_kind(right[0], right[1]), _plain(right[1]), options)


def _kind(kind: str, source: str) -> str:
    """davfs shows itself as plain FUSE; its source is an address."""
    return "fuse.davfs" if kind == "fuse" and re.match(r"https?:", source) else kind


def _plain(escaped: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), escaped)


def _of_mac(told: str) -> Iterator[tuple[str, Volume]]:
    """Where each volume is mounted, out of what `mount` prints on macOS."""
    for line in told.splitlines():
        if found := re.fullmatch(r"(.+?) on (/.*) \(([^()]+)\)", line):
            kind, *options = found[3].split(", ")
            yield found[2], Volume(kind, found[1], frozenset(options))


def _of_drive(folder: Path) -> Volume:
    """What a folder of Windows is on: a drive of this computer, or one of the network."""
    root = f"{folder.drive}\\"
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # on Windows only
    name = ctypes.create_unicode_buffer(64)
    known = kernel.GetVolumeInformationW(root, None, 0, None, None, None, name, 64)
    remote = kernel.GetDriveTypeW(root) == 4 or root.startswith("\\\\")
    return Volume("smbfs" if remote else name.value.lower() if known else "", root)
