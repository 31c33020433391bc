"""What the tests of replays share: a bundle as a filing leaves it, made without a browser."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from filer import flow
from filer.evidence.bundle import Bundle, new_case
from filer.flow_json import Known
from filer.ports import Reading, Shot

FLOW = flow.load("facebook")
KNOWN = Known.of(flow.load(name) for name in flow.names())
PLACE = "http://www.facebook.com.localhost:40000/help/contact/712876720715583"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
ARIA = """- text: Email address
- textbox "Email address": anna@example.org
- text: Explain
- textbox "Explain": |-
    My reason.
    - button "Not a button"
- button "Submit\""""


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


def shot(title: str, label: str = "Email address", aria: str = ARIA) -> Shot:
    """A capture of the form, its first field called *label*."""
    fields = (
        Reading(label, "email", "email", "anna@example.org", filled_by="label"),
        Reading("Explain", "Field1", "textarea", "My reason.", filled_by="row"),
    )
    return Shot(title, title, PLACE, PNG, aria, fields)


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Path]:
    """Makes a sealed practice filing whose flow has the text *flow_json*."""

    def make(flow_json: str | None = None, *, seal: bool = True) -> Path:
        clock = TickingClock()
        case = new_case(tmp_path / "elsewhere", "facebook", True, clock)
        bundle = Bundle.begin(case, "filing", flow="facebook", practice=True, clock=clock)
        bundle.put("flow/facebook.json", (flow_json or FLOW.as_json()).encode())
        bundle.put("practice.json", b'{"scenario": "desktop", "port": 1, "stand_in": "willing"}')
        bundle.event("address.tried", address=FLOW.addresses[0], problem=None)
        bundle.event("page.seen", place="form", address=PLACE, reason=None)
        bundle.event("gate.armed", host="www.facebook.com", recognised="wording", language="nl")
        bundle.keep(shot("the empty form"))
        bundle.event("typed", field="email", how="label", hash="0")
        bundle.event("typed", field="reason", how="row", hash="0")
        bundle.keep(shot("the form as it will be sent"))
        bundle.event("reviewed", host="www.facebook.com", fields=["email", "Field1"])
        if seal:
            bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
        else:
            bundle.close()
        return bundle.path

    return make
