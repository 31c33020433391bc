"""Forms that were met and recorded (`tests/drift/recorded/`): the flow must know every wording.

`filer record URL --to tests/drift/recorded/NAME` adds one; nothing else is needed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from filer import drift, recording
from filer.practice.recorded import RecordedSite
from flows.facebook import FLOW
from tests.end_to_end.windows import window_on

RECORDED = Path(__file__).parent / "recorded"
NAMES = sorted(path.name for path in RECORDED.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_form_is_as_expected(playwright: Playwright, name: str) -> None:
    """What was met once is known by its words, today and after the next repair."""
    folder = RECORDED / name
    with RecordedSite(folder) as site, window_on(playwright, site) as window:
        window.open(f"https://www.facebook.com{recording.address_of(folder)}")
        window.settle(1)
        seen = window.fingerprint(FLOW)

    assert seen is not None
    assert [] == [each.sentence() for each in drift.compare(FLOW, seen) if each.weighty]
