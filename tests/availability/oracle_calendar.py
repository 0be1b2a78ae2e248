"""The oracle's calendar: wall clocks by zoneinfo alone, and which periods hold on a date."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

DAY = timedelta(days=1)
# What is kept of thousands of cases is of no use to the next one, and a gigabyte.
MOST = 50_000


def minute(moment):
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=1))


def first_minute(moment):
    return -((datetime(1970, 1, 1, tzinfo=UTC) - moment) // timedelta(minutes=1))


def moment(t):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=t)


@lru_cache(MOST)
def local(zone, t):
    return moment(t).astimezone(zone).replace(tzinfo=None)


def occurrences(zone, wall):
    """Every minute at which the clock on the wall shows this."""
    found = set()
    for fold in (0, 1):
        t = minute(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC))
        if local(zone, t) == wall:
            found.add(t)
    return found


@lru_cache(MOST)
def to_minute(zone, wall):
    found = occurrences(zone, wall)
    if found:
        return min(found)
    # Skipped: moved forward by the gap, that is, by what the clock was moved.
    before = (wall - DAY).replace(tzinfo=zone).utcoffset()
    after = (wall + DAY).replace(tzinfo=zone).utcoffset()
    shown = wall + (after - before)
    return max(occurrences(zone, shown))


@lru_cache(MOST)
def exists(zone, day):
    walls = (
        datetime(day.year, day.month, day.day) + timedelta(minutes=m) for m in range(0, 1440, 10)
    )
    last = datetime(day.year, day.month, day.day, 23, 59)
    return any(occurrences(zone, wall) for wall in (*walls, last))


def is_off(off, day):
    first, last = (date.fromisoformat(off[key]) for key in ("start_date", "end_date"))
    if not off.get("repeat_yearly"):
        return first <= day <= last
    # Walk through the first occurrence a day at a time: a yearly date is its month and day.
    here, length = first, (last - first).days
    if length >= 366:
        return day >= first
    for _ in range(length + 1):
        if (here.month, here.day) == (day.month, day.day) and day >= here:
            return True
        here += DAY
    # A 29 February in between belongs to the range in the years that have one.
    if (day.month, day.day) == (2, 29) and day >= first:
        eve, after = (2, 28), (3, 1)
        days = [(first + DAY * n) for n in range(length + 1)]
        marks = [(d.month, d.day) for d in days]
        return any(a == eve and b == after for a, b in pairwise(marks))
    return False


def periods_on(employee, day):
    if any(is_off(off, day) for off in employee.get("days_off", [])):
        return []
    best = None
    for special in employee.get("special_days", []):
        if special["start_date"] <= day.isoformat() <= special["end_date"] and (
            best is None or special["start_date"] >= best["start_date"]
        ):
            best = special
    if best:
        return best["periods"]
    return [
        period
        for entry in employee.get("working_hours", [])
        if entry["weekday"] == day.isoweekday()
        for period in entry["periods"]
    ]


def wall_of(day, text):
    if text == "24:00":
        return datetime(day.year, day.month, day.day) + DAY
    hours, minutes = text.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes))
