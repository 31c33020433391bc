"""Ways of being wrong: bundles made of two, and practice or real."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.evidence.forging import (
    Desk,
    Line,
    one,
    recompute,
    rewrite_log,
)
from tests.evidence.ways.table import (
    edit_info,
    name_file,
    way,
)

# --------------------------------------------------------------------------- made of two


@way(19, 21)
def pictures_of_another(desk: Desk) -> Path:
    """A picture is that of another bundle, named in the log, and all lists are made to fit."""
    picture = one(desk.filing, "data/shots/004-*")
    shutil.copy(one(desk.another, "data/shots/004-*"), picture)
    rewrite_log(desk.filing, lambda lines: name_file(lines, desk.filing, picture))
    return desk.filing


@way(12, 17)
def payload_of_another(desk: Desk) -> Path:
    """The pictures and readings are those of another bundle, and all is sealed anew."""
    for part in ("shots", "form", "text"):
        shutil.rmtree(desk.filing / "data" / part)
        shutil.copytree(desk.another / "data" / part, desk.filing / "data" / part)
    desk.reseal(desk.filing)
    return desk.filing


@way(12, 16, 17, 18, 19, 20, 21)
def log_of_another(desk: Desk) -> Path:
    """The log is that of another bundle, and the lists are made to fit."""
    shutil.copy(desk.another / "data/session.jsonl", desk.filing / "data/session.jsonl")
    recompute(desk.filing)
    return desk.filing


@way(18, 19, 20)
def timestamps_of_another(desk: Desk) -> Path:
    """The timestamps are those of another bundle, and all is sealed anew."""
    shutil.rmtree(desk.filing / "timestamps")
    shutil.copytree(desk.another / "timestamps", desk.filing / "timestamps")
    desk.reseal(desk.filing)
    return desk.filing


@way(16)
def bundle_of_another(desk: Desk) -> Path:
    """The whole bundle is that of another case."""
    shutil.rmtree(desk.filing)
    shutil.copytree(desk.another, desk.filing)
    return desk.filing


@way(16)
def predecessor_exchanged(desk: Desk) -> Path:
    """The bundle before this one was exchanged for another."""
    shutil.rmtree(desk.filing)
    shutil.copytree(desk.another, desk.filing)
    return desk.follow_up


@way(16, 19)
def predecessor_forged(desk: Desk) -> Path:
    """The follow-up names another seal before it, and all is made to fit."""
    edit_info(desk.follow_up, "Previous-Seal: ", f"Previous-Seal: {'0' * 64}\n")
    rewrite_log(desk.follow_up, lambda lines: lines[0]["data"].update(previous_seal="0" * 64))
    desk.reseal(desk.follow_up)
    return desk.follow_up


@way(16, 19)
def cut_off_from_filing(desk: Desk) -> Path:
    """The follow-up names no seal before it any more, and all is made to fit."""
    edit_info(desk.follow_up, "Previous-Seal: ", "")
    rewrite_log(desk.follow_up, lambda lines: lines[0]["data"].update(previous_seal=None))
    desk.reseal(desk.follow_up)
    return desk.follow_up


@way(16)
def cut_off_in_one_place(desk: Desk) -> Path:
    """bag-info.txt names no seal before it any more, and all is sealed anew."""
    edit_info(desk.follow_up, "Previous-Seal: ", "")
    desk.reseal(desk.follow_up)
    return desk.follow_up


@way(16)
def renumbered(desk: Desk) -> Path:
    """The filing is numbered as if it came after the mail."""
    return desk.filing.rename(desk.filing.with_name("03-filing"))


# --------------------------------------------------------------------------- practice or real


@way(15)
def practice_renamed(desk: Desk) -> Path:
    """A practice folder is named as if it was real."""
    return desk.practice.rename(desk.practice.with_name("01-filing"))


@way(15)
def real_renamed(desk: Desk) -> Path:
    """A real folder is named as if it was practice."""
    return desk.filing.rename(desk.filing.with_name("practice-01-filing"))


@way(15)
def practice_in_log(desk: Desk) -> Path:
    """The log of a practice bundle says that it is real."""
    rewrite_log(desk.practice, lambda lines: lines[0]["data"].update(practice=False))
    return desk.practice


@way(15)
def practice_in_info(desk: Desk) -> Path:
    """bag-info.txt of a practice bundle does not say so any more."""
    edit_info(desk.practice, "Practice: ", "")
    recompute(desk.practice)
    return desk.practice


@way(15)
def practice_made_real(desk: Desk) -> Path:
    """A practice bundle says everywhere that it is real, but for the addresses in its log."""

    def change(lines: list[Line]) -> None:
        begun = lines[0]["data"]
        begun.update(practice=False)
        for key in ("case", "bundle"):
            begun[key] = begun[key].removeprefix("practice-")

    edit_info(desk.practice, "Practice: ", "")
    for page in ("README.html", "VERIFY.txt"):
        shutil.copy(desk.unstamped / page, desk.practice / page)
    rewrite_log(desk.practice, change)
    case = desk.practice.parent.rename(desk.folder / desk.practice.parent.name[9:])
    return (case / "practice-01-filing").rename(case / "01-filing")
