"""Ctrl-C at moments at which Python or Playwright could lose it, and streams that are closed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.end_to_end.command import Command

PRACTICE = ("practice", "facebook", "--stand-in", "willing", "--scenario", "desktop", "--headless")


def children(process: int) -> str:
    """The command lines of what *process* started."""
    asked = ["ps", "--ppid", str(process), "-ww", "-o", "args="]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize("later", [0.0, 0.15, pytest.param(0.4, marks=pytest.mark.proof)])
def test_ctrl_c_while_the_browser_is_started(filer: Command, later: float) -> None:
    """What drives the browser is deaf to it; filer hears it as soon as that is there."""
    filer.anew = True
    running = filer.start(*PRACTICE, "--json", "--language", "en")
    running.until(lambda: "run-driver" in children(running.process.pid))
    time.sleep(later)
    running.process.send_signal(signal.SIGINT)
    ran = running.finish(20)

    assert 9 == ran.code, ran.stderr
    results = ran.told["results"]
    assert results in ([], [{**result, "outcome": "stopped", "sent": False} for result in results])


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-"])
def test_without_standard_error(filer: Command, closed: str) -> None:
    """Whoever closed it wants to hear nothing: the filing is filed, and its JSON is all."""
    call = " ".join(("-m", "filer", *PRACTICE, "--json"))
    ran = filer.start_program(["sh", "-c", f'exec "$0" {call} {closed}', sys.executable]).finish()
    told = json.loads(ran.stdout)

    assert (0, "confirmed", "") == (ran.code, told["results"][0]["outcome"], ran.stderr)
    assert 0 == filer("verify", told["results"][0]["bundle"]).code
