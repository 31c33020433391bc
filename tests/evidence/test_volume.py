"""What evidence is kept on: a disk is trusted, all else is tried, and what fails is refused."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from filer import doctor
from filer.errors import EvidenceFolder
from filer.evidence import volume
from filer.evidence.volume import Means, Volume, must_hold, trial, volume_of
from tests.end_to_end.command import Command

MOUNTINFO = r"""
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
41 27 0:41 / /mnt/team rw,relatime shared:7 - nfs4 files.example:/team rw,vers=4.2,local_lock=none
42 41 0:42 / /mnt/team/old rw - nfs files.example:/old rw,vers=3,nolock,local_lock=all
43 27 0:43 / /mnt/my\040share rw - cifs //files.example/my\040share rw,vers=3.1.1
44 27 0:44 / /mnt/my\040share/loose rw - cifs //files.example/loose rw,nobrl
45 27 0:45 / /mnt/ssh rw,nosuid - fuse.sshfs anna@files.example: rw,user_id=1000
46 27 0:46 / /mnt/dav rw - fuse https://files.example/dav rw
47 27 0:47 / /mnt/over rw - ext4 /dev/vdb rw
48 27 0:48 / /mnt/over rw - 9p host rw,trans=virtio
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)
//anna@files.example/team on /Volumes/team (smbfs, nodev, nosuid, mounted by anna)
"""


def refused(*_what: object) -> NoReturn:
    """A call that the file system does not know."""
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@pytest.mark.parametrize(
    ("folder", "kind", "stays"),
    [
        ("/home/anna", "ext4", False),
        ("/mnt/team/anna/evidence", "nfs4", False),
        ("/mnt/teams", "ext4", False),
        ("/mnt/team/old/evidence", "nfs", True),
        ("/mnt/my share/evidence", "cifs", False),
        ("/mnt/my share/loose", "cifs", True),
        ("/mnt/ssh", "fuse.sshfs", True),
        ("/mnt/dav/evidence", "fuse.davfs", True),
        ("/mnt/over/evidence", "9p", True),
    ],
)
def test_kind_on_linux(folder: str, kind: str, stays: bool) -> None:
    """The volume closest above counts, and of several at one place the last; its options too."""
    found = volume._longest(Path(folder), volume._of_linux(MOUNTINFO))

    assert (kind, stays) == (found.kind, found.locks_stay_here)


def test_kind_on_macos() -> None:
    """A share is told from the disk by what `mount` prints."""
    share = volume._longest(Path("/Volumes/team/anna"), volume._of_mac(MAC))
    disk = volume._longest(Path("/Users/anna"), volume._of_mac(MAC))

    assert ("smbfs", "//anna@files.example/team", True) == (share.kind, share.source, share.share)
    assert disk.own


def test_every_kind_has_one_verdict() -> None:
    """No kind is on two lists."""
    lists = (volume._OWN, volume._LOCKED_FOR_ALL, volume._LOCKED_HERE)

    assert sum(map(len, lists)) == len(frozenset().union(*lists))


def test_this_disk_holds(tmp_path: Path) -> None:
    """On the disk of this machine all of it holds, between two processes, and nothing is left."""
    assert [] == trial(tmp_path)
    assert [] == list(tmp_path.iterdir())
    assert volume_of(tmp_path / "not" / "there").kind == volume_of(tmp_path).kind != ""


@pytest.mark.parametrize(
    ("means", "said"),
    [
        (Means(sync=refused), "what was written does not survive a power cut"),
        (Means(sync_folder=refused), "a name does not survive a power cut"),
        (Means(replace=refused), "a file does not appear whole under its name"),
        (Means(replace=lambda _part, whole: whole.write_bytes(b"")), "other bytes are read"),
        (
            Means(replace=lambda part, whole: part.replace(whole.with_name(whole.name.upper()))),
            "No such file",
        ),
        (Means(truncate=refused), "half a line cannot be taken back"),
        (Means(truncate=lambda _file, _size: None), "half a line cannot be taken back"),
        (Means(held=lambda _log: False), "a lock does not keep another process out"),
        (Means(held=refused), "a lock does not keep another process out (Invalid argument)"),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, means: Means, said: str) -> None:
    """Each thing that filer relies on is tried by itself; what fails is named with the reason."""
    if means.held is Means().held:  # where the rest is tried, without another process
        means = dataclasses.replace(means, held=lambda _log: True)

    (wrong,) = trial(tmp_path, means)

    assert said in wrong
    assert [] == list(tmp_path.iterdir())


def test_a_share_without_locks_is_refused(tmp_path: Path) -> None:
    """Where a lock stays on one computer nothing is tried or written: it is refused, with a way."""
    with pytest.raises(EvidenceFolder) as refusal:
        must_hold(tmp_path / "evidence", lambda _folder: Volume("fuse.sshfs"))

    assert f"{tmp_path / 'evidence'} (fuse.sshfs)" in refusal.value.message
    assert "does not keep another computer out" in refusal.value.message
    assert "export" in refusal.value.hint
    assert not (tmp_path / "evidence").exists()


def test_a_share_that_holds_is_used(tmp_path: Path) -> None:
    """A share whose server keeps the locks is tried, used, and not tried again."""
    share = Volume("nfs4", "files.example:/team")

    assert share == must_hold(tmp_path / "evidence", lambda _folder: share)
    (tmp_path / "evidence").rmdir()
    assert share == must_hold(tmp_path / "evidence", lambda _folder: share)
    assert not (tmp_path / "evidence").exists()


@pytest.mark.parametrize(
    ("kind", "ok", "words"),
    [
        ("ext4", True, "ext4"),
        ("nfs4", True, "what filer relies on was tried, and holds"),
        ("fuse.sshfs", False, "does not keep another computer out"),
        ("", True, "of unknown kind"),
    ],
)
def test_doctor_says_it(tmp_path: Path, kind: str, ok: bool, words: str) -> None:
    """`filer doctor` names the kind of file system, and what does not hold on it."""
    found = doctor.file_system(tmp_path / "evidence", lambda _folder: Volume(kind))

    assert (ok, True) == (found.ok, words in found.got)
    assert [] == list(tmp_path.iterdir())


def test_the_command_refuses(filer: Command) -> None:
    """A filing is refused before anything opens where the folder cannot be relied on."""
    filer.evidence.mkdir()
    # No disk at all: the system's message queues, shown as a folder in which nothing can be.
    script = 'mount -t mqueue none "$FILER_EVIDENCE" && exec "$@"'
    own = ["unshare", "--mount", "--ipc", *(["--map-root-user"] if os.geteuid() else [])]
    command = [sys.executable, "-m", "filer", "practice", "facebook", "--stand-in", "willing"]
    done = subprocess.run(
        [*own, "sh", "-c", script, "sh", *command, "--headless", "--json"],
        cwd=filer.folder,
        env=filer.surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert 8 == done.returncode, done.stderr
    assert "(mqueue): nothing can be written there" in done.stderr
