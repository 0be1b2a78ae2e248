"""Every cache key and tag of the reading side is made here and nowhere else."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

# What the business offers: settings, services, employees, locations, custom fields.
OFFER = "offer"
WEEK = timedelta(days=7)


def week_of(moment: datetime) -> date:
    """Return the Monday, in UTC, of the week in which a moment lies: busy times go by the week."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def weeks(start: datetime, end: datetime) -> Iterator[date]:
    """Yield the Mondays of all weeks that [start, end) touches."""
    monday = week_of(start)
    while starts_at(monday) < end:
        yield monday
        monday += WEEK


def starts_at(monday: date) -> datetime:
    """Return the moment at which a week begins."""
    return datetime.combine(monday, time.min, tzinfo=UTC)


def busy_tag(monday: date) -> str:
    """Return the tag of a week's busy times."""
    return f"busy:{monday.isoformat()}"


def busy_tags(spans: Iterable[tuple[datetime, datetime]]) -> set[str]:
    """Return the tags of every week that one of the spans touches, at least the start's."""
    return {
        busy_tag(monday)
        for start, end in spans
        for monday in weeks(start, max(end, start + timedelta(minutes=1)))
    }
