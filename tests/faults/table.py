"""The table of faults: what each is called, what filer promised, and what happened.

The modules beside this one fill `FAULTS`; `python -m tests.faults` tries each and writes the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.faults.room import Room, Seen

Try = Callable[[Room], Seen]
"""Tries a fault on the real program in a room of its own."""


@dataclass(frozen=True)
class Fault:
    """A fault: what befalls filer, and what filer *promised* for it.

    *alone* is one that measures, and wants the machine for itself.
    """

    group: str
    name: str
    promised: str
    do: Try
    alone: bool = False


@dataclass(frozen=True)
class Row:
    """A fault, what was *seen* of it, and how many *seconds* it took."""

    fault: Fault
    seen: Seen
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the promise held."""
        return not self.seen.broken


FAULTS: list[Fault] = []


def fault(
    group: str,
    name: str,
    promised: str,
    each: Iterable[tuple[object, ...]] = ((),),
    *,
    alone: bool = False,
) -> Callable[[Callable[..., Seen]], Callable[..., Seen]]:
    """Enter a function in `FAULTS`, once for *each* of the arguments that follow the room.

    *name* has a place in braces for each argument.
    """

    def enter(do: Callable[..., Seen]) -> Callable[..., Seen]:
        for given in each:

            def tried(room: Room, given: tuple[object, ...] = given) -> Seen:
                return do(room, *given)

            FAULTS.append(Fault(group, name.format(*given), promised, tried, alone))
        return do

    return enter


def attempt(fault: Fault, room: Room) -> Seen:
    """Try *fault*; whatever goes wrong in trying counts as a broken promise, and says what."""
    try:
        return fault.do(room)
    except Exception as error:  # noqa: BLE001 - one fault must not cost the table
        words = " ".join(f"{type(error).__name__}: {error}".split())
        return Seen(broken=(words[:300],))


# --------------------------------------------------------------------------- as Markdown

_HEAD = ("fault", "promised", "outcome", "exit", "`sent`", "arrived", "`verify`", "s", "seen", "")


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown, a heading and a table for each group."""
    parts = []
    for group in dict.fromkeys(row.fault.group for row in rows):
        lines = [_HEAD, ("---",) * len(_HEAD)]
        lines += [_cells(row) for row in rows if row.fault.group == group]
        shown = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts.append(f"## {group}\n\n{shown}\n")
    return "\n".join(parts)


def _cells(row: Row) -> tuple[str, ...]:
    seen = row.seen
    told = "; ".join(filter(None, (seen.note, *seen.broken)))
    return (
        _cell(row.fault.name),
        _cell(row.fault.promised),
        seen.outcome or "–",
        _shown(seen.code),
        "null" if seen.outcome and seen.sent is None else _shown(seen.sent),
        _shown(seen.arrived),
        _shown(seen.verified),
        f"{row.seconds:.0f}",
        _cell(told) or "–",
        "ok" if row.ok else "**NOT OK**",
    )


def _shown(value: object) -> str:
    return "–" if value is None else str(value).lower()


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
