"""filer beside what people would use instead, and how long its parts take; `make bench` runs it.

    python tools/bench [PART...]

Without a name every part is measured, and `docs/bench.md`, `docs/bench.svg` and the table of the
README are written. It is no test: a machine that is busy with something else is slow, and that is
no fault.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import figures

sys.path.insert(0, str(figures.ROOT))  # the cases of dossiers are made as the tests make them
import capturing
import dossiers
import filing
import report
import rivals
import sealing
import starting
import verifying

PARTS: Mapping[str, Callable[[], figures.Part]] = {
    "filing": filing.measure,
    "starting": starting.measure,
    "verifying": verifying.measure,
    "capturing": capturing.measure,
    "sealing": sealing.measure,
    "dossiers": dossiers.measure,
}
"""Every benchmark by its name."""


def main(names: Sequence[str]) -> int:
    """Measure the parts *names*, or all, and print; 2 for a wrong name."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]!r}; there are: {', '.join(PARTS)}.")
        return 2
    rivals.provide()
    where = report.machine()
    print(where)
    measured = []
    for name in names or PARTS:
        part = PARTS[name]()
        measured.append(part)
        print(f"\n{part.title}")
        for row in part.rows:
            missed = "  MISSED" if row.missed else ""
            print(f"  {row.what:<48}{report.said(row):>12}  {row.target}{missed}", flush=True)
    if not names:
        report.write(measured, where)
        print(f"\nWritten: {report.PAGE}, {report.PLOT} and the table of the README.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
