"""Every way of being wrong is noticed by the checks that the table names, and by no others."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509

from filer.evidence.tokens import read_roots
from filer.evidence.verify import Verification, verify
from tests.evidence.forging import Desk, Good, good_evidence, rewrite_log
from tests.evidence.wrongs import OPEN, WAYS, Open, Way, failing

NEVER_ALONE = {10}
"""A log whose chain is broken is not read on, so the checks of what it tells fail with it."""


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    """Good evidence, made once a run."""
    return good_evidence(tmp_path_factory.mktemp("good"))


@pytest.fixture
def desk(good: Good, tmp_path: Path) -> Desk:
    """A copy of it, on a forger's desk."""
    return Desk(good, tmp_path)


def state(folder: Path) -> list[tuple[str, int, int, int, str]]:
    """Everything below *folder*: its kind, size, time of change, and what is in it."""
    found = []
    for path in (folder, *folder.rglob("*")):
        seen = path.lstat()
        plain = stat.S_ISREG(seen.st_mode)
        inside = hashlib.sha256(path.read_bytes()).hexdigest() if plain else ""
        found.append((str(path), seen.st_mode, seen.st_size, seen.st_mtime_ns, inside))
    return sorted(found)


def looked_at(bundle: Path, desk: Desk, pinned: Sequence[x509.Certificate]) -> Verification:
    """What verify finds, which leaves all as it is and says only what can be printed."""
    before = state(desk.folder)
    found = verify(bundle, pinned)

    assert before == state(desk.folder)
    assert found.ok is (failing(found) == frozenset())
    assert all(f"{c.name}{c.got}{c.expected}".isprintable() for c in found.checks)
    assert all(c.got and c.expected for c in found.checks)
    return found


@pytest.mark.parametrize("each", WAYS, ids=lambda each: each.do.__name__)
def test_it_is_noticed(desk: Desk, each: Way) -> None:
    """It fails the checks that the table names, with a known root certificate and without one."""
    bundle = each.do(desk)
    pinned = read_roots(desk.good.keys.root)

    assert each.numbers == failing(looked_at(bundle, desk, pinned))
    assert each.unpinned == failing(looked_at(bundle, desk, ()))


@pytest.mark.parametrize("each", OPEN, ids=lambda each: each.do.__name__)
def test_what_nobody_can_notice_claims_less(desk: Desk, each: Open) -> None:
    """What cannot be noticed passes, and the checks say how little is shown."""
    bundle = each.do(desk)
    found = looked_at(bundle, desk, read_roots(desk.good.keys.root))
    told = {check.number: check.got for check in found.checks}

    assert frozenset() == failing(found)
    for number, words in each.says.items():
        assert words in told[number]


def test_without_timestamps_no_time_is_claimed(desk: Desk) -> None:
    """Where every timestamp was taken away, no check speaks of a time that something was before."""
    (stripped,) = [each for each in OPEN if each.do.__name__ == "stripped_and_denied"]
    found = looked_at(stripped.do(desk), desk, read_roots(desk.good.keys.root))

    assert not any("before 20" in check.got or "after 20" in check.got for check in found.checks)


@pytest.mark.parametrize(
    "name", ["filing", "follow_up", "another", "unstamped", "practice", "broken_off"]
)
def test_good_evidence_passes(desk: Desk, name: str) -> None:
    """What is made wrong was right before, and the forger's tools alone make nothing wrong."""
    bundle = getattr(desk, name)
    for pinned in (read_roots(desk.good.keys.root), ()):
        assert frozenset() == failing(looked_at(bundle, desk, pinned))
    before = state(bundle / "data")
    rewrite_log(bundle, lambda _lines: None)

    assert [each[4] for each in before] == [each[4] for each in state(bundle / "data")]
    assert frozenset() == failing(verify(bundle))


def test_there_are_many_ways() -> None:
    """There are at least forty ways, each with a name of its own, and all checks are needed.

    Each check but one catches something that no other check catches.
    """
    alone = {number for each in WAYS if len(each.numbers) == 1 for number in each.numbers}

    assert 40 <= len(WAYS)
    assert len(WAYS) == len({each.name for each in WAYS})
    assert all(each.numbers for each in WAYS)
    assert set(range(1, 22)) - NEVER_ALONE == alone
    assert any(number in each.numbers for each in WAYS for number in NEVER_ALONE)


def test_a_stranger_gets_the_table(tmp_path: Path) -> None:
    """The script writes every way to a folder of its own, and a table that names them all."""
    command = [sys.executable, "-m", "tests.evidence.wrongs", str(tmp_path / "ways")]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, check=False)
    table = (tmp_path / "ways/ways.md").read_text()
    again = subprocess.run(command, cwd=root, text=True, capture_output=True, check=False)

    assert 0 == done.returncode, done.stderr
    assert "NONE" not in table
    assert all(f"| {each.name} |" in table for each in (*WAYS, *OPEN))
    folders = {path.name for path in (tmp_path / "ways").iterdir() if path.is_dir()}
    assert len(WAYS) + len(OPEN) + 1 == len(folders)
    assert 2 == again.returncode
