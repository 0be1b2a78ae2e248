"""Which starts are open: for visitors who look, and once more for the one who books.

Both go through the engine's own functions, on busy times that the platform has told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from widget_server import availability
from widget_server.availability import Appointment, BusyTimes, FoundSlots, Slot, SlotQuery
from widget_server.caching.cache import Entry
from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.day_limits import DayLimits, within_limits
from widget_server.catalogue.offer import Offer
from widget_server.catalogue.sources.told import Asked, Differences, Shown, Told, Visit
from widget_server.errors import InvalidInput, NotFound

# Visits run past midnight, zones differ from UTC: what lies a day and a half outside may matter.
MARGIN = timedelta(hours=36)
ONE_DAY = timedelta(days=1)
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

    It is `stale` when newer is on its way, and not to be relied on beyond `look_again_at`;
    `changes_after` is the last moment at which the mere passing of time leaves the answer as it is.
    """

    zone: ZoneInfo
    slots: Sequence[Slot]
    next_available: datetime | None
    as_of: datetime
    stale: bool
    look_again_at: datetime
    changes_after: datetime | None


@dataclass(frozen=True, slots=True)
class Adjusted:
    """How the busy times that the platform tells are put right before they are searched.

    `kept` are times held here that the platform does not know (yet). `moving` are appointments, by
    id, that are about to leave their place, with the number of persons who go.
    """

    kept: tuple[Appointment, ...] = ()
    moving: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything is put right."""
        return bool(self.kept or self.moving)

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


@dataclass(frozen=True, slots=True)
class Busy:
    """Busy times, how far they fill the days that have a limit, and what the platform shows."""

    times: BusyTimes
    limits: DayLimits | None = None
    # None: its own list of open starts is not asked.
    shown: Shown | None = None

    @classmethod
    def of(cls, offer: Offer, told: Told, adjusted: Adjusted = AS_TOLD) -> "Busy":
        """Read what a source has told about an offer."""
        rows = adjusted(told.rows)
        return cls(BusyTimes.of(offer.business, rows), DayLimits.of(offer, rows), told.shown)

    def places(self, slot: Slot) -> tuple[int | None, ...]:
        """Return where to try a slot, in order; the first where it is known to be open there."""
        if self.shown is None or self.shown.by_whom:
            return slot.locations[:1] or (None,)
        return slot.locations or (None,)

    def public(self, offer: Offer, search: SlotSearch, slot: Slot) -> Slot:
        """Return a slot with no more than is known of who could take it."""
        if self.shown is None or self.shown.by_whom:
            return slot
        items = tuple(
            item if named or len(offer.givers(item.service)) == 1 else replace(item, employees=())
            for item, named in zip(slot.items, _team(search), strict=True)
        )
        sure = all(item.employees for item in items)
        places = slot.locations if search.location or len(slot.locations) == 1 else ()
        return replace(
            slot, employees=slot.employees if sure else (), locations=places,
            places_left=None, items=items,
        )  # fmt: skip


def find_slots(
    catalogue: Catalogue, search: SlotSearch, now: datetime, adjusted: Adjusted = AS_TOLD
) -> SlotsFound:
    """Return the open starts of a search; raise InvalidInput or NotFound for nonsense."""
    offered = catalogue.offer()
    offer = offered.value
    check_known(offer, search)
    query = _query(offer, search)
    told = told_of(catalogue, offer, search, *_span(offer, search))
    busy = Busy.of(offer, told.value, adjusted)
    found, slots = _ask(query, offer, busy, now)
    noted = catalogue.knowledge.noted
    if noted and busy.shown and busy.shown.by_whom and not adjusted and len(search.services) == 1:
        noted(_differences(query, offer, search, busy, now))
    following = None if slots else _next(catalogue, search, now, adjusted)
    return SlotsFound(
        zone=_zone(offer, search),
        slots=[busy.public(offer, search, slot) for slot in slots],
        next_available=following,
        # An offer that is not old says how things are, whenever it was read.
        as_of=min(offered.loaded_at, told.loaded_at) if offered.stale else told.loaded_at,
        stale=offered.stale or told.stale,
        look_again_at=min(offered.look_again_at, told.look_again_at),
        changes_after=availability.valid_until(query, offer.business, now, found),
    )


def told_of(
    catalogue: Catalogue, offer: Offer, search: SlotSearch, start: datetime, end: datetime
) -> Entry[Told]:
    """Return what the catalogue's source tells, as far as it is kept, of starts in [start, end)."""
    parts = asked_parts(offer, search)
    return catalogue.source.known(catalogue, parts, start - MARGIN, end + MARGIN, offer.zone)


def told_now(
    catalogue: Catalogue, offer: Offer, search: SlotSearch, slot: Slot, *, everybody: bool
) -> Told:
    """Return what the source tells at this moment around a slot that named employees take.

    `everybody`: of all employees, as where a day is limited.
    """
    visit = Visit(asked_parts(offer, search), slot.start, slot.end, everybody=everybody)
    return catalogue.source.now(catalogue, visit, MARGIN, offer.zone)


def asked_parts(offer: Offer, search: SlotSearch) -> tuple[Asked, ...]:
    """Return the parts of a visit as the platform can be asked for them."""
    chosen = search.service_extras or ((),) * len(search.services)
    return tuple(
        Asked(
            service=service,
            employee=employee,
            location=search.location,
            persons=search.persons,
            lasts=timedelta(minutes=(lasts := offer.lasts(service, employee))),
            needs=timedelta(minutes=lasts + offer.extra_minutes(service, (*own, *search.extras))),
        )
        for service, employee, own in zip(search.services, _team(search), chosen, strict=True)
    )


