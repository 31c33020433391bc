"""`kill -9` over whole sessions: nothing acknowledged is lost, and nothing is sent twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence.reading import read_bundle
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.crash import killing
from tests.crash.killing import Killed, carry_out, event, file, kill, plan, recovered, wrong
from tests.crash.summary import noted
from tests.end_to_end.command import Command

EACH = 4
KILLS = 200
ALWAYS = 8
BATCHES = [
    pytest.param(first, marks=[] if first < ALWAYS else pytest.mark.proof)
    for first in range(0, KILLS, EACH)
]


@pytest.mark.parametrize("first", BATCHES)
def test_random_kills(
    tmp_path: Path,
    whole: float,
    seed: str,
    first: int,
    record_property: Callable[[str, object], None],
) -> None:
    """A session killed at any moment is whole at the next start, and was sent once at most."""
    faults, counts = [], dict.fromkeys(COUNTED, 0)
    for number in range(first, first + EACH):
        folder = tmp_path / str(number)
        folder.mkdir()
        filer = Command(folder)
        try:
            killed, sends = carry_out(filer, plan(seed, number, whole))
        finally:
            killing.put_away(filer)
        counted(counts, killed, sends)
        faults += [
            f"kill {number} of seed {seed}, {killed.moment.words}, {killed.scenario}: {each}"
            for each in killed.faults
        ]
        if not killed.faults:
            shutil.rmtree(folder)
    record_property(*noted(seed, **counts))

    assert [] == faults


COUNTED = (
    "sessions_killed",
    "of_them_before_the_bundle_began",
    "of_them_before_a_send",
    "of_them_between_a_send_and_its_answer",
    "of_them_after_the_answer",
    "of_them_after_the_seal",
    "acknowledged_lines,_all_there",
    "torn_lines_kept_aside",
    "sends_that_the_site_counted",
    "sent_twice",
    "not_recovered_as_promised",
)


def counted(counts: dict[str, int], killed: Killed, sends: int) -> None:
    """Add one kill to *counts*."""
    events = killed.events
    stage = (
        "of_them_before_the_bundle_began"
        if not events
        else "of_them_after_the_seal"
        if killed.sealed
        else "of_them_before_a_send"
        if "send.left" not in events
        else "of_them_after_the_answer"
        if "send.answered" in events
        else "of_them_between_a_send_and_its_answer"
    )
    counts["sessions_killed"] += 1
    counts[stage] += 1
    counts["acknowledged_lines,_all_there"] += killed.acknowledged.count(b"\n")
    counts["torn_lines_kept_aside"] += not killed.left.endswith(b"\n") and bool(killed.left)
    counts["sends_that_the_site_counted"] += sends
    counts["sent_twice"] += sends > 1
    counts["not_recovered_as_promised"] += bool(killed.faults)


# --------------------------------------------------------------------------- aimed


AIMED = {
    "between press and answer": ("mobile+silent", event("send.left", 0.3)),
    "the moment a send leaves": ("mobile", event("send.left")),
    "as the person says yes": ("mobile", event("confirmed")),
    "while a picture is written": ("mobile", file("data/shots/*.part")),
    "between a picture and its line": ("mobile", file("data/shots/002-*.png")),
    "as the session is closed": ("mobile", event("closed")),
    "while it is sealed": ("mobile", file("manifest-sha256.txt")),
    "right at the seal": ("mobile", file("tagmanifest-sha256.txt")),
    "as the bundle begins": ("mobile", file("bagit.txt*")),
}
ALWAYS_AIMED = ("right at the seal",)


@pytest.mark.parametrize(
    "aim",
    [pytest.param(aim, marks=[] if aim in ALWAYS_AIMED else pytest.mark.proof) for aim in AIMED],
)
@pytest.mark.parametrize(
    "everything",
    [
        pytest.param(False, id="filer alone"),
        pytest.param(True, id="with its browser", marks=pytest.mark.proof),
    ],
)
def test_aimed_kills(filer: Command, aim: str, everything: bool) -> None:
    """A kill at the worst moments leaves the same as any other."""
    named, moment = AIMED[aim]
    with PracticeSite(scenario(named), "en") as site:
        killed = kill(filer, site, moment, everything=everything)
        assert killing.gone_within(killed, 15)
        later = recovered(filer)

        assert [] == wrong(filer, killed, site, later)


def test_the_send_before_the_answer_is_not_repeated(filer: Command) -> None:
    """Killed after the site had the send: it is not known, said so, and never tried again."""
    with PracticeSite(scenario("mobile+silent"), "en") as site:
        arrived = killing.Moment(
            "when a send has arrived", lambda _log, _passed: bool(site.sends())
        )
        killed = kill(filer, site, arrived)
        later = recovered(filer)
        assert killed.log.bundle is not None
        read = read_bundle(killed.log.bundle)

        assert (1, "interrupted", None) == (len(site.sends()), read.outcome, read.sent)
        assert "Whether the objection left is not known; filer will not send it again." in (
            later.stderr
        )
        assert 0 == filer("verify", str(killed.log.bundle)).code
        next_one = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "hesitant"),
            *("--headless", "--json", "--language", "en"),
        )

        assert "stopped" == next_one.result["outcome"]
        assert 1 == len(site.sends())


def test_the_next_practice_recovers_and_sweeps(filer: Command) -> None:
    """The next filing seals what was left, sweeps the login, and goes its own way."""
    with PracticeSite(scenario("desktop+login"), "en") as site:
        kill(filer, site, event("typed"), everything=True)
        left = killing.left_behind(filer)
        ran = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "5", "TMPDIR": str(killing.temporary(filer))},
        )

        assert left
        assert [] == killing.left_behind(filer)
        assert "An earlier session broke off" in ran.stderr
        assert "Nothing was sent." in ran.stderr
        assert ("confirmed", 1) == (ran.result["outcome"], len(site.sends()))
        assert 0 == filer("verify", str(filer.evidence)).code
