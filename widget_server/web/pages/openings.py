"""A week of open starts, as the booking page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.find_slots import SlotsFound, find_slots
from widget_server.catalogue.offer import Offer
from widget_server.web.pages.choice import Choice

DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Openings:
    """Open starts by date, in `zone`; `earlier` and `later` are the first dates of the next pages.

    `following` is the next open start when the week has none; `sample` is a moment of the week in
    the zone, to name the zone by.
    """

    zone: ZoneInfo
    first: date
    last: date
    days: Sequence[tuple[date, Sequence[datetime]]]
    earlier: date | None
    later: date
    following: datetime | None
    sample: datetime


def openings(catalogue: Catalogue, choice: Choice, now: datetime) -> Openings:
    """Return a week from the date chosen; without one, the first week that has open starts."""
    zone = page_zone(catalogue.offer().value, choice)
    today = now.astimezone(zone).date()
    first = max(choice.day or today, today)
    found = _week(catalogue, choice, first, now)
    if not found.slots and found.next_available and choice.day is None:
        first = found.next_available.astimezone(zone).date()
        found = _week(catalogue, choice, first, now)
    starts = [slot.start.astimezone(zone) for slot in found.slots]
    week = timedelta(days=DAYS_SHOWN)
    following = found.next_available
    return Openings(
        zone=zone,
        first=first,
        last=first + week - timedelta(days=1),
        days=[(day, list(group)) for day, group in groupby(starts, key=datetime.date)],
        earlier=max(first - week, today) if first > today else None,
        later=first + week,
        following=following and following.astimezone(zone),
        sample=starts[0] if starts else now.astimezone(zone),
    )


def _week(catalogue: Catalogue, choice: Choice, first: date, now: datetime) -> SlotsFound:
    last = first + timedelta(days=DAYS_SHOWN - 1)
    zone = page_zone(catalogue.offer().value, choice)
    return find_slots(catalogue, choice.search(first, last, zone.key), now)


def page_zone(offer: Offer, choice: Choice) -> ZoneInfo:
    """Return the zone in which times are shown: the visitor's if known, else the location's."""
    location = offer.locations.get(choice.location or 0)
    named = choice.timezone or (location and location["timezone"])
    return ZoneInfo(named) if named else offer.zone
