"""Which days a report is about, cut into the business's own days, weeks and months.

A local day is not always 24 hours long: each stretch is a pair of instants, read off the business's
clock, so that a visit belongs to the date that the wall showed when it began.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from widget_server.backend.rules.local_time import instant

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Dates of the business, both included, as the half-open instants from `start` to `end`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """When the first date begins."""
        return instant(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """When the last date is over."""
        return instant(self.last + DAY, time(), self.zone)

    def days(self) -> Iterator[date]:
        """Yield its dates."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * DAY


# How the label of a date's day, week (of ISO 8601) and month is made.
LABELS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: f"{day:%G-W%V}",
    "month": lambda day: f"{day:%Y-%m}",
}


def cut(span: Span, unit: str) -> Iterator[tuple[str, Span]]:
    """Yield a span's days, weeks or months with their labels; the outer ones may be parts."""
    for label, days in groupby(span.days(), LABELS[unit]):
        dates = list(days)
        yield label, Span(dates[0], dates[-1], span.zone)
