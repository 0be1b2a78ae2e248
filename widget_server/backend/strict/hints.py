"""Dates as a hint: the months they touch are answered whole, as a calendar page would want.

One witness saw the platform take no dates, another maps them; both would see this.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

START, END = "calendar_start_date", "calendar_end_date"


def widened(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the query with its dates moved to the ends of their months."""
    return [(name, _moved(name, value)) for name, value in query]


def _moved(name: str, value: str) -> str:
    try:
        day = date.fromisoformat(value) if name in (START, END) else None
    except ValueError:
        day = None  # the application says what is wrong with it
    if day is None or day.isoformat() != value:
        return value
    last = monthrange(day.year, day.month)[1]
    return day.replace(day=1 if name == START else last).isoformat()
