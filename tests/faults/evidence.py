"""The evidence afterwards: changed, cut, torn, and several that write to one folder at once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filer.evidence import layout
from tests.end_to_end.command import Run
from tests.evidence.forging import Desk, good_evidence
from tests.evidence.wrongs import WAYS
from tests.faults.network import FaultySite
from tests.faults.room import LONGEST, Room, Seen
from tests.faults.table import fault

AFTER = "The evidence, afterwards"
TOGETHER = "Several at once"


def filed(room: Room) -> Path:
    """The bundle of a whole practice filing."""
    with FaultySite("mobile") as site:
        room.practice(site.url).finish(LONGEST)
    (bundle,) = room.bundles()
    return bundle


def told(ran: Run) -> str:
    """What is wrong with how `filer verify` ended that should have found something wrong."""
    if "Traceback" in ran.stderr or ran.code == 1:
        return "a traceback"
    if ran.code != 7 or any(result["ok"] for result in ran.results):
        return f"exit {ran.code}, as if all were right"
    return ""


@fault(
    AFTER,
    f"each of the {len(WAYS)} ways of `python -m tests.evidence.wrongs`, by a forger who makes "
    "all lists, hashes and chains fit again",
    "`filer verify` notices each, exit 7.",
)
def forged(room: Room) -> Seen:
    """Evidence that is not what it says."""
    good = good_evidence(room.folder / "good")
    roots = {"FILER_TSA_ROOTS": str(good.keys.root)}
    broken = []
    for number, way in enumerate(WAYS):
        folder = room.folder / f"{number}"
        folder.mkdir()
        bundle = way.do(Desk(good, folder))
        wrong = told(room.filer("verify", str(bundle), "--json", env=roots))
        broken += [f"{way.name}: {wrong}"] if wrong else []
    return Seen(note=f"{len(WAYS) - len(broken)} of {len(WAYS)} noticed", broken=tuple(broken))


def cut(raw: bytes, at: int) -> bytes:
    """Its first bytes."""
    return raw[:at]


def flipped(raw: bytes, at: int) -> bytes:
    """One bit changed."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def grown(raw: bytes, at: int) -> bytes:
    """A byte more."""
    return raw[:at] + b"x" + raw[at:]


CHANGES: dict[str, Callable[[bytes, int], bytes]] = {
    "cut short": cut,
    "one bit changed": flipped,
    "one byte put in": grown,
}


@fault(
    AFTER,
    "{}, in each file of a sealed bundle, at three places",
    "`filer verify` notices each, exit 7.",
    [(how,) for how in CHANGES],
)
def changed(room: Room, how: str) -> Seen:
    """Bytes that are not as they were."""
    bundle = filed(room)
    draw = random.Random(how)  # noqa: S311 - a place, not a secret
    files = [path for path in sorted(bundle.rglob("*")) if path.is_file()]
    broken, tries = [], 0
    for path in files:
        raw = path.read_bytes()
        for at in {0, len(raw) - 1, draw.randrange(len(raw))}:
            path.write_bytes(CHANGES[how](raw, at))
            wrong = told(room.filer("verify", str(bundle), "--json"))
            name = path.relative_to(bundle)
            broken += [f"{name} at {at}: {wrong}"] if wrong else []
            tries += 1
        path.write_bytes(raw)
    back = room.filer("verify", str(bundle)).code
    seen = Seen(verified=back, note=f"{tries} changes, {tries - len(broken)} noticed")
    return seen.but(*broken, "" if back == 0 else "unchanged again, it does not verify")


TAILS = {
    "half a line": b'{"seq":99,"t":"2026-11',
    "4,096 zeros": bytes(4096),
    "what stood on the disk before": b"PK\x03\x04\xff\xfe old things",
}


