"""Runs pytest on one virtual display, with the arguments given, and ends as pytest ends.

Tests open many windows; on a virtual display they disturb nobody and need no screen.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from screen import can_have_one, virtual_display

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run and report pytest's own exit code."""
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    if not can_have_one():
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    with virtual_display() as surroundings:
        return subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, env=surroundings, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
