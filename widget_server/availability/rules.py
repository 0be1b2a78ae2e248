"""What a question comes down to: lengths, steps, capacities, and the minutes that are allowed.

Reads a query against a business and refuses what makes no sense (rules 7, 12, 13, 14 and 18).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.availability.model import (
    Business,
    Capacity,
    Employee,
    Moment,
    QueryError,
    Service,
    SlotQuery,
)
from widget_server.availability.schedule import Shape, WorkingTime, working_time
from widget_server.availability.zones import (
    DAY,
    UnknownZone,
    Zone,
    day_number,
    in_utc,
    minute_from,
    minute_of,
    zone,
)

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """One employee taking one part of a visit."""

    employee: Employee
    working: WorkingTime
    service: Service
    length: int
    step: int
    capacity: Capacity

    def shape(self, *, before: int, after: int) -> Shape:
        """Return what decides whether the part fits, with these buffers inside the hours."""
        return Shape(self.service.id, self.length, before, after, self.step)


@dataclass(frozen=True, slots=True)
class Part:
    """One service of a visit: who may take it, on which terms, in the business's order."""

    service: Service
    terms: dict[int, Terms]


@dataclass(frozen=True, slots=True)
class Visit:
    """A query that makes sense. `locations` holds None alone for a business without locations."""

    parts: tuple[Part, ...]
    persons: int
    locations: tuple[int | None, ...]
    same_employee: bool
    earliest: int
    allowed: tuple[Range, ...]


def read_query(query: SlotQuery, business: Business, now: datetime) -> Visit:
    """Return what a query comes down to. Raises QueryError."""
    services = _services(query, business)
    _check(query, business)
    extras = _extra_minutes(query, services)
    employees = [e for e in business.employees if query.employee in (None, e.id)]
    team = query.team or (None,) * len(services)
    parts = tuple(
        Part(
            service,
            _terms(
                business,
                [e for e in employees if wanted in (None, e.id)],
                service,
                minutes,
                query.persons,
            ),
        )
        for service, minutes, wanted in zip(services, extras, team, strict=True)
    )
    earliest = minute_from(in_utc(now) + timedelta(minutes=notice(business, services)))
    return Visit(
        parts,
        query.persons,
        _locations(query, business),
        query.same_employee,
        earliest,
        _allowed(query, business, now, last_date(business, services, now), earliest),
    )


def notice(business: Business, services: Sequence[Service]) -> int:
    """Return the strictest notice of all the services, in minutes."""
    usual = business.rules.minimum_notice_minutes
    return max(
        usual if s.minimum_notice_minutes is None else s.minimum_notice_minutes for s in services
    )


def last_date(business: Business, services: Sequence[Service], now: datetime) -> int:
    """Return the last bookable date in the business's zone, as a day number."""
    usual = business.rules.booking_window_days
    days = min(usual if s.booking_window_days is None else s.booking_window_days for s in services)
    return zone(business.rules.timezone).date(minute_of(now)) + days


def query_zone(query: SlotQuery, business: Business) -> Zone:
    """Return the zone a query's dates are read in. Raises QueryError."""
    try:
        return zone(query.timezone or business.rules.timezone)
    except UnknownZone:
        raise QueryError("timezone", f"there is no time zone {query.timezone!r}") from None


def window_ranges(window: tuple[Moment, Moment], zone: Zone, first: int, last: int) -> list[Range]:
    """Return the minutes of a window, looked at from date `first` to date `last` only.

    Dates are included, both of them; date-times are half-open. Raises QueryError.
    """
    begin, end = window
    low, lo = _edge("from", begin, zone)
    high, hi = _edge("to", end, zone)
    if (begin > end) if type(begin) is type(end) else (low > high):
        raise QueryError("to", "lies before from")
    if lo is not None and hi is not None:
        return [(lo, hi)] if lo < hi else []
    spans = zone.spans(max(low, first), min(high, last))
    return [
        (a, b)
        for begins, ends in spans
        if (a := begins if lo is None else max(begins, lo))
        < (b := ends if hi is None else min(ends, hi))
    ]


def _edge(field: str, edge: Moment, zone: Zone) -> tuple[int, int | None]:
    """Return the local date of a window's edge, and its minute if it is a moment."""
    if not isinstance(edge, datetime):
        return day_number(edge), None
    if edge.tzinfo is None:
        raise QueryError(field, "a date-time needs an offset from UTC")
    minute = minute_from(edge)
    return zone.date(minute), minute


