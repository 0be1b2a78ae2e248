"""Dates that recur: the same wall-clock time, day after day, week after week, month after month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

FREQUENCIES = ("daily", "weekly", "monthly")
_DAYS = {"daily": 1, "weekly": 7}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` days, weeks or months, `count` times with the first."""

    frequency: str
    interval: int
    count: int

    def dates(self, first: date) -> list[date]:
        """Return the dates; a month without the day of the first takes its last day."""
        return [self._shifted(first, number * self.interval) for number in range(self.count)]

    def _shifted(self, first: date, steps: int) -> date:
        if self.frequency in _DAYS:
            return first + timedelta(days=_DAYS[self.frequency] * steps)
        months = first.month - 1 + steps
        year, month = first.year + months // 12, months % 12 + 1
        return date(year, month, min(first.day, monthrange(year, month)[1]))
