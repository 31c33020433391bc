"""Every curated scenario of the practice site ends as its listing says it does.

`make test` runs a scenario for each answer, with the detours spread over them; `make proof` all.
What the practice site plants (`tests/secrets`) is searched for in each.
"""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet

from filer.practice.places import CANARIES
from filer.practice.scenarios import ANSWERS, DETOURS, RENDERINGS, all_scenarios, scenario
from tests.end_to_end.command import Command
from tests.secrets.search import hits

EXIT_OF = {"confirmed": 0, "sent": 6, "refused": 6, "unknown": 6, "unavailable": 5}
SENT_OF = {"confirmed": True, "sent": True, "refused": True, "unknown": None, "unavailable": False}


SELECTION = (
    "default",
    "desktop+cookies+login+code+thanks-page",
    "mobile+login+two-factor+newsletter+honeypot+thanks-dialog",
    "app+prefilled+thanks-passing",
    "desktop+prefilled-other+slow+too-short",
    "mobile+question+went-wrong",
    "app+limit+throttled-send",
    "desktop+login+terms+no-wording",
    "mobile+old-address+cut",
    "app+silent",
    "mobile+login+session-expired",
    *("desktop+throttled", "mobile+other-region", "app+login+two-factor+sent-home"),
    *("desktop+login+already-objected", "mobile+moved", "app+foreign-host", "desktop+locked"),
)
"""The scenarios that `make test` runs."""


def cases() -> list[ParameterSet]:
    """The selection, and as proof every curated scenario."""
    return [pytest.param(name, id=name) for name in SELECTION] + [
        pytest.param(one.name, id=one.name, marks=pytest.mark.proof)
        for one in all_scenarios()
        if one.name not in SELECTION
    ]


def test_the_selection_tells() -> None:
    """The selection holds every answer, every detour and every rendering."""
    chosen = [scenario(name) for name in SELECTION]

    assert set(ANSWERS) == {one.answer for one in chosen}
    assert set(DETOURS) == {detour for one in chosen for detour in one.detours}
    assert set(RENDERINGS) == {one.rendering for one in chosen}


def test_the_listing(filer: Command) -> None:
    """`--list --json` tells of each scenario how it looks and how it ends."""
    ran = filer("practice", "--list", "--json")

    assert 0 == ran.code
    assert [one.name for one in all_scenarios()] == [one["name"] for one in ran.results]
    assert all({"rendering", "detours", "answer", "expect"} <= set(one) for one in ran.results)


@pytest.mark.parametrize("name", cases())
def test_it_ends_as_listed(filer: Command, name: str) -> None:
    """The willing stand-in is left with what the scenario says, with its exit code and reason."""
    expected = scenario(name)
    short = expected.expect in {"sent", "unknown"}  # words that never come are waited for
    ran = filer(
        "practice",
        "instagram" if len(name) % 2 else "facebook",
        *("--scenario", name, "--stand-in", "willing"),
        *("--language", "en", "--headless", "--json"),
        env={"FILER_PATIENCE": "4" if short else "20" if expected.has("code") else "12"},
    )
    result = ran.result

    assert expected.expect == result["outcome"], ran.stderr
    assert SENT_OF[expected.expect] is result["sent"]
    assert EXIT_OF[expected.expect] == ran.code
    assert name == result["scenario"]
    assert result["sealed"]
    assert [] == hits(filer.evidence, CANARIES)
    assert [] == [word for word in CANARIES.values() if word in ran.stdout + ran.stderr]
    if expected.expect_reason:
        assert expected.expect_reason == result["reason"]
