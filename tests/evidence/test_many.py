"""Many bundles: all of them found, checked on every core, told in order, and memory stays flat."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence import helpers, reading
from filer.evidence.many import verify_many
from filer.evidence.verify import verify
from tests.end_to_end.command import Command, Running

Filed = Callable[..., Path]
Store = Callable[[int], Path]


@pytest.fixture
def store(filed: Filed, filer: Command) -> Store:
    """A folder of many evidence folders, one for each of so many helpers, with one case each."""

    def make(many: int) -> Path:
        case = filed().parent
        for number in range(many):
            shutil.copytree(case, filer.evidence / f"helper-{number:04d}" / case.name)
        shutil.rmtree(case)
        return filer.evidence

    return make


def damage(bundle: Path) -> None:
    """Change one byte of the flow that ran."""
    file = bundle / "data/flow/facebook.txt"
    file.write_bytes(b"o" + file.read_bytes()[1:])


def children(running: Running) -> list[int]:
    """The processes that *running* has started and that have not ended."""
    pid = running.process.pid
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except OSError:
        return []
    return [int(child) for child in told.split()]


def test_all_are_found_and_told_in_order(store: Store, filer: Command) -> None:
    """Of two hundred in folders of folders each is told once, in order, the broken ones in full."""
    root = store(200)
    bundles = reading.bundles_below(root)
    broken = [bundles[3], bundles[150]]
    for bundle in broken:
        damage(bundle)

    told = filer("verify", str(root), "--json")
    said = filer("verify", str(root))

    assert 200 == len(bundles)
    assert (7, 7) == (told.code, said.code)
    assert list(map(str, sorted(bundles))) == [result["bundle"] for result in told.results]
    assert list(map(str, broken)) == [r["bundle"] for r in told.results if not r["ok"]]
    assert verify(bundles[0]).facts()["checks"] == told.results[0]["checks"]
    lines = said.stdout.splitlines()
    assert "198 of 200 bundles are in order." == lines[-1]
    assert 198 == sum(line.startswith("in order  ") for line in lines)
    assert "" == said.stderr


def test_one_after_the_other_or_at_once(store: Store) -> None:
    """Helpers say what one process says, however they are begun."""
    bundles = reading.bundles_below(store(20))
    damage(bundles[7])
    alone = [verify(bundle) for bundle in bundles]

    assert alone == list(verify_many(bundles, None, "en"))
    for begin in ("fork", "spawn"):
        assert alone == list(helpers.verify_each(bundles, None, "en", 2, begin))


def test_what_lies_where(filed: Filed, root: Path) -> None:
    """Bundles beside cases and below them are found; hidden folders and links are passed by."""
    first = filed()
    inside = shutil.copytree(first, root / "copies" / "of" / "01-filing")
    beside = shutil.copytree(first, root / "01-filing")
    shutil.copytree(first, root / ".snapshot" / "01-filing")
    (root / "copies" / "link").symlink_to(first.parent)
    (root / "empty").mkdir()

    assert [beside, first, inside] == reading.bundles_below(root)
    assert [root / "empty"] == reading.bundles_below(root / "empty")
    assert [first] == reading.bundles_below(first)


TWO_CORES = """
import signal, sys
from filer.cli import main
from filer.evidence import many
many._cores = lambda: 2
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
sys.argv = ["filer", *sys.argv[1:]]
main()
"""


@pytest.fixture
def busy(store: Store, filer: Command) -> Running:
    """`filer verify` on two cores, busy with bundles that take very long: files of gigabytes."""
    root = store(40)
    for bundle in reading.bundles_below(root)[-8:]:
        with (bundle / "data/large.bin").open("wb") as file:
            file.truncate(1 << 36)
    running = filer.start_program([sys.executable, "-c", TWO_CORES, "verify", str(root)])
    running.until(lambda: len(children(running)) >= 2 and b"in order" in running._said["out"])
    return running


@pytest.mark.parametrize("all_hear_it", [True, False], ids=["a terminal's", "a signal"])
def test_ctrl_c(busy: Running, all_hear_it: bool) -> None:
    """Ctrl-C ends it and every helper at once, with one sentence; at a terminal all hear it."""
    helping = children(busy)
    busy.interrupt()
    for process in helping if all_hear_it else []:
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            os.kill(process, signal.SIGINT)
    ran = busy.finish()

    assert (9, "Stopped. Nothing was sent.") == (ran.code, ran.stderr.strip())
    assert [] == [process for process in helping if Path(f"/proc/{process}").exists()]


def test_ctrl_c_within_a_large_file(store: Store, filer: Command) -> None:
    """Where the threads of one process hash a file of gigabytes, none goes on behind its back."""
    root = store(1)
    with (reading.bundles_below(root)[0] / "data/large.bin").open("wb") as file:
        file.truncate(1 << 40)
    running = filer.start_program([sys.executable, "-c", TWO_CORES, "verify", str(root)])
    running.until(lambda: len(list(Path(f"/proc/{running.process.pid}/task").iterdir())) > 1)
    running.interrupt()
    ran = running.finish()

    assert (9, "Stopped. Nothing was sent.") == (ran.code, ran.stderr.strip())


def test_a_helper_is_killed(busy: Running) -> None:
    """A helper that the system kills is told in a sentence, which names what is not checked."""
    os.kill(children(busy)[0], signal.SIGKILL)
    ran = busy.finish()

    assert 8 == ran.code
    assert "A process that checks evidence for filer was ended from outside." in ran.stderr
    assert f"{ran.stdout.count('in order  ')} of 40 bundles are checked" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_closed_pipe(store: Store, filer: Command) -> None:
    """Whoever reads only the beginning gets it, and nothing goes on behind their back."""
    root = store(30)
    command = [sys.executable, "-c", TWO_CORES, "verify", str(root)]
    with subprocess.Popen(
        command, env=filer.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"in order")
        running.stdout.close()
        said = running.stderr.read()

    assert b"Traceback" not in said


def test_the_list_goes_to_a_file(store: Store, filer: Command) -> None:
    """What was found goes where the person sent it, also while a terminal shows how far it is."""
    running = filer.start("verify", str(store(30)), terminal=True)
    ran = running.finish()

    assert 30 == ran.stdout.count("in order  ")
    assert "in order" not in ran.stderr


# --------------------------------------------------------------------------- status


def test_status_of_a_folder_of_folders(store: Store, filer: Command) -> None:
    """Where the folder holds no cases but folders that do, all of them are told, by path."""
    root = store(12)
    damage(reading.bundles_below(root)[5])
    told = filer("status", "--json", "--evidence", str(root))

    assert 0 == told.code
    assert [str(bundle.parent) for bundle in reading.bundles_below(root)] == [
        result["case"] for result in told.results
    ]
    assert [[], ["01-filing"]] == [told.results[n]["broken"] for n in (4, 5)]
    assert all(result["case"] in json.dumps(result["next"]) for result in told.results)
    said = filer("status", "--evidence", str(root)).stdout
    assert f"filer status {told.results[0]['case']}\n" in said


def test_what_may_not_be_looked_into(store: Store, filer: Command) -> None:
    """Another person's closed folder is said to be one: not in order, and its state not known."""
    root = store(3)
    ours, theirs, half = (bundle.parent for bundle in reading.bundles_below(root))
    theirs.chmod(0)
    (half / "01-filing").chmod(0)
    command = [sys.executable, "-m", "filer"]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]

    verified = filer.start_program([*command, "verify", str(root), "--json"]).finish()
    stood = filer.start_program([*command, "status", "--json", "--evidence", str(root)]).finish()
    said = filer.start_program([*command, "verify", str(theirs)]).finish()
    theirs.chmod(0o700)
    (half / "01-filing").chmod(0o700)

    assert [True, False, False] == [result["ok"] for result in verified.results]
    assert ["confirmed", "unknown", "unknown"] == [
        state if state != "unanswered" else "confirmed"
        for state in (result["state"] for result in stood.results)
    ]
    assert ["This case cannot be read: Permission denied."] == stood.results[1]["troubles"]
    assert str(ours) == stood.results[0]["case"]
    assert (7, True) == (said.code, "found: Permission denied" in said.stdout)


# --------------------------------------------------------------------------- memory


@pytest.mark.proof
@pytest.mark.parametrize("command", ["verify", "verify --json", "status --json"])
def test_memory_stays_flat(store: Store, filer: Command, command: str) -> None:
    """Two thousand bundles take little more memory than two hundred."""
    root = store(2000)
    few = root.with_name("few")
    few.mkdir()
    for helper in sorted(root.iterdir())[:200]:
        helper.rename(few / helper.name)
    most = {}
    for folder in (few, root):
        where = ["--evidence"] if command.startswith("status") else []
        arguments = [*command.split(), *where, str(folder)]
        running = subprocess.Popen(
            [sys.executable, "-m", "filer", *arguments],
            env=filer.surroundings(),
            stdout=subprocess.DEVNULL,
        )
        _pid, ended, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(ended)
        most[folder] = used.ru_maxrss / 1024
        assert 0 == running.returncode

    # A case of `status` is held until all are in order of their dates: some ten kilobytes each.
    assert most[root] - most[few] < (40 if command.startswith("status") else 8), most
