"""A disk that is full, read-only or gone: nothing leaves any more, and what was kept is whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.errors import EvidenceFolder
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.reading import read_bundle, read_log
from filer.evidence.recover import recover
from filer.evidence.verify import verify
from filer.ports import Clock
from tests.crash.disks import (
    filing,
    on_a_small_disk,
    read_only,
    without_privilege,
    writable,
)
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import PLAIN, Site, page

LOG = "data/session.jsonl"

# --------------------------------------------------------------------------- at every write

LIMITED = """
import json
import resource
import sys
from pathlib import Path

from filer.clock import SystemClock
from filer.errors import FilerError
from filer.evidence.bundle import Bundle, new_case
from filer.ports import Reading, Shot

FIELD = Reading("E-mail", "email", "email", "anna@example.org", filled_by="label")


def session(root, said):
    clock = SystemClock()
    bundle = Bundle.begin(new_case(root, "facebook", False, clock), "filing", flow="facebook",
                          practice=False, clock=clock)
    try:
        said.append(bundle.event("opened", browser="156"))
        bundle.put("flow/facebook.txt", b"Open, fill, stop." * 100)
        bundle.keep(Shot("the form", "The form", "https://www.facebook.com/help/contact/1",
                         b"P" * 3000, "- textbox", (FIELD,)))
        said.append(bundle.event("confirmed", "person"))
        said.append(bundle.event("send.left"))
        said.append("left")
    finally:
        left = "left" in said
        outcome, sent = ("unknown", None) if left else ("stopped", False)
        try:
            bundle.seal({"outcome": outcome, "reason": None, "sent": sent})
        finally:
            bundle.close()
    said.append("sealed")


for limit in [*range(0, 4000, int(sys.argv[2])), *range(4000, 60000, 2500), 1 << 20]:
    root, said, error = Path(sys.argv[1]) / f"{limit:05d}", [], ""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        session(root, said)
    except FilerError as trouble:
        error = type(trouble).__name__ + ": " + str(trouble)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    print(json.dumps([root.name, said, error]))
"""
"""Sessions in which no file may grow beyond so many bytes: writes end short, then fail."""


@pytest.mark.parametrize(
    "step", [pytest.param(19, marks=pytest.mark.proof), 211], ids=["every 19 bytes", "some"]
)
def test_full_at_any_byte(tmp_path: Path, clock: Clock, step: int) -> None:
    """Wherever the room ends, it is said; what was written before is whole once there is room."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(step)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [json.loads(row) for row in ran.stdout.splitlines()]
    for name, said, error in rows:
        root = tmp_path / name
        found = recover(root, clock)
        bundles = list(root.glob("*/*-filing"))

        assert ("sealed" in said) is not error.startswith("NoRoom: There is no room left"), error
        assert [None] * len(found) == [each.problem for each in found]
        assert all(verify(bundle).ok for bundle in bundles), name
        if said:
            log = bundles[0] / LOG
            logged = {line.seq: line.event for line in read_log(log)}
            assert {n for n in said if isinstance(n, int)} <= set(logged)
            assert ("left" in said) is (read_bundle(bundles[0]).sent is None), name

    assert {True, False} == {"sealed" in said for _name, said, _error in rows}


BAD_MOMENT = (
    LIMITED.partition("for limit in")[0]
    + """
import errno
import os

from tests.faults.within import bad_disk


def child(number, root, said):
    os.environ["FILER_EVIDENCE"] = str(root)
    bad_disk(number, number, errno.EIO)
    try:
        session(root, said)
    except FilerError as trouble:
        return type(trouble).__name__
    return ""


number, code = 0, 0
while code == 0:
    number += int(sys.argv[2])
    process = os.fork()
    if process == 0:
        said = []
        error = child(number, Path(sys.argv[1]) / f"{number:03d}", said)
        print(json.dumps([f"{number:03d}", said, error]), flush=True)
        os._exit(0 if error else 9)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
"""
)
"""Sessions in which one touch of the disk fails and no other, each one touch later."""


