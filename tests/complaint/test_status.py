"""`filer status`: what a person reads, and what a program reads."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from pathlib import Path

import click
import pytest
import time_machine
from click.testing import CliRunner

from filer.cli import cli
from tests.complaint.making import ALL, GRANTED, NOW, Cases, break_a_file
from tests.end_to_end.command import Command


@pytest.fixture
def many(tmp_path: Path) -> Cases:
    """A case of each kind."""
    cases = Cases(tmp_path / "evidence")
    for build in ALL.values():
        build(cases)
    return cases


def status(root: Path, *more: str, at: dt.datetime = NOW) -> str:
    """What `filer status` prints at *at*, in the Netherlands."""
    with time_machine.travel(at, tick=True):
        result = CliRunner().invoke(
            cli,
            ["status", "--language", "en", *more],
            env={"FILER_COUNTRY": "nl", "FILER_EVIDENCE": str(root), "FILER_LANGUAGE": "en"},
            catch_exceptions=False,
        )
    assert 0 == result.exit_code, result.stderr
    return result.stdout


def test_eighty_columns_are_enough(many: Cases) -> None:
    """Of many cases, no line is wider than 80 columns but for commands, which stay whole."""
    said = status(many.root)
    wide = [line for line in said.splitlines() if len(line) > 80]

    assert [] == [line for line in wide if not line.lstrip().startswith("filer ")]
    assert "\x1b" not in said


def test_every_case_is_told(many: Cases) -> None:
    """Each case has its block: name, state, and something to do."""
    said = status(many.root)

    for case in many.root.iterdir():
        (block,) = (
            b for b in said.split("\n\n") if re.search(rf"^\w+  {case.name}$", b, re.MULTILINE)
        )
        assert "What you can do now:" in block


def test_json_is_as_the_contract_says(many: Cases) -> None:
    """One object; each case has what the contract names, with a date one can compute with."""
    told = json.loads(status(many.root, "--json"))["results"]
    words = set("not sent,sent,confirmed,granted,refused,unanswered,unknown".split(","))

    assert len(ALL) == len(told)
    for case in told:
        assert {"case", "state", "since", "due", "evidence", "next"} <= set(case)
        assert case["state"] in words | {"complaint made", "closed"}
        assert Path(case["case"]).is_dir()
        assert case["due"] is None or dt.date.fromisoformat(case["due"])
        assert dt.datetime.fromisoformat(case["since"]).tzinfo
        for fact in case["evidence"]:
            assert (Path(case["case"]) / fact["bundle"]).is_dir()
        assert all(set(step) == {"do", "command"} for step in case["next"])


def test_one_case_in_full(many: Cases) -> None:
    """Named, a case is told with its evidence, its rules, and every date."""
    case = next(c for c in many.root.iterdir() if c.name.startswith("2027-01-12"))
    said = " ".join(status(many.root, case.name).split())

    assert "[01-filing, line 8]" in said
    assert "One month from receipt (GDPR, Article 12(3))." in said
    assert "This date is our own advice" in said
    assert said.endswith("This is no legal advice.")


def test_what_was_added_is_known(tmp_path: Path) -> None:
    """Mails that count for nothing, a letter and a note are listed, and move nothing."""
    cases = Cases(tmp_path / "evidence")
    case = cases.at("2027-01-12 14:05").filing("confirmed")
    before = status(cases.root)
    cases.at("2027-01-13 08:00").mail(case, "Thank you for your mail.", signed_by_meta=False)
    cases.at("2027-01-13 09:00").mail(case, "Thank you for your mail.")
    cases.at("2027-01-13 10:00").mail(case, GRANTED, signed_by_meta=False)
    cases.at("2027-01-14 10:00").say(case, None, note="Meta called.")
    cases.bundle(case, "letter")
    said = " ".join(status(cases.root).split())

    assert "A mail was added. That Meta wrote it is not proven, and what it says is not" in said
    assert "A mail that Meta signed was added. What it says is not clear to filer." in said
    assert "A mail says, if it is real: the objection is honoured. No signature of" in said
    assert re.search(r"A note was added\. \[05-note, line \d\]", said)
    assert "A letter was made with filer. filer does not post it. [06-letter" in said
    state = next(line for line in before.splitlines() if "CONFIRMED" in line)
    assert " ".join(state.split()) in said


def test_whose_rule_the_waiting_is(many: Cases) -> None:
    """Whoever waits hears that the month is no condition of Article 77."""
    said = " ".join(status(many.root).split())

    assert "It is not a condition of Article 77." in said


def test_the_commands_exist(many: Cases) -> None:
    """Each command that is named can be typed: the command, and each option of it, exist."""
    lines = [line.strip() for line in status(many.root).splitlines()]
    typed = [shlex.split(line) for line in lines if line.startswith("filer ")]

    assert typed
    for _filer, name, *words in typed:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        known = {opt for p in command.params if isinstance(p, click.Option) for opt in p.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_no_cases(tmp_path: Path) -> None:
    """With nothing there, it says so and how to begin."""
    said = status(tmp_path)

    assert said.startswith("You have no cases yet.")
    assert {"results": []} == json.loads(status(tmp_path, "--json"))


def test_an_unknown_country_is_said(tmp_path: Path) -> None:
    """Where no country is set, dates are given with a word that holidays are not counted."""
    cases = Cases(tmp_path / "evidence")
    cases.at("2027-01-19 14:05").filing("confirmed")
    with time_machine.travel(NOW, tick=True):
        result = CliRunner().invoke(
            cli, ["status"], env={"FILER_EVIDENCE": str(cases.root), "FILER_LANGUAGE": "en"}
        )

    assert "filer does not know your country" in result.stdout


def test_the_calendar_file(many: Cases, tmp_path: Path) -> None:
    """With --ics the file is written, and how many dates it holds is said."""
    file = tmp_path / "due.ics"
    status(many.root, "--ics", str(file))

    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert 10 < file.read_bytes().count(b"BEGIN:VEVENT")


def test_what_a_crash_left_is_sealed_first(filer: Command, tmp_path: Path) -> None:
    """Status finds a session that broke off, seals it, and tells where the case stands."""
    evidence = tmp_path / "broke-off"
    cases = Cases(evidence)
    cases.clock.at = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    case = cases.filing("unknown", crash="yes")
    run = filer("status", "--evidence", str(evidence), "--json")

    assert (0, "unknown") == (run.code, run.result["state"])
    assert "broke off" in run.stderr
    assert (case / "01-filing/seal.sha256").is_file()


def test_the_overview_says_the_same(filer: Command, tmp_path: Path) -> None:
    """`filer` alone gives each case its state and date, and says where evidence is broken."""
    evidence = tmp_path / "overview"
    cases = Cases(evidence)
    cases.clock.at = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    cases.filing("confirmed")
    break_a_file(cases.filing("confirmed", flow="instagram") / "01-filing")
    run = filer("--evidence", str(evidence))

    assert 0 == run.code
    assert 2 == run.stdout.count("confirmed; due ")
    assert 1 == run.stdout.count("EVIDENCE BROKEN")
    told = filer("--evidence", str(evidence), "--json").results
    assert {"confirmed"} == {case["state"] for case in told}


@pytest.mark.parametrize("name", ["nothing-here", "."])
def test_a_name_that_is_no_case(name: str, filer: Command) -> None:
    """What is no case is wrong usage, with a sentence."""
    run = filer("status", name)

    assert 2 == run.code
    assert "case" in run.stderr


def test_what_was_done_elsewhere_enters_by_the_command(filer: Command, tmp_path: Path) -> None:
    """`filer add CASE --means … --on …` needs no file, moves the case, and refuses the future."""
    evidence = tmp_path / "elsewhere"
    cases = Cases(evidence)
    cases.clock.at = dt.datetime.now(dt.UTC) - dt.timedelta(days=5)
    case = str(cases.filing("unavailable", reason="other region"))
    yesterday, later = (
        (dt.datetime.now().astimezone().date() + dt.timedelta(days=n)).isoformat() for n in (-1, 2)
    )
    added = filer("add", case, "--means", "sent", "--on", yesterday, "--json")
    early = filer("add", case, "--means", "received", "--on", later)
    told = filer("status", "--evidence", str(evidence), "--json").result

    assert (0, 2) == (added.code, early.code)
    assert ("sent", "person") == (added.result["meaning"], added.result["meaning_by"])
    assert "has not come yet" in early.stderr
    assert ("sent", yesterday) == (told["state"], told["deadlines"][1]["counted_from"])
