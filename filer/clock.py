"""The clock of this machine, as `ports.Clock`."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

# A laptop that was asleep for an hour was away for an hour: what a person said ten minutes before
# is old then. Python's own monotonic clock stands still in sleep on Linux and macOS; these do not.
_ASLEEP_TOO = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


class SystemClock:
    """The system's clock. It can be wrong or set: evidence needs other witnesses of time too."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day where this computer is, as its person would write it."""
        return self.now().astimezone().date()

    def mono_ns(self) -> int:
        """Nanoseconds on a clock that nobody sets, and that goes on while the machine sleeps."""
        if _ASLEEP_TOO is None:  # Windows, whose monotonic clock does so too
            return time.monotonic_ns()
        return time.clock_gettime_ns(_ASLEEP_TOO)
