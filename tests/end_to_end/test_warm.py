"""The tests' own way to begin a run: it makes no difference but in how long it takes."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import PLAIN, Site, page


def anew(filer: Command, *arguments: str, **env: str) -> Run:
    """A run for which the interpreter is started, as a person does it."""
    filer.anew = True
    try:
        return filer(*arguments, env=env)
    finally:
        filer.anew = False


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("flows", "--json", "--language", "nl"), 0),
        (("fiel",), 2),
        (("show", "facebook"), 0),
        (("file", "facebook", "--headless"), 4),
        (("--help",), 0),
    ],
)
def test_it_says_the_same(filer: Command, arguments: tuple[str, ...], code: int) -> None:
    """What is printed where, and the exit code, are those of a run as a person starts it."""
    assert anew(filer, *arguments) == (ran := filer(*arguments))
    assert code == ran.code


def test_a_whole_filing_started_as_a_person_does(filer: Command) -> None:
    """A practice filing by an interpreter that was started for it is filed and verifies."""
    with Site(page(PLAIN)) as site:
        ran = anew(
            *(filer, "practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
            FILER_PATIENCE="6",
        )

    assert (0, "confirmed", 1) == (ran.code, ran.result["outcome"], len(site.sends)), ran.stderr
    assert 0 == anew(filer, "verify", ran.result["bundle"]).code


def test_nothing_of_one_run_is_in_the_next(filer: Command) -> None:
    """Each run has its own environment, its own folder and its own process."""
    first = filer("flows", env={"FILER_PATIENCE": "soon"})
    second = filer.start("flows")
    third = filer.start("flows")

    assert 4 == first.code
    assert (0, 0) == (second.finish().code, third.finish().code)
    assert second.process.pid != third.process.pid
    assert os.getpid() not in {second.process.pid, third.process.pid}


def test_it_can_be_killed(filer: Command) -> None:
    """A kill ends the run alone and is told as one; waiting for too long is told as well."""
    asked = filer.start("practice", "facebook", terminal=True)
    asked.until_said("e-mail address")
    with pytest.raises(subprocess.TimeoutExpired):
        asked.process.wait(0.1)
    asked.process.kill()

    assert -signal.SIGKILL == asked.process.wait(10)
    assert -signal.SIGKILL == asked.process.poll()
    assert 0 == filer("flows").code
