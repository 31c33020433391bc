"""Tools that are not ours agree with the bundles filer makes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence.by_hand import LINUX_CHAIN, LINUX_FILES
from filer.evidence.verify import verify


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run *command* in *folder* and look at what it says."""
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("list_of_hashes", ["seal.sha256", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_seal_and_tag_files(
    filed: Callable[..., Path], list_of_hashes: str
) -> None:
    """`sha256sum -c --strict` accepts the seal and the tag files."""
    checked = run(filed(), "sha256sum", "-c", "--strict", list_of_hashes)

    assert 0 == checked.returncode, checked.stderr


def test_bagit_accepts(filed: Callable[..., Path]) -> None:
    """The `bagit` package calls the bundle a valid bag, practice or not."""
    for bundle in (filed(), filed("stopped", practice=True)):
        checked = run(bundle.parent, sys.executable, "-m", "bagit", "--validate", bundle.name)

        assert 0 == checked.returncode, checked.stderr
        assert "is valid" in checked.stderr


def test_commands_of_verify_text(filed: Callable[..., Path]) -> None:
    """The Linux lines of VERIFY.txt are in it word for word, and accept the bundle."""
    bundle = filed()
    text = (bundle / "VERIFY.txt").read_text()
    files, chain = run(bundle, "bash", "-c", LINUX_FILES), run(bundle, "bash", "-c", LINUX_CHAIN)

    assert LINUX_FILES in text
    assert LINUX_CHAIN in text
    assert (0, "OK: all files, and no others") == (files.returncode, files.stdout.splitlines()[-1])
    assert 0 == chain.returncode, chain.stdout
    assert chain.stdout.startswith("OK after ")


def test_commands_of_verify_text_refuse(filed: Callable[..., Path]) -> None:
    """The Linux lines of VERIFY.txt refuse an added file and a reordered log."""
    added, reordered = filed(), filed()
    (added / "data/extra.txt").write_text("hello")
    log = reordered / "data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))

    assert 0 != run(added, "bash", "-c", LINUX_FILES).returncode
    assert 0 != run(reordered, "bash", "-c", LINUX_CHAIN).returncode


def test_practice_says_so(filed: Callable[..., Path]) -> None:
    """A practice bundle says so in its name, its log, its bag-info and its VERIFY.txt."""
    bundle = filed("stopped", practice=True)

    assert bundle.name == "practice-01-filing"
    assert bundle.parent.name.startswith("practice-2026-11-23-facebook-")
    assert '"practice":true' in (bundle / "data/session.jsonl").read_text().splitlines()[0]
    assert "Practice: yes" in (bundle / "bag-info.txt").read_text().splitlines()
    assert "THIS IS PRACTICE" in (bundle / "VERIFY.txt").read_text()
    assert verify(bundle).ok


@pytest.mark.parametrize(
    "outcome", ["confirmed", "sent", "refused", "unknown", "stopped", "drifted", "unavailable"]
)
def test_verify_accepts_every_outcome(filed: Callable[..., Path], outcome: str) -> None:
    """`filer verify` accepts a bundle of every outcome, and every check says what it found."""
    result = verify(filed(outcome))

    assert [] == [check for check in result.checks if not check.ok]
    assert list(range(1, 22)) == [check.number for check in result.checks]
    assert all(check.name and check.got and check.expected for check in result.checks)
    assert result.ok
