"""From the business's wall clock to instants."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def start_of(data: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    """Return the start that a message names, in UTC; None when it names none.

    A time that does not exist moves forward by the gap; one that occurs twice is the first.
    """
    if "start_date_time" in data:
        return _whole_minute(data["start_date_time"])
    if "date" not in data:
        return None
    return instant(data["date"], time.fromisoformat(data["time"]), zone)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks of `zone` show this."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def range_start(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which a range that starts on this date or at this time begins."""
    if isinstance(value, datetime):
        return value if value.tzinfo else instant(value.date(), value.time(), zone)
    return instant(value, time(), zone)


def range_end(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which a range ends: dates are included, times are not."""
    if isinstance(value, datetime):
        return range_start(value, zone)
    return instant(value + timedelta(days=1), time(), zone)


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
