"""Years of appointments, written day by day: never overlapping, always in working time.

Every employee has a number of appointments to reach by the last day. Each day takes its share of
what is left, as far as its hours go; what did not fit is made up for later, so that totals come
out exact. Visits wait in a heap until nothing older can come, so that ids follow the order in which
they were made and yet only some weeks of them are in memory.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.backend.models import Employee, Service
from widget_server.backend.rules import visits
from widget_server.backend.rules.working_time import Opening, openings

Data = dict[str, Any]
DAYS_AHEAD = 90
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# On a working day that has passed.
_A_DAY = 6
_LEAST_DAYS_BACK = 14
# From being made until the visit, at most.
_LEAD_MINUTES = 30 * 24 * 60
_NOT_LATER = timedelta(minutes=90)
_GRID = 15


@dataclass(frozen=True, slots=True)
class Offer:
    """What an employee can be booked for: a service with its extras; times in minutes."""

    service: int
    minutes: int
    buffer_after: int
    price: Decimal
    extras: list[Data]
    least: int
    most: int


@dataclass(slots=True)
class Calendar:
    """An employee's days: `left` appointments are to come, `ahead` is the weight of the days."""

    employee: Employee
    zone: ZoneInfo
    weekdays: frozenset[int]
    offers: Sequence[Offer]
    left: int
    ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class Made:
    """An appointment that was made: what it is for, and for how many guests."""

    made_at: datetime
    employee: int
    location: int | None
    start: datetime
    offer: Offer
    guests: int


def first_day(now: datetime, each: float) -> date:
    """Return the day on which a diary of so many appointments for each employee begins."""
    working_days = each / _A_DAY - sum(map(_weight_ahead, range(1, DAYS_AHEAD + 1))) * 5 / 7
    return now.date() - timedelta(days=max(_LEAST_DAYS_BACK, round(working_days * 7 / 5)))


def offers_of(employee: Employee, services: dict[int, Service]) -> list[Offer]:
    """Return what the employee gives: each service as it is, twice, and with each extra."""
    made = []
    for assigned in employee.services:
        service = services[assigned.service_id]
        choices = [[], [], *([{"id": extra.id, "quantity": 1}] for extra in service.extras)]
        for choice in choices:
            extras = visits.choose_extras(service, choice)
            made.append(
                Offer(
                    service=service.id,
                    minutes=visits.length(service, assigned, extras),
                    buffer_after=service.buffer_time_after,
                    price=visits.full_price(service, assigned, 1, extras),
                    extras=extras,
                    least=service.min_capacity,
                    most=visits.capacity(service, assigned),
                )
            )
    return made


def diary(
    calendars: Sequence[Calendar], first: date, now: datetime, dice: Random
) -> Iterator[Made]:
    """Yield all appointments, in the order in which they were made."""
    last = (now.date() - first).days + DAYS_AHEAD
    for calendar in calendars:
        calendar.ahead = sum(_weight(calendar, first + n * DAY, now) for n in range(last + 1))
    waiting: list[tuple[datetime, int, Made]] = []
    number, day = count(), first
    while any(calendar.left for calendar in calendars):
        for calendar in calendars:
            for made in _day(calendar, day, now, dice):
                heapq.heappush(waiting, (made.made_at, next(number), made))
        day += DAY
        still_to_come = _made_at(datetime.combine(day, time(), UTC), now, _LEAD_MINUTES)
        while waiting and waiting[0][0] < still_to_come:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _weight(calendar: Calendar, day: date, now: datetime) -> float:
    if day.isoweekday() not in calendar.weekdays:
        return 0.0
    return _weight_ahead((day - now.date()).days)


def _weight_ahead(days: int) -> float:
    return 1.0 if days <= 0 else max(0.05, 0.7 * (1 - days / DAYS_AHEAD))


def _day(calendar: Calendar, day: date, now: datetime, dice: Random) -> Iterator[Made]:
    if not calendar.left:
        return
    weight = _weight(calendar, day, now)
    share = calendar.left * weight / max(calendar.ahead, weight) if weight else 0.0
    calendar.ahead -= weight
    wanted = min(calendar.left, int(share + dice.random()))
    if wanted:
        open_times = list(openings(calendar.employee, [day], calendar.zone))
        offers = [_choose(calendar.offers, dice) for _ in range(wanted)]
        for start, location, offer in _placed(open_times, offers, dice):
            calendar.left -= 1
            yield _made(calendar, (start, location, offer), now, dice)


def _choose(offers: Sequence[Offer], dice: Random) -> Offer:
    return offers[int(dice.random() * len(offers))]


def _placed(
    open_times: Sequence[Opening], offers: list[Offer], dice: Random
) -> Iterator[tuple[datetime, int | None, Offer]]:
    """Place offers one after the other, with pauses; those for which there is no time are lost."""
    open_minutes = sum((one.end - one.start) // MINUTE for one in open_times)
    booked = sum(offer.minutes + offer.buffer_after for offer in offers)
    pause = max(0, open_minutes - booked) // len(offers) // _GRID * 2 + 1
    for one in open_times:
        at, end = 0, (one.end - one.start) // MINUTE
        while offers and at + offers[-1].minutes <= end:
            offer = offers.pop()
            later = at + int(dice.random() * pause) * _GRID
            at = later if later + offer.minutes <= end else at
            yield one.start + at * MINUTE, one.location, offer
            at += -(-(offer.minutes + offer.buffer_after) // _GRID) * _GRID


def _made(
    calendar: Calendar, what: tuple[datetime, int | None, Offer], now: datetime, dice: Random
) -> Made:
    start, location, offer = what
    guests = 1 if offer.most == 1 else 1 + int(dice.random() * offer.most)
    return Made(
        made_at=_made_at(start, now, int(dice.random() ** 2 * _LEAD_MINUTES)),
        employee=calendar.employee.id,
        location=location,
        start=start,
        offer=offer,
        guests=guests,
    )


def _made_at(start: datetime, now: datetime, lead_minutes: int) -> datetime:
    return min(start, now) - _NOT_LATER - lead_minutes * MINUTE
