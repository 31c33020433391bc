"""Tools that are not ours agree with the bundles filer makes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence import authorities
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.by_hand import FINGERPRINTS, LINUX_CHAIN, LINUX_FILES, LINUX_TIME
from filer.evidence.outer import stamp_seal
from filer.evidence.stamps import Stamps
from filer.evidence.tokens import read_roots
from filer.evidence.verify import verify
from filer.ports import Clock, Shot
from tests.authority import Authority


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run *command* in *folder* and look at what it says."""
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)


@pytest.fixture
def stamped(root: Path, clock: Clock, shot: Callable[..., Shot], authority: Authority) -> Path:
    """A filing stamped at the start and before the send by a real authority, and sealed by it."""
    stamps = Stamps(authorities.named([authority.url]), read_roots(authority.root), {}, clock)
    case = new_case(root, "facebook", False, clock)
    bundle = Bundle.begin(
        case, "filing", flow="facebook", practice=False, clock=clock, stamps=stamps
    )
    for moment in ("start", "before-send"):
        bundle.stamp(moment)
        stamps.wait(10)
        assert bundle.stamped()
        bundle.keep(shot())
    bundle.event("confirmed", "person")
    bundle.event("send.left")
    bundle.seal({"outcome": "unknown", "reason": None, "sent": None})
    stamp_seal(bundle.path, stamps)
    return bundle.path


def by_hand(bundle: Path, lines: str) -> tuple[int, list[str]]:
    """What bash makes of *lines* in *bundle*: its code, and what it printed."""
    done = run(bundle, "bash", "-c", lines)
    return done.returncode, done.stdout.splitlines()


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


ADDED: dict[str, Callable[[Path], object]] = {
    "a page in the folder": lambda at: (at / "EXTRA.html").write_text("hello"),
    "a list of files to fetch": lambda at: (at / "fetch.txt").write_text("http://x 1 data/y\n"),
    "a token that nobody lists": lambda at: (
        (at / "timestamps").mkdir(),
        (at / "timestamps/x.tsr").write_text("x"),
    ),
    "a link": lambda at: (at / "data/x").symlink_to("session.jsonl"),
    "a link to a folder": lambda at: (at / "data/x").symlink_to("/"),
    "a file that became a link": lambda at: (
        (at / "data/environment.json").rename(at.parent / "elsewhere"),
        (at / "data/environment.json").symlink_to(at.parent / "elsewhere"),
    ),
    "a pipe": lambda at: os.mkfifo(at / "data/x"),
    "an empty folder": lambda at: (at / "data/x").mkdir(),
}


@pytest.mark.parametrize("what", ADDED)
def test_commands_of_verify_text_find_what_was_added(filed: Callable[..., Path], what: str) -> None:
    """Whatever is added anywhere is found by the lines as by filer; what a system strews is not."""
    bundle = filed()
    (bundle / "data/.DS_Store").write_text("strewn by a system")
    before = run(bundle, "bash", "-c", LINUX_FILES)
    ADDED[what](bundle)
    after = run(bundle, "bash", "-c", LINUX_FILES)

    assert 0 == before.returncode, before.stdout
    assert (1, "BROKEN: see above") == (after.returncode, after.stdout.splitlines()[-1])
    assert not verify(bundle).ok


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


def test_timestamps_by_hand(stamped: Path) -> None:
    """The Linux lines for timestamps are in VERIFY.txt word for word, and accept every token."""
    text = (stamped / "VERIFY.txt").read_text()
    code, said = by_hand(stamped, LINUX_TIME)

    assert LINUX_TIME in text
    assert FINGERPRINTS in text
    assert (0, "OK: 3 timestamps, 1 of them over the whole folder") == (code, said[-1])
    assert 3 == sum(line.startswith("OK: t") and " GMT" in line for line in said)


def test_timestamps_by_hand_once_expired(stamped: Path) -> None:
    """With `expired=yes` each token is checked as of its own time."""
    code, said = by_hand(stamped, LINUX_TIME.replace("# expired=yes", "expired=yes #", 1))

    assert (0, "OK: 3 timestamps, 1 of them over the whole folder") == (code, said[-1])


def test_timestamps_by_hand_without_any(filed: Callable[..., Path]) -> None:
    """Where nobody was asked, the lines say that only this computer names a time."""
    code, said = by_hand(filed(), LINUX_TIME)

    assert (0, ["NONE: nobody but this computer says when this was"]) == (code, said)


def _without_outer(bundle: Path) -> None:
    for file in bundle.glob("tagmanifest-sha256.txt.*"):
        file.unlink()


def _without_token(bundle: Path) -> None:
    next(bundle.glob("timestamps/line-*.start.*.tsr")).unlink()


def _swapped(bundle: Path) -> None:
    start, before = sorted(bundle.glob("timestamps/line-*.tsr"))
    first, second = start.read_bytes(), before.read_bytes()
    start.write_bytes(second)
    before.write_bytes(first)


def _cut_log(bundle: Path) -> None:
    log = bundle / "data/session.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))


def _other_line(bundle: Path) -> None:
    log = bundle / "data/session.jsonl"
    log.write_bytes(log.read_bytes().replace(b"facebook", b"facebo0k", 1))


def _other_list(bundle: Path) -> None:
    with (bundle / "tagmanifest-sha256.txt").open("a") as file:
        file.write("\n")


def _elsewhere(bundle: Path) -> None:
    log = bundle / "data/session.jsonl"
    log.write_bytes(log.read_bytes().replace(b"timestamps/line", b"/dev/zero//line"))


@pytest.mark.parametrize(
    "harm",
    [
        _without_outer,
        _without_token,
        _swapped,
        _cut_log,
        _other_line,
        _other_list,
        _elsewhere,
    ],
)
def test_timestamps_by_hand_refuse(stamped: Path, harm: Callable[[Path], None]) -> None:
    """The Linux lines refuse a token taken away, swapped, or over other bytes than these."""
    harm(stamped)
    code, said = by_hand(stamped, LINUX_TIME)

    assert (1, "BROKEN or incomplete: see above") == (code, said[-1])


def test_timestamps_by_hand_need_their_tools(stamped: Path) -> None:
    """Without jq or openssl the lines say no: they never take a missing tool for a yes."""
    for tool in ("jq", "openssl"):
        code, said = by_hand(stamped, f"{tool}() {{ return 127; }}\n{LINUX_TIME}")

        assert (1, "BROKEN or incomplete: see above") == (code, said[-1])


def test_whose_certificates(stamped: Path, authority: Authority) -> None:
    """The fingerprint that a stranger compares is printed for every certificate."""
    wanted = run(
        stamped, "openssl", "x509", "-in", str(authority.root), "-noout", "-fingerprint", "-sha256"
    )
    _code, said = by_hand(stamped, FINGERPRINTS)

    assert wanted.stdout.strip() in said
    assert any("Tests Root" in line for line in said)
