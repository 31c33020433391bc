"""Every curated scenario of the practice site ends as its listing says it does.

`make test` runs one scenario an answer and one a detour, turning the rendering; `make proof` all.
"""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet

from filer.practice.scenarios import ANSWERS, DETOURS, RENDERINGS, all_scenarios, scenario
from tests.end_to_end.command import Command

EXIT_OF = {"confirmed": 0, "sent": 6, "refused": 6, "unknown": 6, "unavailable": 5}
SENT_OF = {"confirmed": True, "sent": True, "refused": True, "unknown": None, "unavailable": False}


def selection() -> set[str]:
    """The scenarios that `make test` runs."""
    parts = (*ANSWERS, *DETOURS)
    turned = {f"{RENDERINGS[n % len(RENDERINGS)]}+{part}" for n, part in enumerate(parts)}
    return {"default", *turned}


def cases() -> list[ParameterSet]:
    """Every curated scenario; those outside the selection are proof."""
    chosen = selection()
    names = [one.name for one in all_scenarios()]
    return [
        pytest.param(name, id=name, marks=[] if name in chosen else [pytest.mark.proof])
        for name in names
    ]


def test_the_selection_is_curated() -> None:
    """The selection holds curated scenarios alone, and each answer and each detour once."""
    assert selection() <= {one.name for one in all_scenarios()}
    assert 1 + len(ANSWERS) + len(DETOURS) == len(selection())


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
    short = expected.expect == "unknown"  # an answer that never comes is waited for
    ran = filer(
        "practice",
        "instagram" if len(name) % 2 else "facebook",
        *("--scenario", name, "--stand-in", "willing"),
        *("--language", "en", "--headless", "--json"),
        env={"FILER_PATIENCE": "4" if short else "12"},
    )
    result = ran.result

    assert expected.expect == result["outcome"], ran.stderr
    assert SENT_OF[expected.expect] is result["sent"]
    assert EXIT_OF[expected.expect] == ran.code
    assert name == result["scenario"]
    assert result["sealed"]
    if expected.expect_reason:
        assert expected.expect_reason == result["reason"]
