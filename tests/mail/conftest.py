"""What the tests of adding share: a case with a filing, and files to add."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case
from filer.ports import Reading, Shot

MakeCase = Callable[..., Path]


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Makes a case with one sealed filing, in which the form named Anna's address."""

    def make(*, practice: bool = False, email: str = "anna@example.org") -> Path:
        clock = SystemClock()
        case = new_case(tmp_path / "evidence", "facebook", practice, clock)
        with Bundle.begin(
            case, "filing", flow="facebook", practice=practice, clock=clock
        ) as bundle:
            field = Reading("E-mail", "email", "email", email, filled_by="label")
            bundle.keep(Shot("x", "x", "https://www.facebook.com/", None, "- x", (field,)))
            bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
        return case

    return make
