"""Which starts are open: for visitors who look, and once more for the one who books.

Both go through the engine's own functions, on busy times that the platform has told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server import availability, shapes
from widget_server.availability import Appointment, BusyTimes, FoundSlots, Slot, SlotQuery
from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput, NotFound

Record = dict[str, Any]
# Visits run past midnight, zones differ from UTC: what lies a day and a half outside may matter.
MARGIN = timedelta(hours=36)
# How far one look for the next opening reaches.
SEARCH_STEP = timedelta(days=56)
MAX_ALTERNATIVES = 5
ALTERNATIVES_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What a visitor asks: the fields of `GET /v1/slots`, both dates included."""

    services: tuple[int, ...]
    employee: int | None
    location: int | None
    first: date
    last: date
    timezone: str | None
    persons: int
    extras: tuple[tuple[int, int], ...]
    # The appointment that is being moved, which does not stand in its own way.
    reschedule: int | None = None


@dataclass(frozen=True, slots=True)
class SlotsFound:
    """Open starts, and how old the knowledge of them is.

    `changes_after` is the last moment at which the mere passing of time leaves the answer as it is.
    """

    zone: ZoneInfo
    slots: Sequence[Slot]
    next_available: datetime | None
    as_of: datetime
    changes_after: datetime | None


def find_slots(catalogue: Catalogue, search: SlotSearch, now: datetime) -> SlotsFound:
    """Return the open starts of a search; raise InvalidInput or NotFound for nonsense."""
    offered = catalogue.offer()
    offer = offered.value
    check_known(offer, search)
    query = _query(offer, search)
    start, end = _span(offer, search)
    busy = catalogue.busy_times(start - MARGIN, end + MARGIN, offer.zone)
    found = _ask(query, offer, busy.value, now)
    following = None if len(found) else _next(catalogue, offer, search, now)
    return SlotsFound(
        zone=_zone(offer, search),
        slots=found.slots(),
        next_available=following,
        as_of=min(offered.loaded_at, busy.loaded_at),
        changes_after=availability.valid_until(query, offer.business, now, found),
    )


def alternatives(
    catalogue: Catalogue, search: SlotSearch, wanted: datetime, now: datetime
) -> list[Slot]:
    """Return the open starts nearest to the one that was wanted, in order of time."""
    day = wanted.date()
    around = _dates(search, day - ALTERNATIVES_WITHIN, day + ALTERNATIVES_WITHIN)
    others = [slot for slot in find_slots(catalogue, around, now).slots if slot.start != wanted]
    slots = sorted(others, key=lambda slot: abs(slot.start - wanted))
    return sorted(slots[:MAX_ALTERNATIVES], key=lambda slot: slot.start)


def open_slot(
    offer: Offer, search: SlotSearch, start: datetime, busy: BusyTimes, now: datetime
) -> Slot | None:
    """Return the slot that begins at `start`, if it is open; the search's dates do not matter."""
    try:
        return availability.check_start(_query(offer, search), start, offer.business, busy, now)
    except availability.QueryError as error:
        raise _sensible(error) from None


def check_known(offer: Offer, search: SlotSearch) -> None:
    """Raise NotFound for services, employees and locations that are not offered."""
    asked = (
        ("service", search.services, offer.services),
        ("employee", (search.employee,), offer.employees),
        ("location", (search.location,), offer.locations),
    )
    for field, ids, known in asked:
        if any(id_ is not None and id_ not in known for id_ in ids):
            raise NotFound(
                f"There is no such {field}.", errors={field: [f"No {field} has this id."]}
            )


def _ask(
    query: SlotQuery, offer: Offer, appointments: Sequence[Appointment], now: datetime
) -> FoundSlots:
    busy = BusyTimes.of(offer.business, appointments)
    try:
        return availability.find_slots(query, offer.business, busy, now)
    except availability.QueryError as error:
        raise _sensible(error) from None


def _next(catalogue: Catalogue, offer: Offer, search: SlotSearch, now: datetime) -> datetime | None:
    """Look ahead from the end of the search, a stretch at a time, for the next open start."""
    last_bookable = now + timedelta(days=_window_days(offer, search) + 1)
    first = max(search.last + timedelta(days=1), now.date() - timedelta(days=1))
    while datetime.combine(first, time.min, tzinfo=_zone(offer, search)) <= last_bookable:
        ahead = _dates(search, first, first + SEARCH_STEP)
        start, end = _span(offer, ahead)
        busy = catalogue.busy_times(start - MARGIN, end + MARGIN, offer.zone)
        found = _ask(_query(offer, ahead), offer, busy.value, now)
        if len(found):
            return found.starts()[0]
        first = ahead.last + timedelta(days=1)
    return None


def _window_days(offer: Offer, search: SlotSearch) -> int:
    general: int = offer.settings["booking_window_days"]
    own = [offer.services[service]["booking_window_days"] for service in search.services]
    return min(general if days is None else days for days in own)


def _dates(search: SlotSearch, first: date, last: date) -> SlotSearch:
    return replace(search, first=first, last=last)


def _zone(offer: Offer, search: SlotSearch) -> ZoneInfo:
    return ZoneInfo(search.timezone) if search.timezone else offer.zone


def _span(offer: Offer, search: SlotSearch) -> tuple[datetime, datetime]:
    zone = _zone(offer, search)
    after = search.last + timedelta(days=1)
    return (
        datetime.combine(search.first, time.min, tzinfo=zone),
        datetime.combine(after, time.min, tzinfo=zone),
    )


def _query(offer: Offer, search: SlotSearch) -> SlotQuery:
    try:
        return shapes.query_from_json(
            {
                "service": list(search.services)
                if len(search.services) > 1
                else search.services[0],
                "employee": search.employee,
                "location": search.location,
                "from": search.first.isoformat(),
                "to": search.last.isoformat(),
                "timezone": search.timezone or offer.settings["timezone"],
                "persons": search.persons,
                "extras": [{"id": id_, "quantity": count} for id_, count in search.extras],
                "reschedule": search.reschedule,
            }
        )
    except shapes.ShapeError as error:
        raise InvalidInput(str(error)) from None


def _sensible(error: availability.QueryError) -> InvalidInput:
    return InvalidInput(f"{error.field}: {error.message}.", errors={error.field: [error.message]})
