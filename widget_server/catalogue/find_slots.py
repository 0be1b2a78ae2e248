"""Which starts are open: for visitors who look, and once more for the one who books.

Both go through the engine's own functions, on busy times that the platform has told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from widget_server import availability
from widget_server.availability import Appointment, BusyTimes, FoundSlots, Slot, SlotQuery
from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput, NotFound

# Visits run past midnight, zones differ from UTC: what lies a day and a half outside may matter.
MARGIN = timedelta(hours=36)
# How far one look for the next opening reaches.
SEARCH_STEP = timedelta(days=56)
MAX_ALTERNATIVES = 5
ALTERNATIVES_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What a visitor asks, both dates included; several services are one visit, back to back.

    `team` names an employee, or None, for each service, and `service_extras` the extras of each;
    `employee` and `extras` are said once for the whole visit.
    """

    services: tuple[int, ...]
    employee: int | None
    location: int | None
    first: date
    last: date
    timezone: str | None
    persons: int
    extras: tuple[tuple[int, int], ...] = ()
    same_employee: bool = False
    team: tuple[int | None, ...] = ()
    service_extras: tuple[tuple[tuple[int, int], ...], ...] = ()


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


@dataclass(frozen=True, slots=True)
class Adjusted:
    """How the busy times that the platform tells are put right before they are searched.

    `kept` are times held here that the platform does not know (yet). `moving` are appointments, by
    id, that are about to leave their place, with the number of persons who go.
    """

    kept: tuple[Appointment, ...] = ()
    moving: Mapping[int, int] = field(default_factory=dict)

    def __call__(self, rows: Iterable[Appointment]) -> list[Appointment]:
        """Return the rows as they are to be searched."""
        return [*(row for row in map(self._without_leavers, rows) if row), *self.kept]

    def _without_leavers(self, row: Appointment) -> Appointment | None:
        leaving = self.moving.get(row.id or 0)
        if leaving is None:
            return row
        staying = row.persons - leaving
        return row._replace(persons=staying) if staying > 0 else None


AS_TOLD = Adjusted()


def find_slots(
    catalogue: Catalogue, search: SlotSearch, now: datetime, adjusted: Adjusted = AS_TOLD
) -> SlotsFound:
    """Return the open starts of a search; raise InvalidInput or NotFound for nonsense."""
    offered = catalogue.offer()
    offer = offered.value
    check_known(offer, search)
    query = _query(offer, search)
    start, end = _span(offer, search)
    busy = catalogue.busy_times(start - MARGIN, end + MARGIN, offer.zone)
    found = _ask(query, offer, adjusted(busy.value), now)
    following = None if len(found) else _next(catalogue, search, now, adjusted)
    return SlotsFound(
        zone=_zone(offer, search),
        slots=found.slots(),
        next_available=following,
        as_of=min(offered.loaded_at, busy.loaded_at),
        changes_after=availability.valid_until(query, offer.business, now, found),
    )


def search_span(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the time that can matter to a search on these dates, in whatever zone they are."""
    return (
        datetime.combine(first, time.min, tzinfo=UTC) - MARGIN,
        datetime.combine(last, time.max, tzinfo=UTC) + MARGIN,
    )


def alternatives(
    catalogue: Catalogue,
    search: SlotSearch,
    wanted: datetime,
    now: datetime,
    adjusted: Adjusted = AS_TOLD,
) -> list[Slot]:
    """Return the open starts nearest to the one that was wanted, in order of time."""
    day = wanted.date()
    around = _dates(search, day - ALTERNATIVES_WITHIN, day + ALTERNATIVES_WITHIN)
    found = find_slots(catalogue, around, now, adjusted).slots
    others = [slot for slot in found if slot.start != wanted]
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
        ("employee", (search.employee, *search.team), offer.employees),
        ("location", (search.location,), offer.locations),
    )
    for name, ids, known in asked:
        if any(id_ is not None and id_ not in known for id_ in ids):
            raise NotFound(f"There is no such {name}.", errors={name: [f"No {name} has this id."]})


def _ask(
    query: SlotQuery, offer: Offer, appointments: Sequence[Appointment], now: datetime
) -> FoundSlots:
    busy = BusyTimes.of(offer.business, appointments)
    try:
        return availability.find_slots(query, offer.business, busy, now)
    except availability.QueryError as error:
        raise _sensible(error) from None


def _next(
    catalogue: Catalogue, search: SlotSearch, now: datetime, adjusted: Adjusted
) -> datetime | None:
    """Look ahead from the end of the search, a stretch at a time, for the next open start."""
    offer = catalogue.offer().value
    last_bookable = now + timedelta(days=_window_days(offer, search) + 1)
    first = max(search.last + timedelta(days=1), now.date() - timedelta(days=1))
    while datetime.combine(first, time.min, tzinfo=_zone(offer, search)) <= last_bookable:
        ahead = _dates(search, first, first + SEARCH_STEP)
        start, end = _span(offer, ahead)
        busy = catalogue.busy_times(start - MARGIN, end + MARGIN, offer.zone)
        found = _ask(_query(offer, ahead), offer, adjusted(busy.value), now)
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
    return SlotQuery(
        services=search.services,
        window=(search.first, search.last),
        employee=search.employee,
        location=search.location,
        timezone=search.timezone or offer.settings["timezone"],
        persons=search.persons,
        extras=search.service_extras,
        other_extras=search.extras,
        same_employee=search.same_employee,
        team=search.team,
    )


def _sensible(error: availability.QueryError) -> InvalidInput:
    return InvalidInput(f"{error.field}: {error.message}.", errors={error.field: [error.message]})
