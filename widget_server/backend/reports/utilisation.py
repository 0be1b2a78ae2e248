"""How much of the working time was booked.

Working minutes are read from the schedules as they are now, those of a deleted employee until the
deletion; periods that overlap count once, and each counts on the day on which its minutes lie, as
long as that day really is. Booked minutes are those of visits that take place or took place or were
missed, without buffers, wherever they lie: staff may book outside the hours, so that the share may
be over 1.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from widget_server.backend.models import Appointment, Employee
from widget_server.backend.reports.measures import Row, share
from widget_server.backend.reports.query import DIMENSIONS, Query, named
from widget_server.backend.reports.span import DAY
from widget_server.backend.rules import visits
from widget_server.backend.rules.statuses import USING
from widget_server.backend.rules.working_time import Opening, openings

Stretch = tuple[datetime, datetime]
Key = int | None
MINUTE = timedelta(minutes=1)


def utilisation(session: Session, asked: Query) -> Iterator[Row]:
    """Yield the rows of the report in order."""
    staff = _staff(session, asked)
    by_dimension = asked.group_by in DIMENSIONS
    return (_by_dimension if by_dimension else _by_time)(session, asked, staff)


def _by_time(session: Session, asked: Query, staff: list[Employee]) -> Iterator[Row]:
    periods = list(asked.periods())
    edges = [span.start for _, span in periods] + [asked.span.end]
    visited = ((start, end) for _, start, end in _visits(session, asked))
    booked = _minutes_between(edges, visited)
    working = _minutes_between(edges, (w for _, w in _working(asked, staff)))
    for (label, _), *minutes in zip(periods, booked, working, strict=True):
        yield {**label, **_row(*minutes)}


def _by_dimension(session: Session, asked: Query, staff: list[Employee]) -> Iterator[Row]:
    booked, working = Counter[Key](), Counter[Key]()
    for id_, start, end in _visits(session, asked):
        booked[id_] += _minutes(max(start, asked.span.start), min(end, asked.span.end))
    for key, (start, end) in _working(asked, staff):
        working[key] += _minutes(start, end)
    for id_, name in named(session, asked, {*booked, *working}):
        yield {**name, **_row(booked[id_], working[id_])}


def _row(booked: int, working: int) -> Row:
    return {
        "booked_minutes": booked,
        "working_minutes": working,
        "utilisation": share(booked, working),
    }


def _staff(session: Session, asked: Query) -> list[Employee]:
    query = select(Employee).options(selectinload(Employee.services)).order_by(Employee.id)
    if asked.employee is not None:
        query = query.where(Employee.id == asked.employee)
    return list(session.scalars(query))


def _minutes_between(edges: list[datetime], stretches: Iterable[Stretch]) -> list[int]:
    """Return how many minutes of the stretches lie between each two edges that follow each other.

    What lies before the first or after the last does not count.
    """
    minutes = [0] * (len(edges) - 1)
    for start, end in stretches:
        place = max(bisect_right(edges, start) - 1, 0)
        while place < len(minutes) and edges[place] < end:
            minutes[place] += _minutes(max(start, edges[place]), min(end, edges[place + 1]))
            place += 1
    return minutes


def _visits(session: Session, asked: Query) -> Iterator[tuple[Key, datetime, datetime]]:
    """Yield what took, or will take, time of the span: by which thing it goes, start and end."""
    key = DIMENSIONS[asked.group_by][0] if asked.group_by in DIMENSIONS else Appointment.employee_id
    query = select(key, Appointment.start, Appointment.end).where(
        Appointment.start > asked.span.start - visits.LONGEST,
        Appointment.start < asked.span.end,
        Appointment.end > asked.span.start,
        Appointment.status.in_(USING),
        *asked.wanted(),
    )
    yield from session.execute(query.execution_options(yield_per=1000))


def _working(asked: Query, staff: Iterable[Employee]) -> Iterator[tuple[Key, Stretch]]:
    """Yield the working time within the span, without overlaps for one employee and thing."""
    for employee in staff:
        stretches: dict[Key, list[Stretch]] = defaultdict(list)
        for opening in _openings(employee, _zone(employee, asked), asked):
            for key in _keys(employee, opening, asked):
                stretches[key].append((opening.start, opening.end))
        end = min(asked.span.end, employee.deleted_at or asked.span.end)
        for key, own in stretches.items():
            for stretch in _joined(own, asked.span.start, end):
                yield key, stretch


def _zone(employee: Employee, asked: Query) -> ZoneInfo:
    return ZoneInfo(employee.timezone) if employee.timezone else asked.span.zone


def _openings(employee: Employee, zone: ZoneInfo, asked: Query) -> Iterator[Opening]:
    first = asked.span.start.astimezone(zone).date() - DAY
    last = asked.span.end.astimezone(zone).date()
    days = (first + number * DAY for number in range((last - first).days + 1))
    for opening in openings(employee, days, zone):
        if asked.location in (None, opening.location) and (
            asked.service is None or asked.service in _services(employee, opening)
        ):
            yield opening


def _services(employee: Employee, opening: Opening) -> list[int]:
    """Return the services that can be had in a period."""
    listed = opening.services
    return [s.service_id for s in employee.services if listed is None or s.service_id in listed]


def _keys(employee: Employee, opening: Opening, asked: Query) -> list[Key]:
    if asked.group_by == "service":
        services = _services(employee, opening)
        return [s for s in services if asked.service in (None, s)]
    return [opening.location] if asked.group_by == "location" else [employee.id]


def _joined(stretches: list[Stretch], start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield what at least one stretch covers from `start` to `end`, in order, nothing twice."""
    reached = start
    for begins, ends in sorted(stretches):
        if min(ends, end) > reached:
            yield max(begins, reached), min(ends, end)
            reached = min(ends, end)


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, (end - start) // MINUTE)
