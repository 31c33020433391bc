"""Ways of being wrong: the log, and the story that it tells."""

from __future__ import annotations

from pathlib import Path

from tests.evidence.forging import (
    Desk,
    Line,
    read_lines,
    recompute,
    the,
    token_of,
)
from tests.evidence.ways.table import (
    chained_anew,
    edit,
    form_of,
    line_added,
    name_file,
    retold,
    told_otherwise,
    way,
    yesterday,
)

# --------------------------------------------------------------------------- with timestamps


@way(11, 14, 18)
def last_lines_cut(desk: Desk) -> Path:
    """The log ends before its last three lines, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        del lines[-3:]

    return retold(desk, change)


@way(11, 14)
def last_line_cut(desk: Desk) -> Path:
    """The log ends before its last line, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        del lines[-1]

    return retold(desk, change)


@way(11, 12, 14, 18, 19)
def cut_after_send(desk: Desk) -> Path:
    """The log ends with the send, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        del lines[lines.index(the(lines, "send.left")) + 1 :]

    return retold(desk, change)


@way(16)
def cut_and_ended_anew(desk: Desk) -> Path:
    """The answer is cut off, with all that shows it; the follow-up still names the old seal."""

    def change(lines: list[Line]) -> None:
        end = lines[-1]
        del lines[lines.index(the(lines, "send.left")) + 1 :]
        end["data"].update(outcome="unknown", confirmed_by=None, sent=None)
        lines.append(end)

    token_of(desk.filing, "after-send").unlink()
    for file in (desk.filing / "data").rglob("*meta-s-answer*"):
        file.unlink()
    retold(desk, change)
    return desk.follow_up


@way(19, 20)
def line_removed(desk: Desk) -> Path:
    """A line is taken out of the log, and all is made to fit."""
    return retold(desk, lambda lines: lines.remove(the(lines, "gate.unlocked")))


@way(10, 11, 12, 13, 14, 18, 19, 21)
def line_removed_plainly(desk: Desk) -> Path:
    """A line is taken out of the log, and only the lists are made to fit."""
    log = desk.filing / "data/session.jsonl"
    edit(log, lambda raw: b"".join(raw.splitlines(keepends=True)[:12] + raw.splitlines(True)[13:]))
    recompute(desk.filing)
    return desk.filing


@way(19)
def line_doubled(desk: Desk) -> Path:
    """A line stands in the log twice, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "gate.unlocked")
        lines.insert(lines.index(line), dict(line))

    return retold(desk, change)


@way(19)
def line_inserted(desk: Desk) -> Path:
    """A line is put into the log, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "gate.unlocked")
        lines.insert(lines.index(line), {**line, "event": "typed", "data": {"field": "email"}})

    return retold(desk, change)


@way(19, 20)
def lines_reordered(desk: Desk) -> Path:
    """Two lines of the log change places, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        at = lines.index(the(lines, "reviewed"))
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    return retold(desk, change)


@way(19)
def day_shifted(desk: Desk) -> Path:
    """Every line of the log is a day older, and all is made to fit."""
    return retold(desk, yesterday)


@way(11, 16, 19, 20)
def two_logs(desk: Desk) -> Path:
    """The log is that of another session, and behind it this one, and all is made to fit."""

    def change(lines: list[Line]) -> None:
        lines[:0] = [
            line for line in read_lines(desk.unstamped) if line["event"] in {"begun", "closed"}
        ]

    return retold(desk, change)


@way(11)
def begun_again(desk: Desk) -> Path:
    """The session begins again just before it ends, and all is made to fit."""
    return line_added(desk, "begun", kind="filing", flow="facebook", practice=False)


@way(19)
def line_spaced(desk: Desk) -> Path:
    """A line of the log is written with a space more, and all is made to fit."""
    edit(
        desk.filing / "data/session.jsonl",
        lambda raw: chained_anew(raw.replace(b'"seconds":600', b'"seconds": 600')),
    )
    desk.reseal(desk.filing)
    return desk.filing


