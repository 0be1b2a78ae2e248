"""A recurring series: one booking, written out as many."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from widget_server.errors import InvalidInput

_DAYS = {"daily": 1, "weekly": 7}


def write_out(booking: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the bookings of a series: the same wall-clock time on each of its dates.

    `recurrence` has `frequency` (daily, weekly, monthly), `interval` (every so many) and `count`
    (with the first). A month without the day of the first takes its last day.
    """
    again = booking["recurrence"]
    if "date" not in booking:
        raise InvalidInput.at("date", "A series needs date and time.")
    once = {name: value for name, value in booking.items() if name != "recurrence"}
    return [
        {**once, "date": _shifted(booking["date"], again["frequency"], n * again["interval"])}
        for n in range(again["count"])
    ]


def _shifted(first: date, frequency: str, steps: int) -> date:
    if frequency in _DAYS:
        return first + timedelta(days=_DAYS[frequency] * steps)
    months = first.month - 1 + steps
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))
