"""What nobody can notice: what `filer verify` says then, and what it does not claim."""

from __future__ import annotations

import shutil
from pathlib import Path

from filer.evidence import layout
from filer.evidence.redaction import REDACTED, Redaction, Removed
from tests.evidence.forging import (
    Desk,
    Line,
    digest,
    one,
    rewrite_log,
    the,
    token_of,
)
from tests.evidence.ways.table import (
    edit,
    forge_value,
    strip_timestamps,
    unnoticed,
    yesterday,
)

ONLY_THIS_COMPUTER = "only this computer says when it was closed"


@unnoticed(
    "Nothing by a third party is left. The story claims less: that nobody was asked, so that no "
    "time is proven.",
    {18: "no authority was asked", 20: "no authority was asked", 21: ONLY_THIS_COMPUTER},
)
def stripped_and_denied(desk: Desk) -> Path:
    """Every timestamp is deleted, a value changed, and the log says that nobody was asked."""
    forge_value(desk.another)
    strip_timestamps(desk.another, [("timestamps.none", {"why": "declined"})])
    return desk.another


@unnoticed(
    "As before: that no answer came is said, and no time is proven.",
    {18: "questions to authorities failed", 21: ONLY_THIS_COMPUTER},
)
def stripped_and_excused(desk: Desk) -> Path:
    """Every timestamp is deleted, a value changed, and the log says that no answer came."""
    failed = {"moment": "start", "authority": desk.good.slug, "why": "no answer", "kept": None}
    forge_value(desk.another)
    strip_timestamps(
        desk.another, [("timestamps.wanted", {"authorities": []}), ("timestamp.failed", failed)]
    )
    return desk.another


@unnoticed(
    "No authority was asked in the first place. The two clocks agree, as both were shifted.",
    {20: "no authority was asked", 21: ONLY_THIS_COMPUTER},
)
def unstamped_shifted(desk: Desk) -> Path:
    """A filing without timestamps is made a day older."""
    rewrite_log(desk.unstamped, yesterday)
    return desk.unstamped


@unnoticed(
    "The authority signs what it is shown. Its times are those of the forgery: where the log "
    "claims earlier ones, that is said, and a bundle that follows on the true one names its seal.",
    {20: "the computer's clock was wrong", 21: "later than the log's last line says"},
)
def restamped(desk: Desk) -> Path:
    """A value is changed, the log a day older, and a real authority stamps it all anew."""
    forge_value(desk.another)
    rewrite_log(desk.another, yesterday)
    desk.restamp(desk.another)
    return desk.another


@unnoticed(
    "What comes after the last timestamp is held by the outer seal alone, and a new one can be "
    "had. It has the time at which it was made, and a bundle that follows names the old seal.",
    {21: "closed before"},
)
def end_cut_and_resealed(desk: Desk) -> Path:
    """The last timestamp and what follows is cut off, ended anew, and the seal stamped anew."""

    def change(lines: list[Line]) -> None:
        at = lines.index(the(lines, "timestamped", moment="after-send"))
        del lines[at:-1]

    token_of(desk.another, "after-send").unlink()
    rewrite_log(desk.another, change)
    desk.reseal(desk.another)
    return desk.another


@unnoticed(
    "The start page is made from the rest, and nothing but the seal holds it. The time of the new "
    "one is the forger's, and a bundle that follows names the old one.",
    {21: "closed before"},
)
def page_rewritten_and_resealed(desk: Desk) -> Path:
    """The start page says something else, and all is sealed anew by a real authority."""
    edit(desk.another / "README.html", lambda raw: raw.replace(b"filer", b"fi1er"))
    desk.reseal(desk.another)
    return desk.another


@unnoticed(
    "That is what a working copy is. What was taken out is named, and that it is a copy is said.",
    {30: "a working copy: 1 files taken out"},
)
def passed_off_as_copy(desk: Desk) -> Path:
    """A picture is taken out, and the folder called a working copy."""
    picture = one(desk.another, "data/shots/004-*")
    name = picture.relative_to(desk.another).as_posix()
    taken = Removed(name, digest(picture), picture.stat().st_size, "dropped")
    sealed = digest(desk.another / layout.TAGMANIFEST)
    copy = Redaction("2026-11-25", "filer", sealed, (), (taken,), {})
    (desk.another / REDACTED).write_bytes(copy.as_json())
    picture.unlink()
    return desk.another


@unnoticed(
    "Nothing before it can know what came after it.",
    {21: "closed before"},
)
def follow_up_deleted(desk: Desk) -> Path:
    """The last bundle of a case is deleted."""
    shutil.rmtree(desk.follow_up)
    return desk.filing
