"""A disk that is small, read-only or taken away, under a session of the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.crash.killing import temporary
from tests.end_to_end.command import Command, Run, Running


def filing(filer: Command, url: str) -> list[str]:
    """The arguments of a practice filing at *url*."""
    return [
        *("practice", "facebook", "--site", url, "--stand-in", "willing"),
        *("--headless", "--json", "--language", "en", "--evidence", str(filer.evidence)),
    ]


def without_privilege(
    filer: Command, url: str, env: Mapping[str, str | None] | None = None
) -> Running:
    """A filing for which a read-only folder is read-only, also where the tests run as root."""
    command = [sys.executable, "-m", "filer", *filing(filer, url)]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set", "-dac_override", *command]
    return filer.start_program(command, {"TMPDIR": str(temporary(filer)), **(env or {})})


def read_only(folder: Path) -> None:
    """Take the right to write away, from *folder* and everything below it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o500 if path.is_dir() else 0o400)


def writable(folder: Path) -> None:
    """Give it back."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)


def on_a_small_disk(filer: Command, kilobytes: int, arguments: Sequence[str]) -> Run:
    """Run filer with its evidence on a disk of so many *kilobytes*.

    What that disk held in the end is in the evidence folder afterwards, where there is room.
    """
    script = (
        'mount -t tmpfs -o size="$SIZE"k none "$EVIDENCE" && "$@"; code=$?;'
        'cp -a "$EVIDENCE" "$SAVED"; exit $code'
    )
    filer.evidence.mkdir()
    saved = filer.folder / "saved"
    own = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    done = subprocess.run(
        [*own, "sh", "-c", script, "sh", sys.executable, "-m", "filer", *arguments],
        cwd=filer.folder,
        env=filer.surroundings(
            {
                "SIZE": str(kilobytes),
                "EVIDENCE": str(filer.evidence),
                "SAVED": str(saved),
                "TMPDIR": str(temporary(filer)),
            }
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    filer.evidence.rmdir()
    saved.rename(filer.evidence)
    return Run(done.returncode, done.stdout, done.stderr)
