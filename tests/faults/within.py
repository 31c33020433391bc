"""filer with a fault inside its own process, where no system would give a test such a fault.

    python within.py clock FILE ARGUMENT...    the wall clock is wrong by the seconds in FILE
    python within.py full NUMBER ARGUMENT...   after so many touches the evidence's disk is full
    python within.py once NUMBER ARGUMENT...   that touch fails and no other, as on a bad disk

A touch is what can fail: a file or folder made, a write, a sync, a renaming. All else of filer is
as it is; the fault lies below it.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filer.clock import SystemClock


def wrong_clock(file: Path) -> None:
    """Have this process's wall clock go wrong by as many seconds as *file* says."""
    right = SystemClock.now

    def now(self: SystemClock) -> dt.datetime:
        return right(self) + dt.timedelta(seconds=float(file.read_text() or "0"))

    SystemClock.now = now  # type: ignore[method-assign]


def bad_disk(first: int, last: int, code: int) -> None:
    """Have the touches *first* to *last* of the evidence fail with the error *code*."""
    root = os.environ["FILER_EVIDENCE"]
    touched = 0

    def faulty(real: Callable[..., Any]) -> Callable[..., Any]:
        def touch(where: object, *rest: object, **named: object) -> Any:
            nonlocal touched
            path = str(
                Path(f"/proc/self/fd/{where}").readlink() if isinstance(where, int) else where
            )
            makes = real is not opens or (bool(rest) and bool(int(str(rest[0])) & os.O_CREAT))
            if makes and path.startswith(root):
                touched += 1
                if first <= touched <= last:
                    raise OSError(code, os.strerror(code))
            return real(where, *rest, **named)

        return touch

    opens = os.open
    for name in ("open", "write", "fsync", "fdatasync", "mkdir", "replace", "rename"):
        setattr(os, name, faulty(getattr(os, name)))


def main(fault: str, value: str, *arguments: str) -> None:
    """Let the fault in, then be filer."""
    match fault:
        case "clock":
            wrong_clock(Path(value))
        case "full":
            bad_disk(int(value), sys.maxsize, errno.ENOSPC)
        case "once":
            bad_disk(int(value), int(value), errno.EIO)
    sys.argv = ["filer", *arguments]
    sys.path[0] = ""
    runpy.run_module("filer", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
