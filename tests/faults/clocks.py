"""The clock, set while a session runs, and a timestamp authority that is down, slow or lying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from filer.evidence import layout
from filer.evidence.reading import read_log
from tests.authority import Authority, Behaviour, Keys
from tests.faults.disk import with_fault
from tests.faults.network import FaultySite
from tests.faults.room import Room, Seen
from tests.faults.table import fault

CLOCK = "The clock"
STAMPS = "Timestamp authorities"
STAYS = "It ends as usual, with one send; the log says by how much the clock was set."

HOUR, YEAR = 3600, 365 * 86400
SET = {
    "an hour back": -HOUR,
    "an hour on": HOUR,
    "a year back": -YEAR,
    "a year on": YEAR,
    "back to 1990": -36 * YEAR,
}
WHEN = ("opened", "confirmed", "send.left")


@fault(CLOCK, "set {} after `{}`", STAYS, [(how, step) for how in SET for step in WHEN])
def clock_set(room: Room, how: str, step: str) -> Seen:
    """Somebody, or the network, sets the clock while filer runs."""
    file = room.folder / "clock"
    file.write_text("0")
    with FaultySite("mobile") as site:
        running = with_fault(room, "clock", file, site.url)
        room.reached(running, step)
        file.write_text(str(SET[how]))
        seen = room.ended(running, site.counted, "confirmed")
    told = jumps(room)
    held = len(told) == 1 and abs(told[0] / 1000 - SET[how]) < 30
    return seen.but("" if held else f"the log says of the clock: {told}")


@fault(
    CLOCK,
    "set a year back between two filings of one case",
    "Both end as usual, and both verify.",
)
def back_between(room: Room) -> Seen:
    """The second filing began, by its clock, before the first."""
    file = room.folder / "clock"
    seen = Seen()
    for offset in (0, -YEAR):
        file.write_text(str(offset))
        with FaultySite("mobile+too-short") as site:
            running = with_fault(room, "clock", file, site.url)
            seen = room.ended(running, site.counted, "refused").but(*seen.broken)
    cases = {bundle.parent for bundle in room.bundles()}
    return seen.but(
        "" if len(room.bundles()) == 2 else "there are not two bundles", note=f"{len(cases)} case"
    )


def jumps(room: Room) -> list[int]:
    """By how many milliseconds the log says that the clock was set."""
    return [
        int(str(line.data["by_ms"]))
        for bundle in room.bundles()
        for line in read_log(bundle / layout.DATA / layout.LOG)
        if line.event == "clock.jumped"
    ]


# --------------------------------------------------------------------------- authorities


def _older() -> Behaviour:
    """Answers to every question with the answer to the first."""
    first: list[bytes] = []

    def behave(answer: bytes) -> bytes:
        first.append(answer)
        return first[0]

    return behave


def _other_bit(answer: bytes) -> bytes:
    changed = bytearray(answer)
    changed[-20] ^= 1
    return bytes(changed)


LIES: dict[str, Callable[[], Behaviour]] = {
    "is a hotel's login page": lambda: lambda _answer: b"<html>Please log in</html>",
    "hangs up": lambda: lambda _answer: None,
    "cuts its answers short": lambda: lambda answer: answer[: len(answer) // 2],
    "changes one bit of its signature": lambda: _other_bit,
    "answers with a megabyte": lambda: lambda _answer: b"0" * (1 << 20),
}
WITHOUT = "It ends as usual; what is no timestamp is not counted as one, and the evidence verifies."


@fault(STAMPS, "the authority {}", WITHOUT, [(how,) for how in LIES])
def lying(room: Room, how: str) -> Seen:
    """What the authority answers is no timestamp of what was asked."""
    authority = Authority(Keys(room.folder / "authority"))
    authority.behave = LIES[how]()
    try:
        return stamped(room, authority)
    finally:
        authority.stop()


@fault(
    STAMPS,
    "the authority answers once, and then gives the same answer to every question",
    "It ends as usual; `verify` says that the seal has no timestamp yet, and `filer seal` adds it.",
)
def same_again(room: Room) -> Seen:
    """The authority begins well and then lies."""
    authority = Authority(Keys(room.folder / "authority"))
    authority.behave = _older()
    try:
        seen = stamped(room, authority)
        (bundle,) = room.bundles()
        asked = room.filer("verify", str(bundle), "--json")
        failing = [check["number"] for check in asked.result["checks"] if not check["ok"]]
        authority.behave = lambda answer: answer
        added = room.filer("seal", str(bundle), env={**authority.env, "NO_PROXY": "127.0.0.1"})
    finally:
        authority.stop()
    broken = [each for each in seen.broken if each != "verify ends with 7"]
    broken += [] if failing == [21] else [f"checks {failing} fail"]
    broken += [] if added.code == 0 else [f"filer seal: exit {added.code}"]
    return replace(seen, verified=room.verify(), broken=tuple(broken)).but(
        "verify still fails" if room.verify() else "", note="verify 7 before `filer seal`"
    )


@fault(STAMPS, "the authority takes {} s to answer", WITHOUT, [(2,), (40,)])
def late(room: Room, seconds: int) -> Seen:
    """The authority takes its time."""
    authority = Authority(Keys(room.folder / "authority"))
    authority.delay = seconds
    try:
        return stamped(room, authority)
    finally:
        authority.stop()


@fault(STAMPS, "nobody listens at the authority's port", WITHOUT)
def down(room: Room) -> Seen:
    """The authority is down."""
    authority = Authority(Keys(room.folder / "authority"))
    authority.stop()
    return stamped(room, authority)


@fault(STAMPS, "the authority signs with a key that nobody vouches for", WITHOUT)
def unknown(room: Room) -> Seen:
    """The root certificate that is known is of somebody else."""
    other = Keys(room.folder / "other", "Others")
    authority = Authority(Keys(room.folder / "authority"))
    try:
        return stamped(room, authority, {"FILER_TSA_ROOTS": str(other.root)})
    finally:
        authority.stop()


def stamped(room: Room, authority: Authority, env: dict[str, str] | None = None) -> Seen:
    """A filing that asks *authority*; what the log counts as timestamps is in the note."""
    asking = {**authority.env, "NO_PROXY": "127.0.0.1", **(env or {})}
    with FaultySite("mobile") as site:
        running = room.practice(site.url, env=asking)
        seen = room.ended(running, site.counted, "confirmed")
    events = room.events()
    return seen.but(
        note=f"{events.count('timestamped')} timestamps, {events.count('timestamp.failed')} failed"
    )
