"""What the tests of cases share: an evidence folder to make cases in, and a way to read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.complaint.cases import CaseStatus, status
from filer.complaint.deadlines import place
from filer.evidence import reading
from filer.evidence.verify import verify
from tests.complaint.making import NOW, Cases

Stands = Callable[..., CaseStatus]


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    """Makes cases in an evidence folder of the test."""
    return Cases(tmp_path / "evidence")


@pytest.fixture
def stands() -> Stands:
    """Says where a case stands, verified, for a person in the Netherlands unless told otherwise."""

    def look(case: Path, at: str = "", country: str = "nl") -> CaseStatus:
        now = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC) if at else NOW
        (read,) = (each for each in reading.cases(case.parent) if each.path == case)
        verified = {bundle.path: verify(bundle.path) for bundle in read.bundles}
        return status(read, verified, place(country), now)

    return look
