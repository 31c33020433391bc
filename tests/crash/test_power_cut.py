"""A pulled plug: what a disk may hold afterwards is recovered and verifies, or is left as it is.

What filer acknowledged was synced before, so only the end of a log can be torn, and only a file
that no line names yet can be half there. What breaks these rules was not a power cut, and gets no
seal from filer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence.bundle import Bundle
from filer.evidence.layout import sha256
from filer.evidence.reading import read_bundle, read_log
from filer.evidence.recover import Recovered, recover
from filer.evidence.verify import verify
from filer.ports import Clock, Shot

Begin = Callable[..., Bundle]

LOG = "data/session.jsonl"


def failing(bundle: Path) -> list[str]:
    """The checks that fail, in words."""
    return [f"{c.number} {c.name}: {c.got}" for c in verify(bundle).checks if not c.ok]


@pytest.fixture
def broken_off(begin: Begin, shot: Callable[..., Shot]) -> Path:
    """A filing that ended without a word after it had sent."""
    bundle = begin()
    bundle.put("flow/facebook.txt", b"Open, fill, stop.\n")
    bundle.keep(shot())
    bundle.event("confirmed", "person")
    bundle.event("send.left", names=["email", "reason"])
    bundle.close()
    return bundle.path


def whole_and_sealed(found: Recovered) -> None:
    """Check that what was *found* is sealed, verifies, and is told."""
    assert found.problem is None
    assert [] == failing(found.bundle)
    assert str(found.bundle) in found.sentence()


def left_as_it_was(found: Recovered, before: dict[str, bytes]) -> None:
    """Check that what was *found* is reported and not touched."""
    assert found.problem is not None
    assert found.problem in found.sentence()
    assert before == contents(found.bundle)


def contents(bundle: Path) -> dict[str, bytes]:
    """Every file of *bundle* with its bytes."""
    return {
        path.relative_to(bundle).as_posix(): path.read_bytes()
        for path in bundle.rglob("*")
        if path.is_file()
    }


# --------------------------------------------------------------------------- the log's end


def test_torn_at_every_byte(begin: Begin, root: Path, clock: Clock, tmp_path: Path) -> None:
    """Wherever the last line is torn, the lines before it stay and the rest is kept aside."""
    bundle = begin()
    bundle.event("typed", field="email")
    bundle.close()
    before = (bundle.path / LOG).read_bytes()
    line = before.splitlines(keepends=True)[-1]
    whole = before.removesuffix(line)
    fresh = tmp_path / "fresh"
    root.rename(fresh)
    for cut in range(len(line)):
        shutil.copytree(fresh, root)
        (bundle.path / LOG).write_bytes(whole + line[:cut])
        (found,) = recover(root, clock)

        whole_and_sealed(found)
        assert (bundle.path / LOG).read_bytes().startswith(whole)
        kept = [path.read_bytes() for path in bundle.path.glob("data/*.torn-*")]
        assert ([line[:cut]] if cut else []) == kept
        shutil.rmtree(root)


TAILS = {
    "zeros": bytes(4096),
    "more zeros than a line has bytes": bytes(3 << 20),
    "zeros and the end of a line": bytes(100) + b'name":"x"}}\n',
    "zeros in lines": b"\0\n\0\n\0\n",
    "the start of a line, then zeros": b'{"seq":5,"t":"2026-' + bytes(50),
    "what stood on the disk before": b"PK\x03\x04\xff\xfe old things",
    "half a letter": "é".encode()[:1],
}


@pytest.mark.parametrize("tail", TAILS)
def test_a_tail_that_is_no_line(broken_off: Path, root: Path, clock: Clock, tail: str) -> None:
    """What a file system leaves behind the last line is kept aside, and the session told."""
    before = (broken_off / LOG).read_bytes()
    (broken_off / LOG).write_bytes(before + TAILS[tail])
    (found,) = recover(root, clock)
    line = next(x for x in read_log(broken_off / LOG) if x.event == "recovered")

    whole_and_sealed(found)
    assert ("interrupted", None) == (found.outcome, found.sent)
    assert "is not known" in found.sentence()
    assert (broken_off / LOG).read_bytes().startswith(before)
    assert TAILS[tail] == (broken_off / f"{LOG}.torn-1").read_bytes()
    assert sha256(TAILS[tail]) == line.data["torn"]["sha256"]


def test_a_tail_behind_the_closing_line(
    filed: Callable[..., Path], root: Path, clock: Clock
) -> None:
    """Zeros behind the closing line cost neither the outcome nor the seal."""
    bundle = filed("confirmed")
    (bundle / "seal.sha256").unlink()
    (bundle / LOG).write_bytes((bundle / LOG).read_bytes() + bytes(512))
    (found,) = recover(root, clock)

    whole_and_sealed(found)
    assert ("confirmed", True) == (found.outcome, found.sent)
    assert ("confirmed", True) == (read_bundle(bundle).outcome, read_bundle(bundle).sent)


@pytest.mark.parametrize("tail", [b"garbage\n", b'{"seq":5}\n', b"\n", b"\xff\xff\n"], ids=repr)
def test_a_whole_line_that_is_none_of_ours(
    broken_off: Path, root: Path, clock: Clock, tail: bytes
) -> None:
    """A whole line that filer did not write is no power cut: it is said, and nothing is touched."""
    (broken_off / LOG).write_bytes((broken_off / LOG).read_bytes() + tail)
    before = contents(broken_off)
    (found,) = recover(root, clock)

    left_as_it_was(found, before)
    assert f"Line {len(before[LOG].splitlines())} of the log" in str(found.problem)
    assert found.sent is None


def test_a_line_torn_again_and_again(broken_off: Path, root: Path, clock: Clock) -> None:
    """A recovery that was cut off itself, between keeping the tail and cutting it, is repeated."""
    log = broken_off / LOG
    log.write_bytes(log.read_bytes() + b'{"seq":')
    (broken_off / f"{LOG}.torn-1").write_bytes(b'{"seq":')
    (broken_off / f"{LOG}.torn-2.part").write_bytes(b'{"s')
    (found,) = recover(root, clock)

    whole_and_sealed(found)
    kept = {path.name for path in broken_off.glob("data/*.torn-*")}
    assert {"session.jsonl.torn-1", "session.jsonl.torn-2"} == kept


# --------------------------------------------------------------------------- the other files

LEFT = {
    "an empty file that no line names": {"data/shots/002-next.png": b""},
    "half a file that no line names": {"data/shots/002-next.png.part": b"\x89PNG"},
    "half a page of text": {"data/text/002-next.aria.yaml.part": b"- text"},
    "half a manifest": {"manifest-sha256.txt.part": b"0123"},
    "a manifest without its tag manifest": {"manifest-sha256.txt": b"old"},
    "every tag file but the seal": {
        "manifest-sha256.txt": b"a",
        "bag-info.txt": b"b",
        "VERIFY.txt": b"c",
        "tagmanifest-sha256.txt": b"d",
    },
    "half a seal": {"seal.sha256.part": b"ab"},
    "an empty seal": {"seal.sha256": b""},
    "a seal of zeros": {"seal.sha256": bytes(90)},
    "half a timestamp": {"timestamps/line-0003.start.local.tsr.part": b"\x30\x82"},
    "half a chain of certificates": {"timestamps/local.chain.pem.part": b"-----BEG"},
    "half an outer seal": {"tagmanifest-sha256.txt.local.tsr.part": b"\x30\x82"},
}


@pytest.mark.parametrize("left", LEFT)
def test_files_that_were_under_way(broken_off: Path, root: Path, clock: Clock, left: str) -> None:
    """A file that was being written is kept if it is payload, and written anew if it is not."""
    for name, content in LEFT[left].items():
        (broken_off / name).parent.mkdir(exist_ok=True)
        (broken_off / name).write_bytes(content)
    (found,) = recover(root, clock)
    now = contents(broken_off)

    whole_and_sealed(found)
    assert found.sent is None
    assert [] == [name for name in now if name.endswith(".part") and not name.startswith("data/")]
    for name, content in LEFT[left].items():
        if name.startswith("data/"):
            assert content == now[name]


def test_no_data_folder(broken_off: Path, root: Path, clock: Clock) -> None:
    """A bundle of which only the folder is there is sealed as what it is."""
    shutil.rmtree(broken_off / "data")
    (found,) = recover(root, clock)

    whole_and_sealed(found)
    assert ("interrupted", False) == (found.outcome, found.sent)


def spoil(bundle: Path, how: str) -> None:
    """Do to *bundle* what no power cut does."""
    shot = next((bundle / "data/shots").iterdir())
    match how:
        case "a named file is empty":
            shot.write_bytes(b"")
        case "a named file is shorter":
            shot.write_bytes(shot.read_bytes()[:100])
        case "a named file is zeros":
            shot.write_bytes(bytes(shot.stat().st_size))
        case "a named file is gone":
            shot.unlink()
        case "a named file is a link":
            (bundle.parent / "elsewhere").write_bytes(shot.read_bytes())
            shot.unlink()
            shot.symlink_to(bundle.parent / "elsewhere")
        case "a line within the log is zeros":
            log = (bundle / LOG).read_bytes().splitlines(keepends=True)
            log[2] = bytes(len(log[2]))
            (bundle / LOG).write_bytes(b"".join(log))
        case "the log is empty":
            (bundle / LOG).write_bytes(b"")
        case "the log is gone":
            (bundle / LOG).unlink()


SPOILED = [
    *("a named file is empty", "a named file is shorter", "a named file is zeros"),
    *("a named file is gone", "a named file is a link"),
    *("a line within the log is zeros", "the log is empty", "the log is gone"),
]


@pytest.mark.parametrize("how", SPOILED)
def test_what_no_power_cut_does(broken_off: Path, root: Path, clock: Clock, how: str) -> None:
    """Evidence that was synced and is not there is said, and gets no seal; nothing crashes."""
    spoil(broken_off, how)
    before = contents(broken_off)
    (found,) = recover(root, clock)
    after = contents(broken_off)
    again = recover(root, clock)

    assert found.problem is not None
    assert found.sent is None
    assert "Nothing was sent" not in found.sentence()
    assert not (broken_off / "seal.sha256").exists()
    assert before == {name: after[name] for name in before}
    assert [found] == again
    assert [] != failing(broken_off)


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_a_log_that_is_no_file(broken_off: Path, root: Path, clock: Clock, kind: str) -> None:
    """Something else where the log should be is said; filer neither hangs nor follows it."""
    log = broken_off / LOG
    log.rename(broken_off.parent / "elsewhere")
    match kind:
        case "folder":
            log.mkdir()
        case "link":
            log.symlink_to(broken_off.parent / "elsewhere")
        case "pipe":
            subprocess.run(["mkfifo", str(log)], check=True)
    (found,) = recover(root, clock)

    assert found.problem is not None
    assert "Nothing was sent" not in found.sentence()
    assert not (broken_off / "seal.sha256").exists()


# --------------------------------------------------------------------------- at every step

STEPS = """
import os
import sys
import shutil
from pathlib import Path

