"""The dossier of a case with more and more exhibits, and the whole complaint of it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from figures import Call, Curve, Part, Row, busy, in_turn, megabytes, ran, seconds

from tests.complaint.making import Cases
from tests.complaint.whole import whole

EXHIBITS = {12: 5, 60: 3, 240: 3}
"""How many exhibits, and how often each is made."""
_BUSY = "The note says how long a processor worked on it; the rest it waited for one to be free."
ONE = Path(__file__).with_name("dossier.py")
KINDS = ("full", "light")


def measure() -> Part:
    """Each kind alone in a process of its own; then `filer complaint`, which makes all of them."""
    rows: list[Row] = []
    took: dict[str, list[tuple[float, float]]] = {kind: [] for kind in (*KINDS, "complaint")}
    used: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for exhibits, times in EXHIBITS.items():
        last = exhibits == max(EXHIBITS)
        with tempfile.TemporaryDirectory() as folder:
            case = whole(Cases(Path(folder) / "evidence"), pictures=exhibits)
            one = {kind: Call([sys.executable, ONE, case, kind]) for kind in KINDS}
            runs = in_turn(one, times)
            command = [sys.executable, "-m", "filer", "complaint", case.name, "--to", "ap"]
            every = [*command, "--folder", folder, "--evidence", str(case.parent), "--json"]
            complaint = ran(Call(every))
        for kind in KINDS:
            took[kind].append((exhibits, busy(runs[kind])))
            used[kind].append((exhibits, megabytes(runs[kind])))
            name = f"{kind} dossier, {exhibits} exhibits"
            note = f"median of {times}, from its start; {busy(runs[kind]):.2g} s of a processor"
            rows.append(
                Row(name, seconds(runs[kind]), "s", note, 10 if last else None, cause=_BUSY)
            )
            rows.append(
                Row(
                    f"its memory, {kind}, {exhibits}",
                    used[kind][-1][1],
                    "MB",
                    at_most=500 if last else None,
                )
            )
        took["complaint"].append((exhibits, complaint.processor))
        rows.append(
            Row(
                f"filer complaint, {exhibits} exhibits",
                complaint.seconds,
                "s",
                f"once; full and light in two languages; {complaint.processor:.2g} s of a "
                f"processor; {complaint.memory / 1e6:.0f} MB",
            )
        )
    times_ = [
        Curve("dossier: seconds of a processor over exhibits", kind, tuple(took[kind]))
        for kind in took
    ]
    memory = [
        Curve("dossier: MB of memory over exhibits", kind, tuple(used[kind])) for kind in used
    ]
    rows += [
        Row(
            f"growth, {curve.name}",
            curve.exponent,
            "",
            "power of the number of exhibits",
            at_most=1.1,
        )
        for curve in times_
    ]
    return Part("The dossier of a complaint", tuple(rows), (*times_, *memory))