@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.proof), 9], ids=["every touch", "some"]
)
def test_one_bad_moment(tmp_path: Path, clock: Clock, step: int) -> None:
    """Where one touch of the disk fails, what is sealed then verifies, and the send is told."""
    ran = subprocess.run(
        [sys.executable, "-c", BAD_MOMENT, str(tmp_path), str(step)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [json.loads(row) for row in ran.stdout.splitlines()]
    for name, said, error in rows:
        recover(tmp_path / name, clock)
        bundles = list((tmp_path / name).glob("*/*-filing"))

        assert error in {"EvidenceFolder", ""}
        assert [] == [c.got for b in bundles for c in verify(b).checks if not c.ok], name
        if bundles and said:
            assert ("left" in said) <= (read_bundle(bundles[0]).sent is None), name

    assert 60 < len(rows) * step, ran.stderr
    assert ["sealed"] == rows[-1][1][-1:]


def test_a_torn_tail_and_no_room(root: Path, clock: Clock) -> None:
    """Recovery without room says so, changes nothing, and succeeds once there is room."""
    bundle = Bundle.begin(
        new_case(root, "facebook", False, clock),
        "filing",
        flow="facebook",
        practice=False,
        clock=clock,
    )
    bundle.close()
    log = bundle.path / LOG
    log.write_bytes(log.read_bytes() + b'{"seq":')
    before = log.read_bytes()
    script = (
        "import sys, resource; from pathlib import Path; from filer.clock import SystemClock;"
        "from filer.evidence.recover import recover;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3, 3));"
        "sys.stdout.write(recover(Path(sys.argv[1]), SystemClock())[0].sentence())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(root)], capture_output=True, text=True, check=True
    )

    assert "could not be sealed" in ran.stdout
    assert "There is no room left" in ran.stdout
    assert before == log.read_bytes()
    (found,) = recover(root, clock)
    assert found.problem is None
    assert verify(bundle.path).ok


# --------------------------------------------------------------------------- gone under us


def gone(root: Path, bundle: Path, how: str) -> None:
    """Take the evidence away from under the session that writes it."""
    match how:
        case "deleted":
            shutil.rmtree(root)
        case "moved":
            root.rename(root.with_name("moved"))
        case "the log deleted":
            (bundle / LOG).unlink()
        case "exchanged for a copy":
            shutil.copytree(root, root.with_name("copy"))
            root.rename(root.with_name("moved"))
            root.with_name("copy").rename(root)
        case "exchanged for a link to a copy":
            shutil.copytree(root, root.with_name("copy"))
            root.rename(root.with_name("moved"))
            root.symlink_to(root.with_name("copy"), target_is_directory=True)


AWAY = [
    *("deleted", "moved", "the log deleted"),
    *("exchanged for a copy", "exchanged for a link to a copy"),
]


@pytest.mark.parametrize("how", AWAY)
@pytest.mark.parametrize("what", ["event", "put", "seal"])
def test_gone_under_us(root: Path, clock: Clock, how: str, what: str) -> None:
    """Whoever takes the folder away is noticed at the next write, which says so and is not done."""
    case = new_case(root, "facebook", False, clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    gone(root, bundle.path, how)
    before = sorted(root.parent.rglob("*"))
    writes: dict[str, Callable[[], object]] = {
        "event": lambda: bundle.event("send.left"),
        "put": lambda: bundle.put("shots/001.png", b"PNG"),
        "seal": lambda: bundle.seal({"outcome": "stopped", "reason": None, "sent": False}),
    }
    with pytest.raises(EvidenceFolder, match="cannot be written"):
        writes[what]()
    bundle.close()

    assert before == sorted(root.parent.rglob("*"))


def test_moved_behind_a_link(root: Path, clock: Clock) -> None:
    """A folder that was moved and is still found by its old name is written on."""
    case = new_case(root, "facebook", False, clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    root.rename(root.with_name("elsewhere"))
    root.symlink_to(root.with_name("elsewhere"), target_is_directory=True)
    bundle.put("flow/facebook.txt", b"Open, fill, stop.")
    bundle.seal({"outcome": "stopped", "reason": None, "sent": False})

    assert verify(bundle.path).ok


# --------------------------------------------------------------------------- the real command


def test_read_only_from_the_start(filer: Command) -> None:
    """Where the evidence cannot be written, filer says so and asks for no page."""
    filer.evidence.mkdir()
    read_only(filer.evidence)
    with Site(page(PLAIN)) as site:
        ran = without_privilege(filer, site.url).finish()

        assert 8 == ran.code, ran.stderr
        assert "cannot be written" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert [] == site.asked
    writable(filer.evidence)


WORDS = {
    "while the form is looked for": "The window opens",
    "while it is filled": "Filled in",
}


@pytest.mark.parametrize(
    "moment",
    [pytest.param(m, marks=pytest.mark.proof if m != "while it is filled" else []) for m in WORDS],
)
@pytest.mark.parametrize("how", ["read-only", pytest.param("deleted", marks=pytest.mark.proof)])
def test_taken_away_in_the_middle(filer: Command, moment: str, how: str) -> None:
    """When the folder can be written no more, nothing is sent; what is there is sealed later."""
    slow = page(PLAIN, script="for (const end = Date.now() + 400; Date.now() < end;) {}")
    with Site(slow) as site:
        running = without_privilege(filer, site.url)
        running.until_said(WORDS[moment])
        if how == "deleted":
            shutil.rmtree(filer.evidence)
        else:
            read_only(filer.evidence)
        ran = running.finish()

        assert [] == site.posts
        assert 8 == ran.code, ran.stderr
        assert "cannot be written" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert (False, False) == (ran.result["sent"], ran.result["sealed"])
    if how == "read-only":
        writable(filer.evidence)
    recovered(filer, ran)


def recovered(filer: Command, ran: Run) -> None:
    """Check that the next start seals what *ran* left, if it left anything."""
    later = filer("--json")

    assert 0 == later.code, later.stderr
    for case in later.results:
        for bundle in case["bundles"]:
            verified = filer("verify", bundle["bundle"])
            assert 0 == verified.code, verified.stdout
    unsealed = not ran.result["sealed"] and Path(ran.result["bundle"]).exists()
    assert unsealed is ("An earlier session broke off" in later.stderr)


SIZES = [8, 88, 96, 100, 104, 112, 120, 132, 148, 180, 240]


@pytest.mark.proof
@pytest.mark.parametrize("size", SIZES)
def test_full_during_a_session(filer: Command, size: int) -> None:
    """Wherever in a session the disk is full: no send without its line, and all ends verified."""
    with Site(page(PLAIN)) as site:
        ran = on_a_small_disk(filer, size, filing(filer, site.url))
        sends = len(site.posts)
    bundles = list(filer.evidence.glob("*/*-filing"))
    left = any(b'"event":"send.left"' in (bundle / LOG).read_bytes() for bundle in bundles)

    assert "Traceback" not in ran.stderr
    assert sends <= 1
    assert (sends == 1) is left
    if ran.code != 0:
        assert 8 == ran.code, ran.stderr
        assert "no room left" in ran.stderr
    if ran.results:
        assert (sends == 0) is (ran.result["sent"] is False)
        recovered(filer, ran)
