"""Whether somebody beyond the form may be asked: asked once, kept, and obeyed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from filer.evidence.reading import read_log
from tests.end_to_end.command import NOWHERE, Command, Run

QUESTION = "May filer have the time of your evidence confirmed?"
OUTSIDE: dict[str, str | None] = {
    "HTTPS_PROXY": NOWHERE,
    "HTTP_PROXY": NOWHERE,
    "FILER_PATIENCE": "2",
    "FILER_EMAIL": "a@example.org",
    "FILER_REASON": "I write about my own family, and want it used for nothing else. " * 3,
    "FILER_TSA_URLS": None,
}


def filed(filer: Command, *answers: str) -> Run:
    """A filing that finds no site, at a terminal, with these *answers* to the first question."""
    running = filer.start("file", "facebook", "--headless", "--json", env=OUTSIDE, terminal=True)
    if answers:
        running.until_said(QUESTION)
        running.type(answers[0])
    running.until_said("Only Enter means: go")
    running.type("go")
    running.until_said("I want to look in the window", 60)
    running.type("end")
    return running.finish()


def stamping(run: Run) -> tuple[str, object]:
    """What the bundle's log says of who was asked for timestamps."""
    bundle = Path(json.loads(run.stdout)["results"][0]["bundle"])
    lines = list(read_log(bundle / "data/session.jsonl"))
    return lines[1].event, dict(lines[1].data)


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        ("yes", ("timestamps.wanted", {"authorities": ["sectigo-qualified", "quovadis-eu"]})),
        ("no", ("timestamps.none", {"why": "declined"})),
    ],
)
def test_asked_once(filer: Command, answer: str, logged: tuple[str, object]) -> None:
    """The first filing asks, the second does not; both do as the person said."""
    first, second = filed(filer, answer), filed(filer)

    assert QUESTION in first.stderr
    assert QUESTION not in second.stderr
    assert logged == stamping(first) == stamping(second)


def test_nobody_to_ask(filer: Command) -> None:
    """Where nobody can type, nobody is asked, no authority either, and it is not kept as a no."""
    run = filer("file", "facebook", "--headless", "--json", env=OUTSIDE)

    assert ("timestamps.none", {"why": "not asked"}) == stamping(run)
    assert QUESTION not in run.stderr
    assert not list(filer.home.rglob("choices.json"))
