"""Runs pytest with the arguments given, on one virtual display, and ends as pytest ends.

Tests open many windows; on a virtual display they disturb nobody and need no screen. They get
nothing of what you have set for filer, no proxy, and, where the system lets us, no network.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from screen import can_have_one, virtual_display

ROOT = Path(__file__).resolve().parent.parent
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """*environment* without the person's own settings and proxies; what steers tests stays."""
    kept = {"FILER_BROWSER", "FILER_TEST_SEED"}
    return {
        name: value
        for name, value in environment.items()
        if name in kept or not (name.startswith("FILER_") or name.lower() in PROXIES)
    }


def say(sentence: str) -> None:
    """One line to whoever waits."""
    print(f"── {sentence}", file=sys.stderr, flush=True)


def main() -> int:
    """Run and report pytest's own exit code."""
    if sys.platform.startswith("linux"):
        from offline import cut_network  # noqa: PLC0415 - Linux alone has what it needs

        told = cut_network()
        say(f"The network is not cut: {told}." if told else "The network is cut; loopback is left.")
    with contextlib.ExitStack() as stack:
        surroundings: Mapping[str, str] = os.environ
        if can_have_one():
            surroundings = stack.enter_context(virtual_display())
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, env=bare(surroundings), check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
