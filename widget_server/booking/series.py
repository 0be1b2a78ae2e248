"""A recurring visit: its dates, what of it is open, and who takes it.

On each date it begins at the same wall-clock time of the business. If anyone will do, whoever can
take most of the dates takes them, and the others go to whoever can.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from widget_server.availability import Slot
from widget_server.booking.desk import Desk
from widget_server.booking.errors import SeriesTaken
from widget_server.booking.requests import BookingRequest, Item, visit_search
from widget_server.booking.visits import (
    Chosen,
    Visit,
    Wanted,
    claims,
    slot_as_known,
    ways,
)
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be booked as one: the request, written out, and who takes which visit.

    `left_out` are the starts of a series that are not open.
    """

    request: BookingRequest
    chosen: Sequence[Chosen]
    left_out: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a series; `slot` is None when it is not open."""

    start: datetime
    slot: Slot | None


def look(desk: Desk, item: Item, recurrence: Recurrence, timezone: str | None) -> list[Date]:
    """Return what is open of a series, as far as is known: for who looks, not for who books.

    Raises InvalidInput and NotFound for nonsense.
    """
    offer = desk.catalogue.offer().value
    dates = []
    for start, real in starts(item.start, recurrence, offer.zone):
        wanted = _wanted(desk, replace(item, start=start), timezone)
        dates.append(Date(start, slot_as_known(desk, offer, wanted) if real else None))
    return dates


def plan_series(desk: Desk, offer: Offer, request: BookingRequest) -> Plan:
    """Return how the dates of a series can be taken, all of them or, if asked, the open ones.

    Raises SeriesTaken, InvalidInput and NotFound.
    """
    [item], recurrence = request.items, request.recurrence
    if recurrence is None:
        raise ValueError("This request is no series.")
    found: list[tuple[Item, Wanted, list[Visit]]] = []
    for start, real in starts(item.start, recurrence, offer.zone):
        one = replace(item, start=start)
        wanted = _wanted(desk, one, request.timezone, request.hold)
        found.append((one, wanted, list(ways(desk, offer, wanted)) if real else []))
    closed = [one.start for one, _, visits in found if not visits]
    if len(closed) == len(found) or (closed and not request.only_open):
        raise SeriesTaken([start.astimezone(offer.zone).date() for start in closed])
    able = Counter(visit.team for _, _, visits in found for visit in visits)
    chosen = [
        Chosen(wanted, max(visits, key=lambda visit: able[visit.team]))
        for _, wanted, visits in found
        if visits
    ]
    _refuse_entangled(offer, chosen)
    return Plan(
        replace(request, items=tuple(one for one, _, visits in found if visits)), chosen, closed
    )


def _refuse_entangled(offer: Offer, chosen: Sequence[Chosen]) -> None:
    """Raise InvalidInput when a visit, with its buffers, reaches into the next one."""
    times = [claims(offer, one.visit)[0] for one in chosen]
    if any(one.busy_until > following.busy_from for one, following in pairwise(times)):
        sentence = "Each visit must be over before the next one begins."
        raise InvalidInput.at("recurrence.frequency", sentence)


def starts(first: datetime, recurrence: Recurrence, zone: tzinfo) -> list[tuple[datetime, bool]]:
    """Return the starts in UTC, and whether each is a time that the clocks really show."""
    local = first.astimezone(zone)
    try:
        days = recurrence.dates(local.date())
        moments = [local.replace(year=day.year, month=day.month, day=day.day) for day in days]
        return [(moment.astimezone(UTC), _is_shown(moment, zone)) for moment in moments]
    except (ValueError, OverflowError):
        raise InvalidInput.at("recurrence", "These dates are too far ahead.") from None


def _is_shown(moment: datetime, zone: tzinfo) -> bool:
    back = moment.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _wanted(desk: Desk, item: Item, timezone: str | None, hold: str | None = None) -> Wanted:
    around = desk.held_around(item.start, besides=hold)
    return Wanted(visit_search((item,), timezone), (item.start,), around)
