"""The clock of this machine, as `ports.Clock`."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The system's clock: it can be wrong or changed, which is why evidence gets other times too."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def mono_ns(self) -> int:
        """Nanoseconds on a clock that nobody sets."""
        return time.monotonic_ns()
