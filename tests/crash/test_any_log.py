"""A log cut or changed anywhere: recovery keeps what was whole, raises nothing, claims no more.

A line that is torn was never acknowledged, and before its line is acknowledged no send leaves: what
half a line would have told has not happened.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filer.evidence.bundle import Bundle
from filer.evidence.reading import read_bundle
from filer.evidence.recover import Recovered, recover
from filer.evidence.verify import verify
from filer.ports import Clock, Shot
from tests.evidence.conftest import TickingClock

LOG = "data/session.jsonl"
SENT = b'"event":"send.left"'


@pytest.fixture(params=[True, False], ids=["after the send", "before it"])
def broken_off(
    begin: Callable[..., Bundle], shot: Callable[..., Shot], request: pytest.FixtureRequest
) -> Path:
    """A filing that ended without a word, after it had sent or before."""
    bundle = begin()
    bundle.put("flow/facebook.txt", b"Open, fill, stop.\n")
    bundle.keep(shot())
    bundle.event("confirmed", "person")
    if request.param:
        bundle.event("send.left", names=["email", "reason"])
        bundle.event("send.answered", status=200)
    bundle.close()
    return bundle.path


@st.composite
def damages(draw: st.DrawFn, size: int) -> Callable[[bytes], bytes]:
    """A way of damaging a log of *size* bytes, with where the damage begins as `at`."""
    at = draw(st.integers(0, size - 1))
    length = draw(st.sampled_from([1, 2, 7, 64, 4096]))
    match draw(st.sampled_from(["cut", "flip", "zeros", "put in", "take out"])):
        case "cut":
            return lambda raw: raw[:at]
        case "flip":
            bit = draw(st.integers(1, 255))
            return lambda raw: raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]
        case "zeros":
            return lambda raw: raw[:at] + bytes(min(length, len(raw) - at)) + raw[at + length :]
        case "put in":
            more = draw(st.binary(min_size=1, max_size=40))
            return lambda raw: raw[:at] + more + raw[at:]
        case _:
            return lambda raw: raw[:at] + raw[at + length :]


def same_start(one: bytes, other: bytes) -> int:
    """How many whole lines at the start of both are the same, in bytes."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    same = min(len(one), len(other)) if same is None else same
    return one[:same].rfind(b"\n") + 1


@pytest.mark.parametrize("examples", [40, pytest.param(1_000, marks=pytest.mark.proof)])
def test_any_damage(broken_off: Path, examples: int) -> None:
    """Whatever befell the log, the whole lines before it stay, and nothing is made up."""
    case = broken_off.parent
    before = (broken_off / LOG).read_bytes()

    @settings(max_examples=examples)
    @given(damages(len(before)))
    def holds(damage: Callable[[bytes], bytes]) -> None:
        with a_copy(case) as root:
            bundle = root / case.name / broken_off.name
            damaged = damage(before)
            (bundle / LOG).write_bytes(damaged)
            (found,) = recover(root, clock())
            judge(bundle, before, damaged, found)
            again = recover(root, clock())

            assert again == ([] if found.problem is None else [found])

    holds()


def judge(bundle: Path, before: bytes, damaged: bytes, found: Recovered) -> None:
    """Check what became of a log that was *before* and then *damaged*."""
    whole = same_start(before, damaged)
    now = (bundle / LOG).read_bytes()
    told = found.sentence()
    if found.problem is None:
        kept = b"".join(path.read_bytes() for path in sorted(bundle.glob("data/*.torn-*")))

        assert now.startswith(before[:whole])
        assert damaged.startswith(now[: len(damaged) - len(kept)])
        assert damaged.endswith(kept)
        assert verify(bundle).ok
        assert found.sent == read_bundle(bundle).sent
    else:
        assert now == damaged
        assert [] == list(bundle.glob("data/*.torn-*"))
        assert not (bundle / "seal.sha256").exists()
        assert not verify(bundle).ok
    rows = set(before.splitlines(keepends=True))
    if any(SENT in row for row in damaged.splitlines(keepends=True) if row in rows):
        assert found.sent is not False
        assert "Nothing was sent" not in told
    if b'"event":"send.answered"' not in damaged:
        assert found.sent is not True
    if found.outcome != "interrupted":
        raise AssertionError(f"it claims an outcome: {found}")


def clock() -> Clock:
    """A clock for the recovery."""
    return TickingClock()


@contextlib.contextmanager
def a_copy(case: Path) -> Iterator[Path]:
    """An evidence folder of its own with a copy of *case*, for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(case, root / case.name)
        yield root
