"""What the tests of the evidence share: a clock one can read, and bundles made in the usual way."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.ports import Reading, Shot

REASON = "Ik maak bezwaar: het gaat om foto's van mijn gezin. Ωλé 🙂"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


class TickingClock:
    """A clock that moves on a millisecond at each look."""

    def __init__(self) -> None:
        self._ticks = itertools.count()

    def now(self) -> dt.datetime:
        """Noon, and a millisecond more at each look."""
        start = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
        return start + dt.timedelta(milliseconds=next(self._ticks))

    def mono_ns(self) -> int:
        """A number that grows."""
        return next(self._ticks) * 1_000_000


@pytest.fixture
def clock() -> TickingClock:
    """A clock that moves on a millisecond at each look."""
    return TickingClock()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An evidence folder, not created yet."""
    return tmp_path / "evidence"


@pytest.fixture
def shot() -> Callable[..., Shot]:
    """A capture as the browser makes it."""

    def make(name: str = "the form as it will be sent", email: str = "anna@example.org") -> Shot:
        fields = (
            Reading("E-mailadres", "email", "email", email, filled_by="label"),
            Reading("Uw bezwaar", "reason", "text", REASON, filled_by="row"),
        )
        return Shot(
            name=name,
            title="Bezwaar | Facebook",
            address="https://someone:secret@www.facebook.com/help/contact/1?token=abc#top",
            png=PNG,
            aria=f"- textbox: {REASON}",
            fields=fields,
        )

    return make


@pytest.fixture
def begin(root: Path, clock: TickingClock) -> Callable[..., Bundle]:
    """Begins a filing in a new case, or in *case*."""

    def make(case: Path | None = None, practice: bool = False) -> Bundle:
        case = case or new_case(root, "facebook", practice, clock)
        return Bundle.begin(case, "filing", flow="facebook", practice=practice, clock=clock)

    return make


@pytest.fixture
def filed(begin: Callable[..., Bundle], shot: Callable[..., Shot]) -> Callable[..., Path]:
    """A whole filing, sealed, with the given outcome."""

    def make(
        outcome: str = "confirmed",
        case: Path | None = None,
        practice: bool = False,
        email: str = "anna@example.org",
    ) -> Path:
        bundle = begin(case, practice)
        bundle.put("environment.json", environment({"browser": "Chromium 156"}))
        bundle.put("flow/facebook.txt", b"Open, fill, stop.\n")
        bundle.keep(shot("the empty form", ""))
        bundle.keep(shot(email=email))
        sent: bool | None = False
        if outcome in {"confirmed", "sent", "refused", "unknown"}:
            bundle.event("confirmed", "person")
            bundle.event("pressed", "person")
            bundle.event("send.left", names=["email", "reason"])
            sent = None
            if outcome != "unknown":
                bundle.event("send.answered", status=200)
                sent = True
        bundle.seal({"outcome": outcome, "reason": None, "sent": sent})
        return bundle.path

    return make
