"""What the tests of crashes share."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.crash.killing import kill, never, put_away
from tests.end_to_end.command import Command
from tests.evidence.conftest import begin, clock, filed, root, shot

__all__ = ["begin", "clock", "filed", "root", "shot"]  # the fixtures of the evidence, here too


@pytest.fixture
def filer(tmp_path: Path) -> Iterator[Command]:
    """The command, with a home, an evidence folder and temporary files of its own."""
    command = Command(tmp_path)
    yield command
    put_away(command)


@pytest.fixture(scope="session")
def seed() -> str:
    """What the random moments are drawn from: `FILER_TEST_SEED`, or always the same."""
    return os.environ.get("FILER_TEST_SEED", "20261123")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a session takes that nobody kills, in seconds, here and now."""
    command = Command(tmp_path_factory.mktemp("whole"))
    started = time.monotonic()
    with PracticeSite(scenario("mobile"), "en") as site:
        killed = kill(command, site, never())
    took = time.monotonic() - started
    put_away(command)

    assert killed.sealed, killed.said
    assert 1 == len(site.sends())
    return took
