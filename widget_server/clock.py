"""The one place that reads the clock, and that waits.

Everything else takes `now` as an argument, so that any moment can be tested. How long something
takes is measured in ticks, which nobody can put forward or back.
"""

import time
from dataclasses import dataclass, field
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


class Ticks(Protocol):
    """Measures how long something takes, and waits."""

    def seconds(self) -> float:
        """Return the seconds since some moment that stays the same."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemTicks:
    """The machine's own."""

    def seconds(self) -> float:
        """Return the seconds since some moment that stays the same."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass
class FixedTicks:
    """Ticks that stand until somebody waits; for tests."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        """Return the seconds that were waited for so far."""
        return self.passed

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.passed += seconds


@dataclass(frozen=True, slots=True)
class Deadline:
    """When somebody who waits must have an answer; handed down with what is done for them."""

    ticks: Ticks
    ends: float

    @classmethod
    def within(cls, seconds: float, ticks: Ticks) -> "Deadline":
        """Return the deadline that is so many seconds ahead."""
        return cls(ticks, ticks.seconds() + seconds)

    def left(self) -> float:
        """Return the seconds that are left; 0 when it is over."""
        return max(0.0, self.ends - self.ticks.seconds())
