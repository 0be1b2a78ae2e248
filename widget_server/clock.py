"""The one place that reads the clock.

Everything else takes `now` as an argument, so that any moment can be tested.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place


@dataclass
class FixedClock:
    """A clock that stands until it is moved; for tests and for replaying cases."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment the clock was set to."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.moment += by