@fault(
    AFTER,
    "a power cut: the log ends in {}, and there is no seal yet",
    "The next start keeps every whole line, keeps the torn end aside, and seals.",
    [(tail,) for tail in TAILS],
)
def torn(room: Room, tail: str) -> Seen:
    """A log as a disk may hold it after a power cut."""
    bundle = filed(room)
    (bundle / layout.SEAL).unlink()
    log = bundle / layout.DATA / layout.LOG
    before = log.read_bytes()
    log.write_bytes(before + TAILS[tail])
    seen = room.later(Seen(outcome="confirmed", sent=True, arrived=1))
    kept = [path.read_bytes() for path in bundle.glob("data/*.torn-*")]
    return seen.but(
        "" if log.read_bytes().startswith(before) else "whole lines are gone",
        "" if kept == [TAILS[tail]] else "the torn end is not kept",
    )


@fault(
    AFTER,
    "a whole line in the middle of the log is zeros, and there is no seal yet",
    "No power cut does this: it is said, gets no seal, and nothing is claimed of the send.",
)
def broken_log(room: Room) -> Seen:
    """A log that somebody changed."""
    bundle = filed(room)
    (bundle / layout.SEAL).unlink()
    log = bundle / layout.DATA / layout.LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:5], bytes(len(lines[5])), *lines[6:]]))
    later = room.filer("--json")
    verified = room.verify()
    return Seen(verified=verified).but(
        "" if "could not be sealed" in later.stderr else "it is not said",
        "it says that nothing was sent" if "Nothing was sent." in later.stderr else "",
        "" if verified == 7 else f"verify ends with {verified}",
        "it is sealed" if (bundle / layout.SEAL).exists() else "",
    )


# --------------------------------------------------------------------------- several at once


@fault(
    TOGETHER,
    "{} filings at once into one evidence folder, while others look and verify",
    "Each has its own bundle and its own send; nobody seals or disturbs another's.",
    [(2,), (4,)],
)
def filings(room: Room, number: int) -> Seen:
    """Several filers side by side."""
    broken: list[str] = []
    with FaultySite("mobile") as site:
        running = [room.practice(site.url, env={"FILER_PATIENCE": "20"}) for _ in range(number)]
        looks = 0
        while any(each.process.poll() is None for each in running):
            looked = room.filer("--json", env=room.surroundings())
            verified = room.filer("verify", str(room.filer.evidence), env=room.surroundings())
            looks += 1
            if looked.code or "An earlier session" in looked.stderr:
                broken.append(f"a look ended with {looked.code}: {looked.stderr[-200:]}")
            if "Traceback" in looked.stderr + verified.stderr:
                broken.append("a traceback")
        ran = [each.finish(LONGEST) for each in running]
        outcomes = [str(each.result["outcome"]) for each in ran]
        bundles = {each.result["bundle"] for each in ran}
        arrived = site.counted()
    seen = room.later(Seen("confirmed", 0, True, arrived, note=f"{looks} looks meanwhile"))
    return seen.but(
        *broken,
        "" if outcomes == ["confirmed"] * number else f"outcomes {outcomes}",
        "" if arrived == number else f"{arrived} arrived",
        "" if len(bundles) == number else "bundles are shared",
    )


@fault(
    TOGETHER,
    "a broken-off session is found by {} starts at the same time",
    "One of them seals it, once; all end with 0.",
    [(4,)],
)
def recoveries(room: Room, number: int) -> Seen:
    """Several starts find the same."""
    bundle = filed(room)
    (bundle / layout.SEAL).unlink()
    command = [sys.executable, "-m", "filer", "--json"]
    env = {**room.filer.surroundings(), "TMPDIR": str(room.surroundings()["TMPDIR"])}
    starts = [
        subprocess.Popen(
            command, cwd=room.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(number)
    ]
    said = [start.communicate() for start in starts]
    codes = {start.returncode for start in starts}
    sealed = sum(b"its evidence is sealed now" in err for _out, err in said)
    return room.later(Seen(note=f"{sealed} said that it was sealed")).but(
        "" if codes == {0} else f"exits {codes}",
        "" if sealed == 1 else f"{sealed} of them say that they sealed it",
    )
