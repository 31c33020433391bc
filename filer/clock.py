"""The clock of this machine, as `ports.Clock`."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The system's clock. It can be wrong or set: evidence needs other witnesses of time too."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def mono_ns(self) -> int:
        """Nanoseconds on a clock that nobody sets."""
        return time.monotonic_ns()
