"""The last lines of a run: how many sessions were killed, from which seed, and what came of it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

KILLS = "kills"
"""The name of the property under which a test notes its kills, as JSON: `noted`."""


def noted(seed: str, **counts: int) -> tuple[str, str]:
    """The property that a test records: what it counted, and the *seed* it drew from."""
    return KILLS, json.dumps({"seed": seed, **counts})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what all tests together have killed; tests run in several processes, so it is summed."""
    total: Counter[str] = Counter()
    seeds = set()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == KILLS and report.when == "call":
                    found = json.loads(value)
                    seeds.add(found.pop("seed"))
                    total.update(found)
    if total:
        terminalreporter.section("kill -9 over whole sessions")
        terminalreporter.write_line(f"seed {', '.join(sorted(seeds))} (FILER_TEST_SEED)")
        for what, number in total.items():
            terminalreporter.write_line(f"{number:>5} {what.replace('_', ' ')}")
