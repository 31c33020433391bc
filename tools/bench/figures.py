"""What a benchmark gives: rows of a table and curves of a plot; and how commands are measured.

Two programs are compared in turn, A, B, A, B, so that a machine that is slow for a while is slow
for both; a ratio is the median of the ratios of each turn.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ALONE = Path(__file__).with_name("alone.py")


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what came out, and what it should be at most or at least.

    *cause* is said where the target is missed: what is known of why.
    """

    what: str
    measured: float
    unit: str
    note: str = ""
    at_most: float | None = None
    at_least: float | None = None
    cause: str = ""

    @property
    def missed(self) -> bool:
        """Whether it is not what it should be."""
        return (self.at_most is not None and self.measured > self.at_most) or (
            self.at_least is not None and self.measured < self.at_least
        )

    @property
    def target(self) -> str:
        """What it should be, in words; empty for a figure that only informs."""
        if self.at_most is not None:
            return f"at most {self.at_most:g} {self.unit}".strip()
        return f"at least {self.at_least:g} {self.unit}" if self.at_least is not None else ""

    @property
    def of_target(self) -> float | None:
        """How much of what is allowed it takes: 1 is just the target, more is a miss."""
        if self.at_most is not None:
            return self.measured / self.at_most
        return self.at_least / self.measured if self.at_least is not None else None


@dataclass(frozen=True)
class Curve:
    """How a figure grows: *points* are a size and what was measured there.

    *panel* names the plot it belongs to, with the units of both: "verify: seconds over MB".
    """

    panel: str
    name: str
    points: tuple[tuple[float, float], ...]

    @property
    def exponent(self) -> float:
        """The power of the size it grows with between its two largest: 1 is linear."""
        (n, some), (m, more) = self.points[-2:]
        return math.log(more / some) / math.log(m / n)


@dataclass(frozen=True)
class Part:
    """One benchmark's results."""

    title: str
    rows: tuple[Row, ...]
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True)
class Ran:
    """What one run of a command took: *memory* is the peak of its largest process, in bytes."""

    seconds: float
    processor: float
    memory: int


@dataclass(frozen=True)
class Call:
    """A command to be measured, the folder it runs in, on how many *cores* (0: all)."""

    command: Sequence[str | Path]
    folder: Path = ROOT
    cores: int = 0


def ran(call: Call) -> Ran:
    """Run *call* once, from process start to its end. Ends the benchmark where it fails."""
    command = [sys.executable, "-I", "-S", ALONE, str(call.cores), call.folder, *call.command]
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("FILER_")}
    surroundings |= {k: v for k, v in os.environ.items() if k == "FILER_BROWSER"}
    surroundings |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout) if done.returncode == 0 else {"code": done.returncode}
    if said.pop("code") != 0:
        sys.exit(f"{' '.join(map(str, call.command))} did not work:\n{done.stderr}")
    return Ran(**said)


def in_turn(calls: Mapping[str, Call], times: int) -> dict[str, list[Ran]]:
    """Every call *times* times, one after the other, after one turn that does not count."""
    for call in calls.values():
        ran(call)
    found: dict[str, list[Ran]] = {name: [] for name in calls}
    for _turn in range(times):
        for name, call in calls.items():
            found[name].append(ran(call))
    return found


def seconds(runs: Sequence[Ran]) -> float:
    """The median of how long they took."""
    return statistics.median(run.seconds for run in runs)


def busy(runs: Sequence[Ran]) -> float:
    """The median of the seconds of a processor that they took, which a busy machine adds less to.

    Of a browser only what ended before the command did is counted.
    """
    return statistics.median(run.processor for run in runs)


def megabytes(runs: Sequence[Ran]) -> float:
    """The most memory that any of them used, in MB."""
    return max(run.memory for run in runs) / 1e6


def ratio(ours: Sequence[Ran], theirs: Sequence[Ran]) -> float:
    """How many times as long ours took, turn by turn."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))


def spread(values: Sequence[float]) -> str:
    """The median's company in words."""
    tenths = statistics.quantiles(values, n=10)
    return f"median of {len(values)}; 10 % under {tenths[0]:.0f}, 10 % over {tenths[-1]:.0f}"