@way(10, 11, 12, 13, 14)
def key_twice(desk: Desk) -> Path:
    """A line of the log says two things of who did it."""
    edit(
        desk.unstamped / "data/session.jsonl",
        lambda raw: raw.replace(b'"who":"person"', b'"who":"tool","who":"person"', 1),
    )
    recompute(desk.unstamped)
    return desk.unstamped


@way(16, 19)
def terminal_driven(desk: Desk) -> Path:
    """The log holds what would drive a terminal, where it names the seal before it."""
    codes = "\x1b[2J\x1b]0;all is well\x07\ud800"

    def change(lines: list[Line]) -> None:
        lines[0]["data"].update(previous_seal=codes)

    return retold(desk, change)


# --------------------------------------------------------------------------- the story


@way(13)
def confirmed_by_tool(desk: Desk) -> Path:
    """The confirmation was given by the tool."""
    return told_otherwise(desk, lambda lines: the(lines, "confirmed").update(who="tool"))


@way(13)
def pressed_by_tool(desk: Desk) -> Path:
    """The press was made by the tool."""
    return told_otherwise(desk, lambda lines: the(lines, "pressed").update(who="tool"))


@way(13)
def unconfirmed(desk: Desk) -> Path:
    """The confirmation is taken out."""
    return told_otherwise(desk, lambda lines: lines.remove(the(lines, "confirmed")))


@way(13)
def voided(desk: Desk) -> Path:
    """The confirmation was void when the send left."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "gate.unlocked")
        line.update(event="gate.voided", data={"why": "the form changed after the review"})

    return told_otherwise(desk, change)


@way(13)
def sent_twice(desk: Desk) -> Path:
    """One confirmation let two sends through."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "send.left")
        lines.insert(lines.index(line), dict(line))

    return told_otherwise(desk, change)


@way(14)
def another_outcome(desk: Desk) -> Path:
    """The outcome is another than the answer that was read."""
    return told_otherwise(desk, lambda lines: lines[-1]["data"].update(outcome="refused"))


@way(14)
def stopped_after_all(desk: Desk) -> Path:
    """The outcome is that nothing was sent."""
    return told_otherwise(
        desk, lambda lines: lines[-1]["data"].update(outcome="stopped", sent=False)
    )


@way(14)
def sent_unknown(desk: Desk) -> Path:
    """The outcome is confirmed, and whether it was sent is unknown."""
    return told_otherwise(desk, lambda lines: lines[-1]["data"].update(sent=None))


@way(14)
def unanswered(desk: Desk) -> Path:
    """The answer is taken out, and the outcome stays."""
    return told_otherwise(desk, lambda lines: lines.remove(the(lines, "send.answered")))


@way(17)
def other_values_confirmed(desk: Desk) -> Path:
    """The confirmation is of other values than the form showed."""
    return told_otherwise(desk, lambda lines: the(lines, "confirmed")["data"].update(hash="0" * 64))


@way(17)
def other_values_left(desk: Desk) -> Path:
    """The send carried other values than the form showed."""
    return told_otherwise(desk, lambda lines: the(lines, "send.left")["data"].update(hash="0" * 64))


@way(17)
def form_edited(desk: Desk) -> Path:
    """A value of the form is changed, and named anew in the log, but not in the confirmation."""
    form = form_of(desk.unstamped)
    edit(form, lambda raw: raw.replace(b"anna@", b"erna@"))
    return told_otherwise(desk, lambda lines: name_file(lines, desk.unstamped, form))


@way(20)
def later_by_an_hour(desk: Desk) -> Path:
    """A line of the log says that it is an hour later."""

    def change(lines: list[Line]) -> None:
        line = the(lines, "confirmed")
        line["t"] = f"{line['t'][:11]}{(int(line['t'][11:13]) + 1) % 24:02}{line['t'][13:]}"

    return told_otherwise(desk, change)


@way(20)
def stopwatch_back(desk: Desk) -> Path:
    """The computer's stopwatch ran backwards at a line of the log."""
    return told_otherwise(desk, lambda lines: the(lines, "confirmed").update(mono_ns=1))
