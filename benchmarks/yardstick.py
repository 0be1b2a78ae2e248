"""The least that Python does for the family: one sweep that knows nothing but these very rules.

The engine is measured in its multiples, so that figures from different machines and days compare.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.workloads import (
    CELL,
    CLOSES,
    FIRST_DAY,
    HOST_ZONE,
    OPENS,
    VISITOR_ZONE,
    BusyText,
    Workload,
)

LENGTH = 30


def sweep(workload: Workload, hosts: list[BusyText]) -> dict[str, list[int]]:
    """Return the open starts of any host, in minutes since 1970, by the visitor's date."""
    low, high = (_minute(edge) for edge in workload.window)
    periods = _periods(workload.days)
    read = datetime.fromisoformat
    found: set[int] = set()
    for host in hosts:
        busy = sorted(
            (int(read(start).timestamp()) // 60, int(read(end).timestamp()) // 60)
            for start, end in host
        )
        at, count, reach = 0, len(busy), -1
        for opens, closes in periods:
            start = opens
            while start + LENGTH <= closes:
                while at < count and busy[at][0] < start + LENGTH:
                    if busy[at][1] > reach:  # noqa: PLR1730 - max() is a call more
                        reach = busy[at][1]
                    at += 1
                if reach <= start and low <= start < high:
                    found.add(start)
                start += CELL
    return _by_date(sorted(found))


def _periods(days: int) -> list[tuple[int, int]]:
    zone, found = ZoneInfo(HOST_ZONE), []
    for number in range(-1, days + 1):
        day = FIRST_DAY + timedelta(days=number)
        if day.isoweekday() <= 5:
            opens = _minute(datetime(day.year, day.month, day.day, OPENS // 60, tzinfo=zone))
            closes = _minute(datetime(day.year, day.month, day.day, CLOSES // 60, tzinfo=zone))
            found.append((opens, closes))
    return found


def _by_date(starts: list[int]) -> dict[str, list[int]]:
    zone = ZoneInfo(VISITOR_ZONE)
    days: dict[str, list[int]] = {}
    here: list[int] = []
    end = -1
    for start in starts:
        if start >= end:
            day = datetime.fromtimestamp(start * 60, zone).date()
            after = day + timedelta(days=1)
            end = _minute(datetime(after.year, after.month, after.day, tzinfo=zone))
            here = days.setdefault(day.isoformat(), [])
        here.append(start)
    return days


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
