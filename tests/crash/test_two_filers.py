"""Two filers at once: each has its own bundle, and nobody seals what another still writes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.reading import read_bundle
from filer.evidence.recover import Recovered, recover
from filer.evidence.verify import verify
from filer.ports import Clock
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.crash.killing import temporary
from tests.end_to_end.command import Command
from tests.end_to_end.pages import PLAIN, Site, page

Begin = Callable[..., Bundle]


def at_once(*works: Callable[[], None]) -> None:
    """Do all *works* at the same time; the first error of any of them is raised."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def failing(bundle: Path) -> list[str]:
    """The checks that fail, in words."""
    return [f"{bundle.name} {c.number}: {c.got}" for c in verify(bundle).checks if not c.ok]


def test_two_recoveries_at_once(begin: Begin, root: Path, clock: Clock) -> None:
    """Of several that look at the same time one seals each bundle, and the others pass it by."""
    bundles = [begin() for _number in range(12)]
    for bundle in bundles:
        bundle.event("typed")
        bundle.close()
        log = bundle.path / "data/session.jsonl"
        log.write_bytes(log.read_bytes() + b'{"seq":')
    found: list[Recovered] = []
    at_once(*[lambda: found.extend(recover(root, clock))] * 4)

    assert sorted(bundle.path for bundle in bundles) == sorted(each.bundle for each in found)
    assert [None] * 12 == [each.problem for each in found]
    assert all(verify(bundle.path).ok for bundle in bundles)
    assert all(
        ["session.jsonl.torn-1"] == [path.name for path in bundle.path.glob("data/*.torn-*")]
        for bundle in bundles
    )


def test_recovery_while_sessions_begin(root: Path) -> None:
    """A recovery that meets a session's first moments does not cost it its own bundle."""
    clock = SystemClock()
    case = new_case(root, "facebook", False, clock)
    own: list[Path] = []
    done = threading.Event()

    def sessions() -> None:
        for _number in range(10):
            bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
            own.append(bundle.path)
            bundle.event("typed")
            bundle.seal({"outcome": "stopped", "reason": None, "sent": False})

    def both() -> None:
        try:
            at_once(sessions, sessions)
        finally:
            done.set()

    def recoveries() -> None:
        while not done.is_set():
            assert [None] == [*{each.problem for each in recover(root, clock)} | {None}]

    at_once(both, recoveries)

    assert 20 == len(set(own))
    assert ["stopped"] * 20 == [read_bundle(path).outcome for path in own]
    assert [] == [bad for path in sorted(case.iterdir()) for bad in failing(path)]
    assert {"stopped", "interrupted"} >= {read_bundle(path).outcome for path in case.iterdir()}


WRITER = """
import sys
from pathlib import Path
from filer.clock import SystemClock
from filer.evidence.bundle import Bundle

bundle = Bundle.begin(Path(sys.argv[1]), "filing", flow="facebook", practice=False,
                      clock=SystemClock())
print(bundle.path, flush=True)
for number in range(60):
    bundle.event("typed", number=number)
    bundle.put(f"shots/{number}.bin", bytes(30000))
bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
"""


def test_verify_while_it_is_written(root: Path, clock: Clock) -> None:
    """Verifying a bundle that is being written says that it is not sealed, and disturbs nobody."""
    case = new_case(root, "facebook", False, clock)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(case)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    bundle = Path(writer.stdout.readline().strip())
    found = [verify(bundle)]
    while writer.poll() is None:
        found.append(verify(bundle))
        assert [] == recover(root, clock)
    writer.stdout.close()

    assert 0 == writer.returncode
    assert not found[0].ok
    assert 3 in {check.number for check in found[0].checks if not check.ok}
    assert verify(bundle).ok


# --------------------------------------------------------------------------- the real command


@pytest.mark.proof
def test_two_filings_at_once(filer: Command) -> None:
    """Two filings side by side, while others look: two sends, two bundles, both in order."""
    with PracticeSite(scenario("mobile"), "en") as site:
        arguments = [
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
        ]
        env = {"TMPDIR": str(temporary(filer)), "FILER_PATIENCE": "20"}
        both = [filer.start(*arguments, env=env) for _number in range(2)]
        looked = []
        while any(running.process.poll() is None for running in both):
            looked.append(filer("--json", env=env))
        ran = [running.finish() for running in both]

        assert ["confirmed", "confirmed"] == [each.result["outcome"] for each in ran]
        assert 2 == len(site.sends())
        assert 2 == len({each.result["bundle"] for each in ran})
        assert [] == [each.stderr for each in looked if "An earlier session" in each.stderr]
        assert all(each.code == 0 for each in looked)
        assert 0 == filer("verify", str(filer.evidence)).code


@pytest.mark.proof
def test_another_filer_looks_while_one_waits(filer: Command) -> None:
    """A second filer leaves the first one's bundle and browser alone, and does not wait for it."""
    with Site(page(PLAIN)) as site:
        env = {"TMPDIR": str(temporary(filer)), "FILER_PATIENCE": "60"}
        running = filer.start(
            *("practice", "facebook", "--site", site.url, "--stand-in", "absent"),
            *("--headless", "--json", "--language", "en"),
            env=env,
        )
        running.until_said("Please check: is everything right?")
        looked = filer("--json", env=env)
        verified = filer("verify", str(filer.evidence), env=env)
        running.interrupt()
        ran = running.finish()

        assert (0, "") == (looked.code, looked.stderr)
        assert 7 == verified.code
        assert (9, "stopped", True) == (ran.code, ran.result["outcome"], ran.result["sealed"])
        assert 0 == filer("verify", ran.result["bundle"]).code
