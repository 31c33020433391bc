"""A clock that is set while a session runs: the order stays plain, and the log says it."""

from __future__ import annotations

import datetime as dt
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.reading import LogLine, read_log
from filer.evidence.recover import recover
from filer.evidence.verify import verify


class SetClock:
    """A clock that a test sets: *wall* as on the wall, *passed* as on a stopwatch."""

    def __init__(self) -> None:
        self.wall = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
        self.passed = 0.0

    def now(self) -> dt.datetime:
        """What the wall shows."""
        return self.wall

    def mono_ns(self) -> int:
        """What the stopwatch shows."""
        return int(self.passed * 1e9)

    def go(self, seconds: float, jump: float = 0.0) -> None:
        """Let *seconds* pass, while somebody sets the wall clock by *jump* seconds."""
        self.passed += seconds
        self.wall += dt.timedelta(seconds=seconds + jump)


@pytest.fixture
def set_clock() -> SetClock:
    """A clock that a test sets."""
    return SetClock()


def begun(root: Path, clock: SetClock) -> Bundle:
    """A filing that has just begun."""
    case = new_case(root, "facebook", False, clock)
    return Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)


def lines(bundle: Bundle) -> list[LogLine]:
    """The log of *bundle*."""
    return list(read_log(bundle.path / "data/session.jsonl"))


def jumps(bundle: Bundle) -> list[tuple[object, str]]:
    """By how much the clock jumped, each with the event that came next."""
    read = lines(bundle)
    return [
        (line.data["by_ms"], after.event)
        for line, after in pairwise(read)
        if line.event == "clock.jumped"
    ]


@pytest.mark.parametrize(
    "jump", [-3600.0, 365 * 86400.0, -2.5, 2.5], ids="hour-back year-on back on".split()
)
def test_a_clock_that_is_set(root: Path, set_clock: SetClock, jump: float) -> None:
    """A clock that is set is said where it happened; order and verification do not suffer."""
    bundle = begun(root, set_clock)
    set_clock.go(5)
    bundle.event("confirmed", "person")
    set_clock.go(5, jump)
    number = bundle.event("send.left")
    set_clock.go(5)
    bundle.event("send.answered", status=200)
    bundle.seal({"outcome": "sent", "reason": None, "sent": True})
    read = lines(bundle)

    assert [(int(jump * 1000), "send.left")] == jumps(bundle)
    assert "send.left" == read[number].event
    assert sorted(read, key=lambda line: line.mono_ns) == read
    assert verify(bundle.path).ok


def test_a_clock_that_runs_badly(root: Path, set_clock: SetClock) -> None:
    """A clock that is put right bit by bit is no jump."""
    bundle = begun(root, set_clock)
    for _second in range(20):
        set_clock.go(10, 1.5)
        bundle.event("typed")

    assert [] == jumps(bundle)
    bundle.close()


def test_a_clock_set_there_and_back(root: Path, set_clock: SetClock) -> None:
    """Every jump has a line of its own, with how far it went."""
    bundle = begun(root, set_clock)
    for jump in (7200, -7200, -7200):
        set_clock.go(1, jump)
        bundle.event("typed")

    assert [7200000, -7200000, -7200000] == [by for by, _event in jumps(bundle)]
    bundle.close()


def test_a_recovery_on_another_day(root: Path, set_clock: SetClock) -> None:
    """After a crash time has passed, or the clock lost its battery: neither is a jump."""
    bundle = begun(root, set_clock)
    bundle.event("typed")
    bundle.close()
    later = SetClock()
    later.wall, later.passed = dt.datetime(2001, 1, 1, tzinfo=dt.UTC), 3.0
    (found,) = recover(root, later)

    assert found.problem is None
    assert [] == jumps(bundle)
    assert verify(bundle.path).ok


def test_the_stopwatch_goes_on_in_sleep() -> None:
    """The clock that ends a confirmation after ten minutes does not stop while a laptop sleeps."""
    counts_sleep = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform)
    expected = (
        time.clock_gettime_ns(getattr(time, counts_sleep)) if counts_sleep else time.monotonic_ns()
    )
    found = SystemClock().mono_ns()

    assert 0 <= found - expected < 1_000_000_000


def test_a_clock_set_back_while_two_sessions_run(root: Path, set_clock: SetClock) -> None:
    """A session that ends, by its clock, before another of its case began is no forgery of either.

    The other began while the first still ran, so it could name no seal of it.
    """
    first = begun(root, set_clock)
    set_clock.go(60)
    second = Bundle.begin(
        first.path.parent, "filing", flow="facebook", practice=False, clock=set_clock
    )
    first.event("typed")
    set_clock.go(60, -3600)
    for bundle in (first, second):
        bundle.seal({"outcome": "stopped", "reason": None, "sent": False})

    assert [(-3600000, "closed")] == jumps(first) == jumps(second)
    assert verify(first.path).ok
    assert verify(second.path).ok
