"""When an employee works, read straight from the schedule as it is kept.

This is not the engine: it serves reports on appointments that no longer lie in working time, and
the demo diary. Schedules are wall-clock times in the employee's zone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.backend.models import Employee
from widget_server.backend.rules.local_time import instant

Entry = Mapping[str, Any]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A working period as instants; null `services` means all, null `location` any."""

    start: datetime
    end: datetime
    services: list[int] | None
    location: int | None


def openings(employee: Employee, days: Iterable[date], zone: ZoneInfo) -> Iterator[Opening]:
    """Yield the periods that begin on these dates; one may run into the next date."""
    for day in days:
        for period in _periods(employee, day):
            start, end = _edge(day, period["start"], zone), _edge(day, period["end"], zone)
            if period["end"] < period["start"]:
                end = _edge(day + DAY, period["end"], zone)
            if start < end:
                place = period["location"] or employee.location_id
                yield Opening(start, end, period["services"], place)


def covers(open_times: Iterable[Opening], start: datetime, end: datetime) -> bool:
    """Tell whether the openings, joined where they touch, hold the whole visit."""
    reached = start
    for opening in sorted(open_times, key=lambda one: one.start):
        if opening.start <= reached < opening.end:
            reached = opening.end
    return reached >= end


def _periods(employee: Employee, day: date) -> list[Entry]:
    if any(_is_off(entry, day) for entry in employee.days_off):
        return []
    special = [entry for entry in employee.special_days if _within(entry, day)]
    if special:
        # The one that starts latest wins, then the later in the list.
        starts = [entry["start_date"] for entry in special]
        latest = len(starts) - 1 - starts[::-1].index(max(starts))
        return list(special[latest]["periods"])
    return [
        period
        for entry in employee.working_hours
        if entry["weekday"] == day.isoweekday()
        for period in entry["periods"]
    ]


def _within(entry: Entry, day: date) -> bool:
    return bool(entry["start_date"] <= day.isoformat() <= entry["end_date"])


def _is_off(entry: Entry, day: date) -> bool:
    if not entry["repeat_yearly"] or _within(entry, day):
        return _within(entry, day)
    first, last, this = (text[5:] for text in (entry["start_date"], entry["end_date"], str(day)))
    over_new_year = last < first
    began = day.year - (over_new_year and this < first)
    inside = (this >= first or this <= last) if over_new_year else first <= this <= last
    return bool(inside and began >= int(entry["start_date"][:4]))


def _edge(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        return instant(day + DAY, time(), zone)
    return instant(day, time.fromisoformat(clock), zone)
