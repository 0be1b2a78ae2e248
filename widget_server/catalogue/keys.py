"""Every cache key and tag of the reading side is made here and nowhere else."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

# What the business offers: settings, services, employees, locations, custom fields.
OFFER = "offer"
# The busy times of all weeks.
BUSY = "busy"
WEEK = timedelta(days=7)
Span = tuple[datetime, datetime]
# In a tag: it is not known whose time has changed.
SOMEBODY = "?"
# An answer about more employees than this watches the weeks of all: looking must stay cheap.
MOST_WATCHED = 8


def offer_key(ours: Any) -> str:
    """Return the key of the offer that is made of the account's and of this, as JSON."""
    text = json.dumps(ours, sort_keys=True)
    return f"{OFFER}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


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
    return f"{BUSY}:{monday.isoformat()}"


def monday_of(tag: str) -> date:
    """Return the Monday of the week that a tag is of."""
    return date.fromisoformat(tag.removeprefix(f"{BUSY}:"))


def open_name(service: int, employee: int | None, location: int | None, guests: int) -> str:
    """Return what begins the keys of the platform's open starts for one question."""
    return f"open:{service}:{employee or ''}:{location or ''}:{guests or ''}"


def open_key(question: str, monday: date) -> str:
    """Return the key of a week of open starts."""
    return f"{question}:{monday.isoformat()}"


def monday_of_open(key: str) -> date:
    """Return the Monday of the week that a key of open starts is of."""
    return date.fromisoformat(key.rpartition(":")[2])


def around(monday: date) -> tuple[str, ...]:
    """Return the tags of a week's busy times and its neighbours': visits reach into them."""
    return tuple(busy_tag(monday + shift) for shift in (-WEEK, WEEK * 0, WEEK))


def changed(spans: Iterable[Span], employees: Iterable[int] = ()) -> set[str]:
    """Return the tags of what is changed by a change of these employees' times.

    Of every week that one of the spans touches, at least the start's; without employees it is not
    known whose times they are.
    """
    whose = [str(employee) for employee in employees] or [SOMEBODY]
    mondays = {
        monday
        for start, end in spans
        for monday in weeks(start, max(end, start + timedelta(minutes=1)))
    }
    tags = (_whose_tag(monday, who) for monday in mondays for who in whose)
    return {*map(busy_tag, mondays), *tags}


def watched(start: datetime, end: datetime, employees: Collection[int]) -> list[str]:
    """Return the tags of which one changes when a time in [start, end) of one of these does."""
    if len(employees) > MOST_WATCHED:
        return [busy_tag(monday) for monday in weeks(start, end)]
    whose = [SOMEBODY, *map(str, employees)]
    return [_whose_tag(monday, who) for monday in weeks(start, end) for who in whose]


def _whose_tag(monday: date, who: str) -> str:
    return f"{busy_tag(monday)}:{who}"
