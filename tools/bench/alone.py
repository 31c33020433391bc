"""Runs one command and prints what it took as JSON; `figures.ran` starts it.

A process is said to have used at least as much memory as the one that started it. So this one is
small: the standard library's Python, without site packages.

    python -I -S alone.py CORES FOLDER COMMAND...

CORES is how many processors the command may use, 0 for all.
"""

import json
import os
import sys
import time
from resource import RUSAGE_CHILDREN, getrusage

cores, folder, *command = sys.argv[1:]
os.chdir(folder)
if int(cores) and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
nothing = os.open(os.devnull, os.O_RDWR)
start = time.perf_counter()
number = os.posix_spawnp(
    command[0],
    command,
    os.environ,
    file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, nothing, 1)],
)
_number, status = os.waitpid(number, 0)
seconds = time.perf_counter() - start
used = getrusage(RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(
    json.dumps(
        {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "processor": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss * unit,
        }
    )
)
