"""Whether what was confirmed and what left are the values that the captures show.

The log holds a salted hash of the values at the review, at the confirmation and at the send; the
last capture of the form before them holds the values and the salt. Whoever has both can compare.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filer.evidence import layout
from filer.evidence.check import Check, first_few
from filer.evidence.layout import DATA
from filer.evidence.reading import LogLine, files_named
from filer.words import _

BIGGEST_FORM = 1 << 23
"""No capture of a form is bigger, in bytes."""


@dataclass
class Compared:
    """What the log tells of values: each hash, with the capture of the form that came before."""

    form: str | None = None
    hashes: list[tuple[int, str, str, str | None]] = field(default_factory=list)

    def hear(self, line: LogLine) -> None:
        """Take in one line of the log."""
        match line.event:
            case "captured":
                forms = [r.path for r in files_named(line.data) if r.path.startswith("form/")]
                self.form = forms[-1] if forms else self.form
            case "reviewed" | "confirmed" | "send.left":
                said = line.data.get("hash")
                if isinstance(said, str):
                    self.hashes.append((line.seq + 1, line.event, said, self.form))


def values_check(bundle: Path, told: Compared, gone: frozenset[str] = frozenset()) -> Check:
    """Check 17 of the bundle at *bundle*; *gone* is what was taken out of a working copy."""
    left = [each for each in told.hashes if f"{DATA}/{each[3]}" not in gone]
    wrong = list(_differing(bundle, left))
    compared = sum(form is not None for _n, _event, _hash, form in left)
    expected = _("the same values in the picture's readings, the confirmation and the send")
    got = first_few(wrong)
    if not got and not compared:
        got = _("nothing to compare: no values were confirmed")
        if told.hashes:
            got = _("nothing to compare: the form was not captured")
        if len(left) < len(told.hashes):
            got = _("nothing to compare: the readings of the form were taken out of this copy")
    return Check(
        17,
        _("What was confirmed is what was captured"),
        ok=not wrong,
        got=got or _("{n} times the same").format(n=compared),
        expected=expected,
        nothing=not wrong and not compared,
    )


def _differing(
    bundle: Path, hashes_told: Sequence[tuple[int, str, str, str | None]]
) -> Iterator[str]:
    known: dict[str, dict[str, str] | None] = {}
    for number, event, said, form in hashes_told:
        if form is None:
            continue
        if form not in known:
            known[form] = _hashes_of(bundle / DATA / form) if layout.is_safe(form) else None
        hashes = known[form]
        if hashes is None:
            yield _("{form} cannot be read").format(form=form)
        elif hashes["left" if event == "send.left" else "rows"] != said:
            yield _("line {n}: {event} has other values than {form}").format(
                n=number, event=event, form=form
            )


def _hashes_of(form: Path) -> dict[str, str] | None:
    """The hashes that the log should hold for this capture, by what they are taken of."""
    try:
        with layout.opened(form) as file:
            read = json.loads(file.read(BIGGEST_FORM))
        rows = [[row["name"], row["label"], row["value"]] for row in read["fields"]]
        left = [row["value"] for row in read["fields"] if _leaves(row)]
        salt = str(read["salt"])
        return {"rows": salted(salt, rows), "left": salted(salt, left)}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


UNMADE = frozenset({"choice", "file"})
"""Kinds of controls that send nothing where nothing was chosen."""


def _leaves(row: dict[str, Any]) -> bool:
    """Whether the value of *row* is one that the send carries: no choice that was not made."""
    return row["kind"] not in UNMADE or bool(row["value"])


def salted(salt: str, values: object) -> str:
    """The hash of *values*, a JSON value, as the log holds it."""
    return hashlib.sha256((salt + json.dumps(values)).encode()).hexdigest()
