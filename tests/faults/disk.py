"""The disk of the evidence: full at every touch, read-only, deleted or moved at every step."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from tests.crash.disks import filing, on_a_small_disk, read_only, without_privilege, writable
from tests.end_to_end.command import Running
from tests.faults import within
from tests.faults.network import FaultySite
from tests.faults.room import STEPS, Room, Seen
from tests.faults.table import fault

DISK = "The disk of the evidence"
SAID = (
    "It ends by itself with a sentence, no send leaves without its line in the log, and what was "
    "kept is sealed once there is room."
)


def with_fault(room: Room, kind: str, value: object, url: str) -> Running:
    """Begin a filing at *url* with a fault of `within` inside."""
    command = [sys.executable, within.__file__, kind, str(value), *filing(room.filer, url)]
    return room.filer.start_program(command, room.surroundings())


TOUCHES = 190
"""About how many touches of the disk a session needs; the last rows end as if nothing had been."""
EACH = 10


@fault(
    DISK,
    f"full from touch {{}} on; in sessions of their own from each second of the {EACH} before",
    SAID,
    [(n,) for n in range(EACH, TOUCHES + 1, EACH)],
)
def full(room: Room, last: int) -> Seen:
    """No room is left from one touch of the disk on."""
    return several(room, "full", range(last, last - EACH, -2))


@fault(
    DISK,
    "touch {} fails and no other; in sessions of their own each tenth of the 50 before",
    SAID,
    [(n,) for n in range(50, TOUCHES + 1, 50)],
)
def once(room: Room, last: int) -> Seen:
    """The disk has one bad moment."""
    return several(room, "once", range(last, last - 50, -10))


def several(room: Room, kind: str, numbers: Sequence[int]) -> Seen:
    """A session for each of *numbers*, and what all of them saw together."""
    ends: dict[str, int] = {}
    broken: list[str] = []
    for number in numbers:
        own = room.within(str(number))
        with FaultySite("mobile") as site:
            seen = own.ended(with_fault(own, kind, number, site.url), site.counted, lost=True)
        own.put_away()
        ended = f"{seen.outcome or 'no session'}, exit {seen.code}"
        ends[ended] = ends.get(ended, 0) + 1
        broken += [f"touch {number}: {each}" for each in seen.broken]
    told = "; ".join(f"{count} × {ended}" for ended, count in ends.items())
    return Seen(note=told, broken=tuple(broken))


@fault(DISK, "a disk of {} KB", SAID, [(size,) for size in (8, 96, 112, 148, 240)])
def small(room: Room, size: int) -> Seen:
    """A file system that is full at some point."""
    with FaultySite("mobile") as site:
        ran = on_a_small_disk(room.filer, size, filing(room.filer, site.url))
        return room.ended(ran, site.counted, lost=True)


TAKEN = ("the permission to write is lost", "the folder is deleted", "the folder is moved away")


@fault(DISK, "{} after `{}`", SAID, [(how, step) for how in TAKEN for step in STEPS[::2]])
def taken_away(room: Room, how: str, step: str) -> Seen:
    """The folder cannot be written any more from *step* on."""
    root = room.filer.evidence
    with FaultySite() as site:
        running = without_privilege(room.filer, site.url, room.surroundings())
        room.reached(running, step)
        room.log.follow()
        match how:
            case "the permission to write is lost":
                read_only(root)
            case "the folder is deleted":
                shutil.rmtree(root, ignore_errors=True)
            case _:
                root.rename(root.with_name("moved"))
        running.process.wait(90)
        if how == "the permission to write is lost":
            writable(root)
        elif how == "the folder is moved away":
            root.with_name("moved").rename(root)
        return room.ended(running, site.counted, lost=True)


@fault(DISK, "read-only from the start", "A sentence and exit 8; no page is asked for.")
def read_only_from_the_start(room: Room) -> Seen:
    """There is nowhere to keep evidence."""
    room.filer.evidence.mkdir()
    read_only(room.filer.evidence)
    with FaultySite() as site:
        running = without_privilege(room.filer, site.url, room.surroundings())
        running.process.wait(60)
        writable(room.filer.evidence)
        return room.ended(running, site.counted, lost=True)