def _differences(
    query: SlotQuery, offer: Offer, search: SlotSearch, busy: Busy, now: datetime
) -> Differences:
    computed = frozenset(_starts(query, offer, replace(busy, shown=None), now))
    shown = busy.shown.parts[0] if busy.shown else frozenset()
    soonest = now + timedelta(minutes=offer.notice_minutes(search.services))
    latest = now.astimezone(offer.zone).date() + timedelta(offer.window_days(search.services))
    zone = _zone(offer, search)
    platform = frozenset(
        start
        for start in shown
        if start >= soonest
        and start.astimezone(offer.zone).date() <= latest
        and search.first <= start.astimezone(zone).date() <= search.last
    )
    return Differences(
        agreed=len(computed & platform),
        only_computed=tuple(sorted(computed - platform)),
        only_platform=tuple(sorted(platform - computed)),
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
    offer: Offer, search: SlotSearch, start: datetime, busy: Busy, now: datetime
) -> Slot | None:
    """Return the slot that begins at `start`, if it is open; the search's dates do not matter."""
    query = replace(_query(offer, search), window=(start, start + timedelta(minutes=1)))
    try:
        slot = availability.check_start(query, start, offer.business, busy.times, now)
    except availability.QueryError as error:
        raise _sensible(error) from None
    if slot is None or (busy.shown and not busy.shown.has(slot)):
        return None
    left = within_limits(busy.limits, query, busy.times, now, [slot])
    return left[0] if left else None


def is_within_reach(offer: Offer, search: SlotSearch, start: datetime, now: datetime) -> bool:
    """Tell whether a start is neither over nor beyond the booking window, give or take a day."""
    ahead = start - now
    return -ONE_DAY < ahead < timedelta(days=offer.window_days(search.services)) + 2 * ONE_DAY


def check_known(offer: Offer, search: SlotSearch) -> None:
    """Raise NotFound for services, employees and locations that are not offered.

    Raises InvalidInput for more persons than the account can be told of.
    """
    asked = (
        ("service", search.services, offer.services),
        ("employee", (search.employee, *search.team), offer.employees),
        ("location", (search.location,), offer.locations),
    )
    for name, ids, known in asked:
        if any(id_ is not None and id_ not in known for id_ in ids):
            raise NotFound(f"There is no such {name}.", errors={name: [f"No {name} has this id."]})
    # Documents kept from before an update do not have the key.
    if search.persons > 1 and not offer.settings.get("several_persons", True):
        raise InvalidInput.at("persons", "This business is booked online for one person at a time.")


def _ask(
    query: SlotQuery, offer: Offer, busy: Busy, now: datetime
) -> tuple[FoundSlots, Sequence[Slot]]:
    """Return what the engine finds, and what the limits by day leave of it."""
    found = _found(query, offer, busy, now)
    slots = [slot for slot in found.slots() if busy.shown is None or busy.shown.has(slot)]
    return found, within_limits(busy.limits, query, busy.times, now, slots)


def _found(query: SlotQuery, offer: Offer, busy: Busy, now: datetime) -> FoundSlots:
    try:
        found = availability.find_slots(query, offer.business, busy.times, now)
    except availability.QueryError as error:
        raise _sensible(error) from None
    return found.among(busy.shown.parts[0]) if busy.shown else found


def _next(
    catalogue: Catalogue, search: SlotSearch, now: datetime, adjusted: Adjusted
) -> datetime | None:
    """Look ahead from the end of the search, a stretch at a time, for the next open start."""
    offer = catalogue.offer().value
    last_bookable = now + timedelta(days=offer.window_days(search.services) + 1)
    first = max(search.last + ONE_DAY, now.date() - ONE_DAY)
    while datetime.combine(first, time.min, tzinfo=_zone(offer, search)) <= last_bookable:
        ahead = _dates(search, first, first + SEARCH_STEP)
        told = told_of(catalogue, offer, ahead, *_span(offer, ahead))
        starts = _starts(_query(offer, ahead), offer, Busy.of(offer, told.value, adjusted), now)
        if starts:
            return starts[0]
        first = ahead.last + ONE_DAY
    return None


def _starts(query: SlotQuery, offer: Offer, busy: Busy, now: datetime) -> Sequence[datetime]:
    if busy.limits is None and (busy.shown is None or len(query.services) == 1):
        return _found(query, offer, busy, now).starts()  # far less work than whole slots
    return [slot.start for slot in _ask(query, offer, busy, now)[1]]


def _team(search: SlotSearch) -> tuple[int | None, ...]:
    """Return who is named for each part."""
    team = search.team or (None,) * len(search.services)
    return tuple(search.employee if one is None else one for one in team)


def _dates(search: SlotSearch, first: date, last: date) -> SlotSearch:
    return replace(search, first=first, last=last)


def _zone(offer: Offer, search: SlotSearch) -> ZoneInfo:
    return ZoneInfo(search.timezone) if search.timezone else offer.zone


def _span(offer: Offer, search: SlotSearch) -> tuple[datetime, datetime]:
    zone = _zone(offer, search)
    after = search.last + ONE_DAY
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