def _services(query: SlotQuery, business: Business) -> list[Service]:
    if not query.services:
        raise QueryError("service", "is missing")
    known = {service.id: service for service in business.services}
    for service in query.services:
        if service not in known:
            raise QueryError("service", f"there is no service {service}")
        if known[service].duration_minutes < 1:
            raise QueryError("service", f"service {service} takes no time")
    return [known[service] for service in query.services]


def _check(query: SlotQuery, business: Business) -> None:
    if query.persons < 1:
        raise QueryError("persons", "must be at least 1")
    if query.employee is not None and all(e.id != query.employee for e in business.employees):
        raise QueryError("employee", f"there is no employee {query.employee}")
    if len(query.team) not in (0, len(query.services)):
        raise QueryError("team", "must name an employee, or none, for each service")
    if query.location is not None and all(x.id != query.location for x in business.locations):
        raise QueryError("location", f"there is no location {query.location}")


def _extra_minutes(query: SlotQuery, services: Sequence[Service]) -> list[int]:
    if len(query.extras) not in (0, len(services)):
        raise QueryError("extras", "must be listed for each service")
    chosen = [list(extras) for extras in query.extras] or [[] for _ in services]
    for extra, quantity in query.other_extras:
        owner = next((s for s in services if any(e.id == extra for e in s.extras)), services[0])
        for service, extras in zip(services, chosen, strict=True):
            if service is owner:
                extras.append((extra, quantity))
    return [_minutes_of(service, extras) for service, extras in zip(services, chosen, strict=True)]


def _minutes_of(service: Service, chosen: Sequence[tuple[int, int]]) -> int:
    known = {extra.id: extra for extra in service.extras}
    counts: dict[int, int] = {}
    for extra, quantity in chosen:
        if extra not in known:
            raise QueryError("extras", f"service {service.id} has no extra {extra}")
        if quantity < 0:
            raise QueryError("extras", f"the quantity of extra {extra} is below 0")
        counts[extra] = counts.get(extra, 0) + quantity
        if counts[extra] > known[extra].max_quantity:
            most = known[extra].max_quantity
            raise QueryError("extras", f"of extra {extra} at most {most} can be had")
    return sum(known[extra].duration_minutes * count for extra, count in counts.items())


def _terms(
    business: Business, employees: Sequence[Employee], service: Service, extra: int, persons: int
) -> dict[int, Terms]:
    found = {}
    for employee in employees:
        offered = next((s for s in employee.services if s.id == service.id), None)
        if offered is None:
            continue
        own = offered.duration_minutes
        length = (service.duration_minutes if own is None else own) + extra
        capacity = offered.capacity or service.capacity
        step = _step(business, service, length)
        if length - extra < 1 or step < 1:
            raise QueryError("service", f"service {service.id} has a duration or step of 0")
        if enough(capacity, persons):
            found[employee.id] = Terms(
                employee, working_time(business, employee), service, length, step, capacity
            )
    return found


def enough(capacity: Capacity, persons: int) -> bool:
    """Tell whether so many persons may book at all (rule 13)."""
    return persons <= capacity.max and (capacity.allow_below_min or persons >= capacity.min)


def _step(business: Business, service: Service, length: int) -> int:
    rules = business.rules
    if rules.use_service_duration_as_step:
        if rules.step_includes_buffers:
            return length + service.buffer_before_minutes + service.buffer_after_minutes
        return length
    own = service.slot_step_minutes
    return rules.slot_step_minutes if own is None else own


def _locations(query: SlotQuery, business: Business) -> tuple[int | None, ...]:
    if query.location is not None:
        return (query.location,)
    return tuple(location.id for location in business.locations) or (None,)


def _allowed(
    query: SlotQuery, business: Business, now: datetime, last: int, earliest: int
) -> tuple[Range, ...]:
    """Return the minutes that notice, booking window and the asked window leave."""
    home = zone(business.rules.timezone)
    today = minute_of(now) // DAY
    asked = window_ranges(query.window, query_zone(query, business), today - 3, last + 3)
    if not asked:
        return ()
    end = max(hi for _, hi in asked)
    # Two days of room: the date in one zone is not the date in another.
    bookable = home.spans(today - 3, min(last, end // DAY + 2))
    return tuple(
        (lo, hi)
        for a in asked
        for b in bookable
        if (lo := max(a[0], b[0], earliest)) < (hi := min(a[1], b[1]))
    )
