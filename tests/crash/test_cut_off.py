"""Cut off from outside: a frozen process, a closed terminal, a pipe nobody reads, no more files.

Signals that ask filer to stop are in tests/end_to_end/test_faults.py.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from filer.evidence.reading import read_bundle
from tests.crash.killing import temporary, wait
from tests.end_to_end.command import Command, Running
from tests.end_to_end.pages import PLAIN, Site, page


def arguments(site: Site, person: str = "willing") -> list[str]:
    """The arguments of a practice filing at *site*."""
    return [
        *("practice", "facebook", "--site", site.url, "--stand-in", person),
        *("--headless", "--json", "--language", "en"),
    ]


def env(filer: Command, **more: str) -> dict[str, str]:
    """Temporary files of its own, and *more*."""
    return {"TMPDIR": str(temporary(filer)), **more}


def bundle_of(filer: Command) -> Path:
    """The only bundle there is."""
    (bundle,) = filer.evidence.glob("*/*-filing")
    return bundle


# --------------------------------------------------------------------------- frozen


@pytest.mark.proof
@pytest.mark.parametrize("words", ["The window opens", "Filled in", "Now press", "has left"])
def test_frozen_for_ten_seconds(filer: Command, words: str) -> None:
    """A session that is stopped for ten seconds and goes on ends as if nothing had been."""
    with Site(page(PLAIN)) as site:
        running = filer.start(*arguments(site), env=env(filer, FILER_PATIENCE="30"))
        running.until_said(words)
        running.process.send_signal(signal.SIGSTOP)
        wait(10, running)
        running.process.send_signal(signal.SIGCONT)
        ran = running.finish(60)

        assert (0, "confirmed", True) == (
            ran.code,
            ran.result["outcome"],
            ran.result["sealed"],
        ), ran.stderr
        assert 1 == len(site.sends)
        assert 0 == filer("verify", ran.result["bundle"]).code


@pytest.mark.proof
def test_nothing_leaves_while_frozen(filer: Command) -> None:
    """While filer is frozen its browser has no way out; killed then, nothing was sent."""
    beacon = "setInterval(() => fetch('/still/here', {method: 'POST', body: 'x'}), 50)"
    with Site(page(PLAIN, script=beacon)) as site:
        running = filer.start(*arguments(site, "absent"), env=env(filer, FILER_PATIENCE="60"))
        running.until_said("Please check: is everything right?")
        before = len(site.posts)
        running.process.send_signal(signal.SIGSTOP)
        wait(1.0, running)
        frozen = len(site.posts)
        running.process.kill()
        running.finish()
        later = filer("--json", env=env(filer))

        assert before == frozen == len(site.posts)
        assert "Nothing was sent." in later.stderr
        assert 0 == filer("verify", str(bundle_of(filer))).code


# --------------------------------------------------------------------------- nobody listens


def test_a_terminal_that_is_closed(filer: Command) -> None:
    """Closing the terminal at the review is a clean No."""
    with Site(page(PLAIN)) as site:
        running = filer.start(
            *("practice", "facebook", "--site", site.url, "--headless", "--language", "en"),
            env=env(filer, FILER_EMAIL="a@example.org", FILER_REASON="Pictures of my family. " * 9),
            terminal=True,
        )
        running.until_said("Only Enter means: go")
        running.type("go")
        running.until_said("Please check: is everything right?")
        running.close_screen()
        code = running.process.wait(30)
        read = read_bundle(bundle_of(filer))

        assert (9, "stopped", False, True) == (code, read.outcome, read.sent, read.sealed)
        assert [] == site.posts
        assert 0 == filer("verify", str(read.path)).code


def unheard(filer: Command, site: Site, streams: Mapping[str, int]) -> int:
    """File with *streams* of which nobody reads the other end; returns the exit code."""
    usual: dict[str, int] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run(
        [sys.executable, "-m", "filer", *arguments(site)],
        cwd=filer.folder,
        env=filer.surroundings(env(filer, FILER_PATIENCE="10")),
        stdin=subprocess.DEVNULL,
        timeout=90,
        check=False,
        **(usual | dict(streams)),
    ).returncode


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["stdout"], marks=pytest.mark.proof),
        pytest.param(["stderr"], marks=pytest.mark.proof),
        ["stdout", "stderr"],
    ],
    ids=" and ".join,
)
def test_a_pipe_that_nobody_reads(filer: Command, names: list[str]) -> None:
    """Whether anybody listens or not, the session goes its way and its bundle is sealed."""
    reading, writing = os.pipe()
    os.close(reading)
    with Site(page(PLAIN)) as site:
        unheard(filer, site, dict.fromkeys(names, writing))
        os.close(writing)
        read = read_bundle(bundle_of(filer))

        assert ("confirmed", True, True) == (read.outcome, read.sent, read.sealed)
        assert 1 == len(site.sends)
        assert 0 == filer("verify", str(read.path)).code


# --------------------------------------------------------------------------- no more files


def limited(number: int) -> Callable[[], None]:
    """What a child does first: allow itself *number* open files."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))

    return limit


@pytest.mark.proof
@pytest.mark.parametrize("number", [12, 16, 18, 20, 22, 24, 26, 28, 32, 40, 64])
def test_out_of_files(filer: Command, number: int) -> None:
    """With too few files allowed it ends with a sentence, and never with a send unaccounted for."""
    with Site(page(PLAIN)) as site:
        process = subprocess.Popen(
            [sys.executable, "-m", "filer", *arguments(site)],
            cwd=filer.folder,
            env=filer.surroundings(env(filer, FILER_PATIENCE="5")),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=limited(number),  # noqa: PLW1509 - it calls the system and nothing else
        )
        ran = filer._keep(Running(process, None)).finish(90)
        later = filer("--json", env=env(filer))
        bundles = list(filer.evidence.glob("*/*-filing"))
        sent = [read_bundle(bundle).sent for bundle in bundles]

        assert 0 == later.code, later.stderr
        assert [] == [b for b in bundles if filer("verify", str(b)).code != 0]
        assert len(site.posts) <= 1
        assert (len(site.posts) == 1) is (sent not in ([], [False]))
        assert ran.stderr
        if number >= 20:  # with fewer even Python does not find its own parts
            assert ran.code in {0, 5, 6, 8, 9}, ran.stderr
