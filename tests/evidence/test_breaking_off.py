"""Crashes, killed processes and second writers: nothing that was written is lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.errors import EvidenceBroken
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.layout import sha256
from filer.evidence.log import Log
from filer.evidence.reading import read_bundle, read_log
from filer.evidence.recover import recover
from filer.evidence.verify import verify
from filer.ports import Clock, Shot

Begin = Callable[..., Bundle]

WRITER = """
import sys
from pathlib import Path
from filer.clock import SystemClock
from filer.evidence.bundle import Bundle

bundle = Bundle.begin(Path(sys.argv[1]), "filing", flow="facebook", practice=False,
                      clock=SystemClock())
print(bundle.path, flush=True)
number = 0
while True:
    print("line", bundle.event("typed", number=number), flush=True)
    print("file", bundle.put(f"shots/{number}.bin", bytes(3000)).path, flush=True)
    number += 1
"""


def failing(bundle: Path) -> list[str]:
    """The checks that fail, in words."""
    return [f"{c.number} {c.name}: {c.got}" for c in verify(bundle).checks if not c.ok]


@pytest.mark.parametrize("attempt", range(4))
def test_kill_dash_nine(root: Path, clock: Clock, attempt: int) -> None:
    """After `kill -9` every acknowledged line and file is there, and the bundle verifies."""
    case = new_case(root, "facebook", False, clock)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(case)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    bundle = Path(writer.stdout.readline().strip())
    time.sleep(random.Random(attempt).uniform(0.05, 0.4))  # noqa: S311 - any moment will do
    assert [] == recover(root, clock)  # its lock is held
    writer.send_signal(signal.SIGKILL)
    said = writer.stdout.read().splitlines()
    writer.stdout.close()
    writer.wait()
    said = [row for row in said if len(row.split()) == 2]
    (found,) = recover(root, clock)

    assert (bundle, "interrupted", False, None) == (
        found.bundle,
        found.outcome,
        found.sent,
        found.problem,
    )
    assert 2 < len(said)
    logged = {line.seq for line in read_log(bundle / "data/session.jsonl")}
    for row in said[:-1]:
        kind, what = row.split()
        assert int(what) in logged if kind == "line" else (bundle / "data" / what).is_file()
    assert [] == failing(bundle)
    assert [] == recover(root, clock)


@pytest.mark.parametrize("cut", [1, 40, 150])
def test_torn_last_line(begin: Begin, root: Path, clock: Clock, cut: int) -> None:
    """A torn last line is kept beside the log, named with its hash, and the chain goes on."""
    bundle = begin()
    bundle.event("typed", field="email")
    bundle.close()
    log = bundle.path / "data/session.jsonl"
    whole = log.read_bytes()
    torn = whole.splitlines(keepends=True)[-1][:cut]
    log.write_bytes(whole + torn)
    recover(root, clock)
    recovered = [line for line in read_log(log) if line.event == "recovered"]

    assert torn == (bundle.path / "data/session.jsonl.torn-1").read_bytes()
    assert sha256(torn) == recovered[0].data["torn"]["sha256"]
    assert log.read_bytes().startswith(whole)
    assert [] == failing(bundle.path)


def test_torn_first_line(begin: Begin, root: Path, clock: Clock) -> None:
    """A crash within the very first line leaves a bundle that verifies and knows what it was."""
    bundle = begin(practice=True)
    bundle.close()
    log = bundle.path / "data/session.jsonl"
    log.write_bytes(log.read_bytes()[:30])
    (found,) = recover(root, clock)
    read = read_bundle(bundle.path)

    assert found.problem is None
    assert [] == failing(bundle.path)
    assert ("facebook", True, "interrupted") == (read.flow, read.practice, read.outcome)


@pytest.mark.parametrize("left", [[], ["bagit.txt.part"], ["bagit.txt"], ["bagit.txt", "data"]])
def test_crash_while_beginning(begin: Begin, root: Path, clock: Clock, left: list[str]) -> None:
    """A crash between any two steps of the beginning leaves something that verifies."""
    bundle = begin()
    bundle.close()
    for path in bundle.path.iterdir():
        if path.name not in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "bagit.txt.part" in left:
        (bundle.path / "bagit.txt.part").write_bytes(b"BagIt")
    shutil.rmtree(bundle.path / "data", ignore_errors=True)
    (found,) = recover(root, clock)

    assert found.problem is None
    assert [] == failing(bundle.path)


def test_crash_between_file_and_line(
    begin: Begin, shot: Callable[..., Shot], root: Path, clock: Clock
) -> None:
    """Files that no line names yet, whole or half written, are kept and named by the recovery."""
    bundle = begin()
    bundle.keep(shot())
    bundle.close()
    data = bundle.path / "data"
    (data / "shots/002-next.png").write_bytes(b"whole")
    (data / "text/002-next.aria.yaml.part").write_bytes(b"half")
    (data / "mail").mkdir()
    recover(root, clock)
    line = next(x for x in read_log(data / "session.jsonl") if x.event == "recovered")

    assert ["shots/002-next.png", "text/002-next.aria.yaml.part"] == [
        ref["path"] for ref in line.data["files"]
    ]
    assert [] == failing(bundle.path)


SEALED = [
    *("manifest-sha256.txt", "bag-info.txt", "VERIFY.txt", "README.html"),
    "tagmanifest-sha256.txt",
]


@pytest.mark.parametrize("written", range(6))
def test_crash_while_sealing(
    filed: Callable[..., Path], root: Path, clock: Clock, written: int
) -> None:
    """A crash between any two files of the seal: the outcome stands and the seal is finished."""
    bundle = filed("confirmed")
    (bundle / "seal.sha256").unlink()
    for name in SEALED[written:]:
        (bundle / name).rename(bundle / f"{name}.part")
    (found,) = recover(root, clock)

    assert ("confirmed", True, None) == (found.outcome, found.sent, found.problem)
    assert [] == failing(bundle)


@pytest.mark.parametrize(
    ("events", "sent"),
    [
        (["confirmed"], False),
        (["confirmed", "send.left"], None),
        (["confirmed", "send.left", "send.failed"], None),
        (["confirmed", "send.left", "send.answered"], True),
    ],
)
def test_what_a_crash_leaves_known(
    begin: Begin, root: Path, clock: Clock, events: list[str], sent: bool | None
) -> None:
    """An interrupted session says whether something was sent, or that it is not known."""
    bundle = begin()
    for name in events:
        bundle.event(name, "person" if name == "confirmed" else "tool")
    bundle.close()
    (found,) = recover(root, clock)

    assert sent is found.sent
    assert sent is read_bundle(bundle.path).sent
    assert found.sentence()
    assert [] == failing(bundle.path)


def test_a_running_session_is_left_alone(begin: Begin, root: Path, clock: Clock) -> None:
    """A bundle whose lock is held is not touched, not even its torn last line."""
    bundle = begin()
    before = (bundle.path / "data/session.jsonl").read_bytes()

    assert [] == recover(root, clock)
    assert before == (bundle.path / "data/session.jsonl").read_bytes()
    bundle.seal({"outcome": "stopped", "sent": False})
    assert [] == recover(root, clock)
    assert [] == failing(bundle.path)


def test_one_writer_at_a_time(begin: Begin, clock: Clock) -> None:
    """A log that somebody writes cannot be opened for writing, nor begun again later."""
    bundle = begin()
    log = bundle.path / "data/session.jsonl"

    assert Log.begin(log, clock) is None
    assert Log.reopen(log, clock) is None
    bundle.close()
    assert Log.begin(log, clock) is None


def test_two_writers_at_once(root: Path, clock: Clock) -> None:
    """Two sessions of one case get a bundle each, with numbers of their own."""
    case = new_case(root, "facebook", False, clock)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(case)], stdout=subprocess.PIPE, text=True
        )
        for _writer in range(3)
    ]
    paths = set()
    for writer in writers:
        assert writer.stdout is not None
        paths.add(writer.stdout.readline().strip())
    for writer in writers:
        writer.kill()
        writer.communicate()
    recover(root, clock)

    assert {"01-filing", "02-filing", "03-filing"} == {os.path.basename(path) for path in paths}  # noqa: PTH119
    for path in paths:
        assert [] == failing(Path(path))


def test_a_secret_does_not_cost_the_outcome(begin: Begin, root: Path, clock: Clock) -> None:
    """A bundle not sealed because of a secret is sealed at the next start, without that file."""
    bundle = begin()
    bundle.put("text/page.txt", b"the cookie is abcdefgh12345678")
    bundle.put("text/other.txt", b"harmless")
    bundle.event("confirmed", "person")
    bundle.event("send.left")
    with pytest.raises(EvidenceBroken):
        bundle.seal({"outcome": "sent", "sent": True}, ["abcdefgh12345678"])
    bundle.close()
    (found,) = recover(root, clock)

    assert ("sent", None) == (found.outcome, found.problem)
    assert ["other.txt"] == [path.name for path in (bundle.path / "data/text").iterdir()]
    assert [] == failing(bundle.path)


def test_changed_evidence_gets_no_new_seal(
    filed: Callable[..., Path], root: Path, clock: Clock
) -> None:
    """Evidence that was changed, with its seal taken away, is not sealed again."""
    bundle = filed()
    (bundle / "seal.sha256").unlink()
    next((bundle / "data/shots").iterdir()).write_bytes(b"another picture")
    (found,) = recover(root, clock)

    assert found.problem is not None
    assert "is not the file that the log names" in found.problem
    assert found.problem in found.sentence()
    assert not (bundle / "seal.sha256").exists()


def test_one_bad_bundle_does_not_stop_the_others(begin: Begin, root: Path, clock: Clock) -> None:
    """A log broken in the middle is reported and left alone; the next bundle is sealed."""
    broken, fine = begin(), begin()
    for bundle in (broken, fine):
        bundle.event("typed")
        bundle.close()
    log = broken.path / "data/session.jsonl"
    log.write_bytes(log.read_bytes().replace(b"begun", b"began"))
    before = log.read_bytes()
    found = {each.bundle: each for each in recover(root, clock)}

    assert "hash of the line before" in str(found[broken.path].problem)
    assert before == log.read_bytes()
    assert found[fine.path].problem is None
    assert [] == failing(fine.path)