from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.recover import recover
from filer.ports import Reading, Shot

ROOT = Path(sys.argv[2])


def session(root, said):
    clock = SystemClock()
    bundle = Bundle.begin(new_case(root, "facebook", False, clock), "filing", flow="facebook",
                          practice=False, clock=clock)
    said("begun")
    bundle.put("flow/facebook.txt", b"Open, fill, stop.")
    said("kept")
    field = Reading("E-mail", "email", "email", "anna@example.org", filled_by="label")
    bundle.keep(Shot("the form", "The form", "https://www.facebook.com/help/contact/1", b"PNG",
                     "- textbox", (field,)))
    said("captured")
    bundle.event("confirmed", "person")
    said("confirmed")
    bundle.event("send.left")
    said("send.left")
    bundle.seal({"outcome": "unknown", "reason": None, "sent": None})
    said("closed")


def recovery(root, said):
    shutil.copytree(sys.argv[3], root)
    START()
    recover(root, SystemClock())


def START():
    global counting
    counting = True


def child(number, work):
    seen = 0
    root = ROOT / f"{number:03d}"
    root.mkdir()

    def hook(event, arguments):
        nonlocal seen
        touches = event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
        if counting and touches and str(root) in str(arguments[0]):
            seen += 1
            if seen > number:
                os._exit(9)

    def said(what):
        os.write(told, what.encode() + b"\\n")

    told = os.open(ROOT / f"{number:03d}.said", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    sys.addaudithook(hook)
    work(root / "evidence", said)
    os._exit(0)


counting = sys.argv[1] == "session"
number, code = 0, 9
while code == 9:
    process = os.fork()
    if process == 0:
        try:
            child(number, {"session": session, "recovery": recovery}[sys.argv[1]])
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    number += 1
sys.exit(code)
"""
"""Does the same again and again, and ends each time one touch of the disk later, as a kill does."""


def ended_at_every_step(what: str, folder: Path, *arguments: str) -> list[Path]:
    """The folders in which *what* was cut off after one more step each, the last one whole."""
    folder.mkdir()
    subprocess.run([sys.executable, "-c", STEPS, what, str(folder), *arguments], check=True)
    return sorted(path for path in folder.iterdir() if path.is_dir())


@pytest.mark.proof
def test_a_session_cut_off_at_every_step(tmp_path: Path, clock: Clock) -> None:
    """Between any two touches of the disk a session can end; it is whole, and tells the send."""
    rooms = ended_at_every_step("session", tmp_path / "steps")
    for room in rooms:
        said = room.with_suffix(".said").read_text().split()
        bundles = list(room.glob("evidence/*/*-filing"))
        broke_off = [bundle for bundle in bundles if not (bundle / "seal.sha256").exists()]
        found = recover(room / "evidence", clock)

        assert broke_off == [each.bundle for each in found], room.name
        for each in found:
            whole_and_sealed(each)
        for bundle in bundles:
            assert [] == failing(bundle), room.name
            logged = [line.event for line in read_log(bundle / LOG)]
            assert not set(said) - set(logged), room.name
            assert ("send.left" in logged) is (read_bundle(bundle).sent is None), room.name
        assert [] == recover(room / "evidence", clock)

    assert 40 < len(rooms)


def prepared(how: str, broken_off: Path) -> None:
    """Make *broken_off* such that its recovery has much to do."""
    log = broken_off / LOG
    match how:
        case "much to do":
            log.write_bytes(log.read_bytes() + b'{"seq":6,"t"')
            (broken_off / "data/shots/002-next.png.part").write_bytes(b"half")
            (broken_off / "data/mail").mkdir()
            (broken_off / "manifest-sha256.txt.part").write_bytes(b"half")
            (broken_off / "bagit.txt").unlink()
        case "nothing but half a first line":
            shutil.rmtree(broken_off / "data")
            (broken_off / "data").mkdir()
            log.write_bytes(b'{"seq":0,"t"')
        case "nothing at all":
            shutil.rmtree(broken_off)
            broken_off.mkdir()


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("much to do", marks=pytest.mark.proof),
        pytest.param("nothing at all", marks=pytest.mark.proof),
        "nothing but half a first line",
    ],
)
def test_a_recovery_cut_off_at_every_step(
    broken_off: Path, root: Path, tmp_path: Path, clock: Clock, how: str
) -> None:
    """A recovery that is cut off itself is finished by the next one."""
    prepared(how, broken_off)
    whole = (broken_off / LOG).read_bytes() if (broken_off / LOG).exists() else b""
    whole = whole[: whole.rfind(b"\n") + 1]
    rooms = ended_at_every_step("recovery", tmp_path / "steps", str(root))
    for room in rooms:
        for each in recover(room / "evidence", clock):
            whole_and_sealed(each)
        (bundle,) = room.glob("evidence/*/*-filing")

        assert [] == failing(bundle), room.name
        assert (bundle / LOG).read_bytes().startswith(whole), room.name
        assert "interrupted" == read_bundle(bundle).outcome, room.name
        assert (None if whole else False) is read_bundle(bundle).sent, room.name

    assert 15 < len(rooms)
