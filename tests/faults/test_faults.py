"""Every row of the table of faults: what was promised holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.every import FAULTS
from tests.faults.room import Room, Seen
from tests.faults.table import Fault, Row, attempt, table

QUICK = (
    "the site dies after `send.left`",
    "a captive portal that asks for an e-mail address",
    "the page is killed after `confirmed`",
)
"""Those that are quick, and that no other test of the usual run tries."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room of its own."""
    room = Room(tmp_path)
    yield room
    room.put_away()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(each, id=each.name, marks=[] if each.name in QUICK else pytest.mark.proof)
        for each in FAULTS
    ],
)
def test_the_promise_holds(room: Room, fault: Fault) -> None:
    """What filer promised for the fault is what happens."""
    assert () == attempt(fault, room).broken


def test_each_fault_has_a_name_of_its_own() -> None:
    """Each fault can be told from every other, and the quick ones are there."""
    names = [each.name for each in FAULTS]

    assert len(names) == len(set(names))
    assert set(QUICK) <= set(names)


def test_the_table() -> None:
    """A row says what was promised, what happened, and whether that fits; bars do not break it."""
    fault = Fault("A | group", "a <b> | c", "It holds.", lambda _room: Seen())
    held = Row(fault, Seen("unknown", 6, None, 1, 0, "so | so"), 3.4)
    broken = Row(fault, Seen().but("it lies"), 0)

    assert (
        "## A | group\n\n"
        "| fault | promised | outcome | exit | `sent` | arrived | `verify` | s | seen |  |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| a &lt;b> \\| c | It holds. | unknown | 6 | null | 1 | 0 | 3 | so \\| so | ok |\n"
        "| a &lt;b> \\| c | It holds. | – | – | – | – | – | 0 | it lies | **NOT OK** |\n"
    ) == table([held, broken])


def test_what_goes_wrong_in_trying_is_not_ok(room: Room) -> None:
    """A fault that cannot be tried counts as a broken promise, and says why."""

    def fails(_room: Room) -> Seen:
        raise OSError("no such thing here")

    seen = attempt(Fault("g", "n", "p", fails), room)

    assert ("OSError: no such thing here",) == seen.broken
