"""Reading open starts, whose shape nobody has written down.

Three are known of: by date a list of times (`times`), by date an object with a member for each time
(`slots`), or a list of days that name their date and hold either of these (`days`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites.errors import InvalidAnswer

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
# What a day calls its times, and a time itself, in a list.
_TIMES, _TIME = ("times", "slots", "available_times"), ("time", "start", "start_time")


def open_starts(answer: Any, shape: str, zone: ZoneInfo) -> list[datetime]:
    """Return the starts that an answer tells, in order; times are on the clock of the zone."""
    try:
        starts = {
            datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=zone)
            for day, clocks in _days(_opened(answer), shape)
            for clock in clocks
        }
        return sorted(start.astimezone(UTC) for start in starts)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise InvalidAnswer("The booking system's open times cannot be read.") from None


def _opened(answer: Any) -> Any:
    return answer["data"] if isinstance(answer, dict) and "data" in answer else answer


def _days(days: Any, shape: str) -> Iterator[tuple[str, Iterable[str]]]:
    if isinstance(days, Mapping) and shape != "days":
        for day, times in days.items():
            yield day, list(_clocks(times, shape))
    elif isinstance(days, list) and (shape in ("auto", "days") or not days):
        for one in days:
            yield one["date"], list(_clocks(_first(one, _TIMES), "auto"))
    else:
        raise ValueError(shape)


def _clocks(times: Any, shape: str) -> Iterator[str]:
    wanted: Any = {"times": list, "slots": dict}.get(shape, list | dict)
    # An empty object and an empty list are the same where PHP is spoken.
    if not isinstance(times, wanted) and times not in ({}, []):
        raise ValueError(shape)
    for one in times:
        clock = _first(one, _TIME) if isinstance(one, dict) else one
        if not _CLOCK.fullmatch(clock):
            raise ValueError(clock)
        yield clock


def _first(members: Any, names: Iterable[str]) -> Any:
    for name in names:
        if name in members:
            return members[name]
    raise KeyError(names)
