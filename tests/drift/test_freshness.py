"""When a flow was last seen working: what is kept of a run, and when it is called stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from filer import flow, freshness
from filer.flow import Flow
from filer.freshness import STALE, Run
from filer.telling import seen_working

CHECKED = date(2026, 11, 23)


@pytest.fixture
def facebook() -> Flow:
    """A flow that was last checked on a day that does not move."""
    return replace(flow.load("facebook"), checked=CHECKED.isoformat())


def run_of(wanted: Flow, day: str, outcome: str = "confirmed", language: str = "nl") -> Run:
    """A run of this version of *wanted*."""
    return Run(day, freshness.version(wanted), outcome, language)


def test_a_run_is_read_back(facebook: Flow, tmp_path: Path) -> None:
    """What was noted of a run is what is known of it later."""
    file = tmp_path / "new" / "runs.json"
    run = run_of(facebook, "2026-11-25")
    freshness.note(facebook, run, file)
    fresh = freshness.of(facebook, file)

    assert (run, True, None) == (fresh.seen, fresh.this, fresh.failed)
    assert ("Last seen working on this computer on 25 November 2026, in Dutch.",) == seen_working(
        fresh, CHECKED
    )


def test_no_value_is_kept(facebook: Flow, tmp_path: Path) -> None:
    """The file holds a day, an outcome, a language and a version, and nothing else."""
    file = tmp_path / "runs.json"
    freshness.note(facebook, Run("2026-11-25", "v", "confirmed", "nl"), file)

    assert (
        '{\n  "facebook": [\n    {\n      "day": "2026-11-25",\n      "version": "v",\n'
        '      "outcome": "confirmed",\n      "language": "nl"\n    }\n  ]\n}\n'
    ) == file.read_text()


def test_another_version_of_the_flow_is_told_apart(facebook: Flow, tmp_path: Path) -> None:
    """That an earlier description worked proves nothing of this one."""
    file = tmp_path / "runs.json"
    freshness.note(facebook, Run("2026-11-25", "older", "confirmed", "de"), file)
    fresh = freshness.of(facebook, file)

    assert not fresh.this
    assert "with an earlier version" in seen_working(fresh, CHECKED)[0]


@pytest.mark.parametrize(("days", "stale"), [(STALE, False), (STALE + 1, True)])
def test_a_flow_that_nobody_saw_for_long_is_stale(
    facebook: Flow,
    days: int,
    stale: bool,
) -> None:
    """After ninety days without a sign of life there is a warning."""
    fresh = freshness.of(facebook, None)
    today = CHECKED + timedelta(days=days)

    assert stale is fresh.stale(today)
    assert (2 if stale else 1) == len(seen_working(fresh, today))


def test_a_run_that_worked_makes_it_fresh_again(facebook: Flow, tmp_path: Path) -> None:
    """What was seen here counts as well as what was checked elsewhere."""
    file = tmp_path / "runs.json"
    freshness.note(facebook, run_of(facebook, "2027-05-01", "as expected"), file)

    assert not freshness.of(facebook, file).stale(date(2027, 5, 2))


def test_a_form_that_has_changed_since_is_stale(facebook: Flow, tmp_path: Path) -> None:
    """A drift after the last success is a warning at once, until the flow is another version."""
    file = tmp_path / "runs.json"
    freshness.note(facebook, run_of(facebook, "2026-11-24"), file)
    freshness.note(facebook, run_of(facebook, "2026-11-25", "drifted"), file)
    repaired = replace(facebook, checked="2026-11-26")

    assert freshness.of(facebook, file).stale(CHECKED)
    assert "On 25 November 2026" in seen_working(freshness.of(facebook, file), CHECKED)[1]
    assert not freshness.of(repaired, file).stale(CHECKED)


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"facebook": 1}', '{"facebook": [{"day": "x"}, 3]}', "\ud800"]
)
def test_an_odd_file_is_no_file(facebook: Flow, tmp_path: Path, text: str) -> None:
    """What cannot be read tells nothing, and stops nobody."""
    file = tmp_path / "runs.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))

    assert freshness.of(facebook, file).seen is None


def test_a_file_that_cannot_be_written_stops_nobody(facebook: Flow, tmp_path: Path) -> None:
    """Filing matters more than the note about it."""
    (tmp_path / "file").write_text("")
    freshness.note(facebook, run_of(facebook, "2026-11-25"), tmp_path / "file" / "runs.json")

    assert "" == (tmp_path / "file").read_text()
