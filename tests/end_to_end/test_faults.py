"""What goes wrong on the way: its outcome, its exit code, and a bundle that verifies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.end_to_end.command import NOWHERE, Command, Run, Running
from tests.end_to_end.pages import PLAIN, Page, Site, page, unheard_port

HEADLESS = ("--headless", "--json", "--language", "en")
PERSON = {"FILER_EMAIL": "a@example.org", "FILER_REASON": "These are pictures of my family. " * 5}


def ended(filer: Command, ran: Run, code: int, outcome: str) -> Mapping[str, Any]:
    """Check how *ran* ended and that filer agrees with its bundle; returns the result."""
    result = ran.result

    assert (code, outcome) == (ran.code, result["outcome"]), ran.stderr
    assert "Traceback" not in ran.stderr
    assert result["sealed"]
    assert 0 == filer("verify", result["bundle"]).code
    return result


def practice(url: str, person: str = "willing") -> tuple[str, ...]:
    """The arguments of a practice filing at *url*."""
    return ("practice", "facebook", "--site", url, "--stand-in", person, *HEADLESS)


# --------------------------------------------------------------------------- the site


def test_no_site(filer: Command) -> None:
    """Where nothing listens, there is no form, and the reason says so."""
    ran = filer(*practice(f"http://127.0.0.1:{unheard_port()}"), env={"FILER_PATIENCE": "3"})
    result = ended(filer, ran, 5, "unavailable")

    assert "site not reachable" == result["reason"]
    assert result["sent"] is False
    assert "Nothing was sent." in ran.stderr


def test_no_internet(filer: Command) -> None:
    """Filing without the internet ends with a sentence about it; the real site is not reached."""
    outside = {"HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE, "FILER_PATIENCE": "3"}
    ran = filer("file", "facebook", "--email", "a@example.org", *HEADLESS, env=outside)
    result = ended(filer, ran, 5, "unavailable")

    assert "site not reachable" == result["reason"]
    assert "Please check your internet connection" in ran.stderr
    assert "practice" not in Path(result["bundle"]).name


def test_no_internet_with_a_person(filer: Command) -> None:
    """A person who goes on without the internet may look for themselves, or end here."""
    running = filer.start(
        *("file", "facebook", *HEADLESS),
        env={**PERSON, "HTTPS_PROXY": NOWHERE, "FILER_PATIENCE": "3"},
        terminal=True,
    )
    running.until_said("Only Enter means: go")
    running.type("go")
    running.until_said("I want to look in the window", 60)
    running.type("end")
    result = ended(filer, running.finish(), 5, "unavailable")

    assert "site not reachable" == result["reason"]


def test_a_server_that_hangs(filer: Command) -> None:
    """A server that takes the connection and never answers is given up after a while."""
    with Site(Page("", hangs=True)) as site:
        ran = filer(*practice(site.url), env={"FILER_PATIENCE": "1"})
    result = ended(filer, ran, 5, "unavailable")

    assert "site not reachable" == result["reason"]


def test_a_send_that_is_never_answered(filer: Command) -> None:
    """Once the send has left and no answer comes, nobody can know: unknown, and not tried again."""
    with Site(page(PLAIN), Page("", hangs=True)) as site:
        ran = filer(*practice(site.url), env={"FILER_PATIENCE": "3"})
    result = ended(filer, ran, 6, "unknown")

    assert 1 == len(site.sends)
    assert result["sent"] is None


LEAVES = {
    "to another page": "location.href = '/elsewhere?' + event.target.value",
    "to another page, replacing": "location.replace('/elsewhere')",
    "by submitting": "event.target.form.submit()",
    "by reloading": "location.reload()",
}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("to another page"),
        pytest.param("to another page, replacing", marks=pytest.mark.proof),
        pytest.param("by submitting"),
        pytest.param("by reloading", marks=pytest.mark.proof),
    ],
)
def test_a_page_that_leaves_while_it_is_filled(filer: Command, how: str) -> None:
    """The page stays as long as nothing may leave, and what was typed stays in it."""
    script = f"document.addEventListener('input', (event) => {{ {LEAVES[how]} }})"
    with Site(page(PLAIN, script=script)) as site:
        ran = filer(*practice(site.url, "absent"), env={"FILER_PATIENCE": "2"})
    result = ended(filer, ran, 9, "stopped")

    assert [] == site.posts
    assert not any("elsewhere" in asked for asked in site.asked)
    assert {"email": "label", "reason": "label"} == result["fields"], ran.stderr


GOES_AWAY = {
    "emptied": "document.body.innerHTML = 'Gone.'",
    "back in the history": "history.back()",
    "another document": "document.open(); document.write('Gone.'); document.close()",
}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("emptied"),
        pytest.param("back in the history", marks=pytest.mark.proof),
        pytest.param("another document"),
    ],
)
def test_a_form_that_goes_away_while_it_is_filled(filer: Command, how: str) -> None:
    """A form that leaves the document takes what was typed with it: nothing arrives."""
    script = f"document.addEventListener('change', () => {{ {GOES_AWAY[how]} }})"
    with Site(page(PLAIN, script=script)) as site:
        ran = filer(*practice(site.url), env={"FILER_PATIENCE": "2"})

    assert [] == site.posts
    assert ran.code in {5, 9}, ran.stderr
    assert ran.result["outcome"] in {"unavailable", "drifted", "stopped"}
    assert 0 == filer("verify", ran.result["bundle"]).code


# --------------------------------------------------------------------------- the person stops


def test_the_window_is_closed(filer: Command) -> None:
    """Closing the window at the review is a clean No."""
    with Site(page(PLAIN)) as site:
        ran = filer(*practice(site.url, "leaver"), env={"FILER_PATIENCE": "4"})
    result = ended(filer, ran, 9, "stopped")

    assert [] == site.posts
    assert "the window was closed" == result["reason"]


def test_a_page_that_closes_itself(filer: Command) -> None:
    """A page that closes its window once something is typed ends like a closed window."""
    script = "document.addEventListener('change', () => window.close())"
    with Site(page(PLAIN, script=script)) as site:
        ran = filer(*practice(site.url, "absent"), env={"FILER_PATIENCE": "2"})

    ended(filer, ran, 9, "stopped")
    assert [] == site.posts


MOMENTS = {
    "while the page loads": (Page("", hangs=True), "The window opens", 0.5),
    "while it is filled": (page(PLAIN), "Filled in", 0.0),
    "at the review": (page(PLAIN), "Please check: is everything right?", 0.3),
}


def wait(seconds: float, running: Running) -> None:
    """Give the run *seconds*, as long as it goes on."""
    try:
        running.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("while the page loads"),
        pytest.param("while it is filled"),
        pytest.param("at the review", marks=pytest.mark.proof),  # at a terminal below
    ],
)
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.proof),
        pytest.param(signal.SIGHUP, marks=pytest.mark.proof),
    ],
)
def test_stopped_by_a_signal(filer: Command, moment: str, number: signal.Signals) -> None:
    """Ctrl-C, a polite kill and a closed terminal are a clean No, whenever they come."""
    shown, words, after = MOMENTS[moment]
    with Site(shown) as site:
        running = filer.start(*practice(site.url, "absent"), env={"FILER_PATIENCE": "30"})
        running.until_said(words)
        wait(after, running)
        running.process.send_signal(number)
        ran = running.finish(20)

    ended(filer, ran, 9, "stopped")
    assert [] == site.posts


def test_ctrl_c_at_the_introduction(filer: Command) -> None:
    """Ctrl-C before anything opens: a clean No, and no page was asked for."""
    with Site(page(PLAIN)) as site:
        running = at_terminal(filer, site)
        running.interrupt()
        ran = running.finish(20)

    assert 9 == ran.code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert [] == site.asked


def at_terminal(filer: Command, site: Site) -> Running:
    """A practice filing with a person at a terminal, at the introduction."""
    running = filer.start(
        *("practice", "facebook", "--site", site.url, *HEADLESS), env=PERSON, terminal=True
    )
    running.until_said("Only Enter means: go")
    wait(0.3, running)
    return running


@pytest.mark.parametrize("moment", ["review", "press"])
def test_ctrl_c_at_a_terminal(filer: Command, moment: str) -> None:
    """Ctrl-C typed at the review, or while filer waits for the press: nothing was sent."""
    with Site(page(PLAIN)) as site:
        running = at_terminal(filer, site)
        running.type("go")
        running.until_said("Please check: is everything right?")
        if moment == "press":
            running.type("yes")
            running.until_said("Press it once")
        running.interrupt()
        ran = running.finish(20)

    ended(filer, ran, 9, "stopped")
    assert [] == site.posts
    assert "nothing was sent" in ran.stderr.lower()


def test_killed(filer: Command) -> None:
    """After a kill -9 nothing arrives, and the next run finds the bundle and seals it."""
    with Site(page(PLAIN)) as site:
        running = filer.start(*practice(site.url, "absent"), env={"FILER_PATIENCE": "60"})
        running.until_said("Filled in: Explanation")
        running.process.kill()
        running.finish(20)
        later = filer("--json")

    assert [] == site.posts
    assert "An earlier session broke off" in later.stderr
    assert "Nothing was sent." in later.stderr
    bundle = later.results[0]["bundles"][0]
    assert "interrupted" == bundle["outcome"]
    assert 0 == filer("verify", bundle["bundle"]).code


# --------------------------------------------------------------------------- no room


def test_no_room_for_the_evidence(filer: Command, tmp_path: Path) -> None:
    """When the disk is full nothing is sent; the bundle stays, and is sealed once there is room."""
    small, saved = tmp_path / "small", tmp_path / "saved"
    small.mkdir()
    script = (
        'mount -t tmpfs -o size=64k none "$0" && "$@"; code=$?; cp -a "$0" "$SAVED"; exit $code'
    )
    own = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    with Site(page(PLAIN)) as site:
        arguments = [*practice(site.url), "--evidence", str(small)]
        done = subprocess.run(
            [*own, "sh", "-c", script, str(small), sys.executable, "-m", "filer", *arguments],
            cwd=tmp_path,
            env=filer.surroundings({"SAVED": str(saved)}),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    ran = Run(done.returncode, done.stdout, done.stderr)

    assert [] == site.posts
    assert 8 == ran.code, ran.stderr
    assert "full" in ran.stderr or "room" in ran.stderr
    assert ran.result["sent"] is False
    shutil.copytree(saved, filer.evidence)
    later = filer("--json")
    assert 0 == later.code
    assert ran.result["sealed"] is not ("An earlier session broke off" in later.stderr)
    assert 0 == filer("verify", later.results[0]["bundles"][0]["bundle"]).code


# --------------------------------------------------------------------------- several flows


def test_results_in_order(filer: Command) -> None:
    """Several flows give their results in the order they were named."""
    with PracticeSite(scenario("mobile"), "en") as site:
        ran = filer(
            *("practice", "instagram", "facebook", "--site", site.url),
            *("--stand-in", "willing", *HEADLESS),
            env={"FILER_PATIENCE": "12"},
        )

    assert ["instagram", "facebook"] == [result["flow"] for result in ran.results]
    assert (0, 2) == (ran.code, len(site.sends()))


@pytest.mark.parametrize(
    ("first", "answer", "person", "code", "outcomes"),
    [
        pytest.param(
            page("<p>Closed.</p>"), page("<p>Hm</p>"), "willing", 6, ["unavailable", "sent"], id="6"
        ),
        pytest.param(
            page("<p>Closed.</p>"),
            page("<p>Hm</p>"),
            "hesitant",
            5,
            ["unavailable", "stopped"],
            id="5",
            marks=pytest.mark.proof,
        ),
    ],
)
def test_the_exit_that_counts(
    filer: Command, first: Page, answer: Page, person: str, code: int, outcomes: list[str]
) -> None:
    """Of several flows the exit is the first that is not 0 in the order 1 7 6 5 8 9."""
    instagram = "/contact/767264225370182"
    with Site(first, answer, {instagram: page(PLAIN)}) as site:
        ran = filer(
            *("practice", "facebook", "instagram", "--site", site.url),
            *("--stand-in", person, *HEADLESS),
            env={"FILER_PATIENCE": "3"},
        )

    assert outcomes == [result["outcome"] for result in ran.results], ran.stderr
    assert code == ran.code


def test_a_correction(filer: Command) -> None:
    """After a refusal the next filing of that account goes into the same case, on its own."""
    refused = page('<p data-practice-outcome="refused">No.</p>')
    with Site(page(PLAIN), refused) as site:
        ran = [filer(*practice(site.url), env={"FILER_PATIENCE": "6"}).result for _ in range(2)]

    assert ["refused", "refused"] == [result["outcome"] for result in ran]
    assert ran[0]["case"] == ran[1]["case"]
    assert ran[0]["bundle"] != ran[1]["bundle"]
    assert 0 == filer("verify", ran[0]["case"]).code
