"""Tries every fault on the real program, and writes what happened as a table.

    python -m tests.faults [--only WORDS ...] [FILE]

FILE is `docs/faults.md` where none is named. It ends with 1 when a promise broke. *WORDS* choose
the faults whose group or name holds them, and then the table is printed and no file is written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filer.browser.find import find_browser
from tests.faults.every import FAULTS
from tests.faults.room import Room
from tests.faults.table import Fault, Row, attempt, table

ROOT = Path(__file__).resolve().parents[2]


def tried(fault: Fault) -> Row:
    """Try *fault* in a room of its own, and say at once how it went."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="filer-fault-") as folder:
        room = Room(Path(folder), anew=True)
        try:
            seen = attempt(fault, room)
        finally:
            room.put_away()
    row = Row(fault, seen, time.monotonic() - start)
    told = "ok" if row.ok else f"NOT OK: {'; '.join(seen.broken)}"
    sys.stderr.write(f"{row.seconds:4.0f} s  {fault.name}: {told}\n")
    return row


def try_all(faults: Sequence[Fault]) -> list[Row]:
    """Try *faults*, two at a time; those that measure come last, one after the other."""
    together = [fault for fault in faults if not fault.alone]
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(tried, together))
    return rows + [tried(fault) for fault in faults if fault.alone]


def cut_off() -> None:
    """Leave this process, and all it starts, with loopback alone, where the system lets us."""
    sys.path.insert(0, str(ROOT / "tools"))
    told = importlib.import_module("offline").cut_network()
    sys.stderr.write(f"The network is not cut: {told}.\n" if told else "The network is cut.\n")


def heading(rows: Sequence[Row]) -> str:
    """When, where and of what the table was made."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    commit = asked.stdout.strip() or "no git repository"
    browser = find_browser(os.environ.get("FILER_BROWSER"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    broken = sum(not row.ok for row in rows)
    return _ABOUT.format(
        day=dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=f"{machine}; Python {platform.python_version()}; {browser.name}",
        commit=commit,
        count=len(rows),
        broken=f"{broken} of the promises broke" if broken else "every promise held",
    )


_ABOUT = """\
# Faults

Made by `make faults`; not edited by hand.
Each fault is tried on the real program with a real browser and the practice site.

- When: {day}
- Machine: {machine}
- Commit: {commit}
- {count} faults; {broken}.

`exit` is the exit code of the session, `sent` what it says, *arrived* how many sends the site
counted, `verify` the exit code of `filer verify` over all bundles after the next start of filer.
Beside what stands under *promised*, each row is checked for what holds always: no traceback, an end
within 90 s, at most one send, the exit code that belongs to the outcome, no "nothing was sent"
where something left, no "sent" where nothing arrived, sealed evidence, and nothing left in the
folder for temporary files. A step such as `send.left` is the line of the log after which the fault
came; what happens within a step is a matter of milliseconds, so neighbours can end alike.

"""


def main(arguments: Sequence[str]) -> int:
    """Try the faults; 1 when a promise broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "docs/faults.md")
    parser.add_argument("--only", metavar="WORDS", action="append", default=[])
    asked = parser.parse_args(arguments)
    named = [(each, f"{each.group}: {each.name}") for each in FAULTS]
    words = asked.only or [""]
    chosen = [each for each, name in named if any(word in name for word in words)]
    cut_off()
    rows = try_all(chosen)
    if asked.only:
        sys.stdout.write(table(rows))
    else:
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        asked.file.write_text(heading(rows) + table(rows), encoding="utf-8")
        sys.stderr.write(f"The table is in {asked.file}.\n")
    return int(any(not row.ok for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
