"""A week of open starts, as the booking page lists them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from widget_server.catalogue.find_slots import SlotsFound
from widget_server.catalogue.offer import Offer
from widget_server.web.pages.choice import Choice

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Finds the open starts of some dates, both included.
Find = Callable[[date, date], SlotsFound]


@dataclass(frozen=True, slots=True)
class Openings:
    """Open starts by date, in the page's zone; `earlier` and `later` begin the pages beside it.

    `following` is the next open start when the week has none; `sample` is a moment of the week in
    the zone, to name the zone by.
    """

    first: date
    last: date
    days: Sequence[tuple[date, Sequence[datetime]]]
    earlier: date | None
    later: date
    following: datetime | None
    sample: datetime


def openings(find: Find, zone: ZoneInfo, day: date | None, now: datetime) -> Openings:
    """Return a week from `day` on; without one, the first week that has open starts."""
    today = now.astimezone(zone).date()
    first = max(day or today, today)
    found = find(first, first + WEEK - ONE_DAY)
    if not found.slots and found.next_available and day is None:
        first = found.next_available.astimezone(zone).date()
        found = find(first, first + WEEK - ONE_DAY)
    starts = [slot.start.astimezone(zone) for slot in found.slots]
    following = found.next_available
    return Openings(
        first=first,
        last=first + WEEK - ONE_DAY,
        days=[(day, list(group)) for day, group in groupby(starts, key=datetime.date)],
        earlier=max(first - WEEK, today) if first > today else None,
        later=first + WEEK,
        following=following and following.astimezone(zone),
        sample=starts[0] if starts else now.astimezone(zone),
    )


def page_zone(offer: Offer, choice: Choice) -> ZoneInfo:
    """Return the zone in which times are shown: the visitor's if known, else the location's."""
    location = offer.locations.get(choice.location or 0)
    named = choice.timezone or (location and location["timezone"])
    return ZoneInfo(named) if named else offer.zone
