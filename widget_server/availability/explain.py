"""Why a time is, or is not, offered: the rules one after the other, in words.

Whether it is offered is the engine's own answer. Only when that is no, the rules are gone through
by themselves to find what stands in the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from widget_server.availability.busy import BusyTimes, Taken
from widget_server.availability.model import (
    Business,
    Employee,
    Period,
    QueryError,
    Service,
    SlotQuery,
)
from widget_server.availability.rules import Terms, Visit, enough, last_date, notice, read_query
from widget_server.availability.schedule import (
    Frame,
    Opening,
    WorkingTime,
    day_off_on,
    periods_on,
    special_day_on,
    working_time,
)
from widget_server.availability.slots import check_start, find_slots
from widget_server.availability.zones import DAY, Zone, date_of, in_utc, minute_of, moment_of, zone

_NEAREST = 3
_AROUND = timedelta(days=1)
# Before anything that can be asked about, and how many days it is until after it.
_EARLY, _FOR_EVER = datetime(1900, 1, 1, tzinfo=UTC), 150_000
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands in the way: the rule's name, and a sentence."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of one employee; no reasons: nothing stands in the way."""

    employee: int
    name: str
    offered: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether something is offered, what holds for everybody, and what for each employee."""

    offered: bool
    reasons: tuple[Reason, ...]
    verdicts: tuple[Verdict, ...]


def explain_start(
    query: SlotQuery, start: datetime, business: Business, busy: BusyTimes, now: datetime
) -> Explanation:
    """Say why a start is, or is not, offered. Raises QueryError; several services are refused."""
    single, start = _single(query), in_utc(start)
    exact = replace(single, window=(start, start + timedelta(minutes=1)))
    offered = check_start(exact, start, business, busy, now) is not None
    visit = read_query(replace(single, window=(start - _AROUND, start + _AROUND)), business, now)
    service = visit.parts[0].service
    judge = _Judge(single, business, busy, now, visit, start)
    verdicts = tuple(judge.verdict(employee, service) for employee in _asked(single, business))
    reasons = () if offered else tuple(_for_everybody(business, service, start, now))
    return Explanation(offered, reasons, verdicts)


def explain_day(
    query: SlotQuery, day: date, business: Business, busy: BusyTimes, now: datetime
) -> Explanation:
    """Say why a date of the business has, or has not, open starts. Raises QueryError."""
    single = replace(_single(query), window=(day, day), timezone=business.rules.timezone)
    found = find_slots(single, business, busy, now)
    service = read_query(single, business, now).parts[0].service
    judge = _Day(single, day, business, busy, now)
    verdicts = tuple(judge.verdict(employee, service) for employee in _asked(single, business))
    home = zone(business.rules.timezone)
    noon = moment_of(home.minute((day.toordinal() - date_of(0).toordinal()) * DAY + DAY - 1))
    reasons = () if len(found) else tuple(_for_everybody(business, service, noon, now))
    return Explanation(bool(len(found)), reasons, verdicts)


def _single(query: SlotQuery) -> SlotQuery:
    if len(query.services) != 1:
        raise QueryError("service", "name one service: each is explained by itself")
    return query


def _asked(query: SlotQuery, business: Business) -> list[Employee]:
    return [e for e in business.employees if query.employee in (None, e.id)]


def _for_everybody(
    business: Business, service: Service, start: datetime, now: datetime
) -> Iterator[Reason]:
    if start.second or start.microsecond:
        yield Reason("grid", "Every start is a whole minute.")
    ahead = notice(business, [service])
    if start < in_utc(now) + timedelta(minutes=ahead):
        yield Reason("notice", f"It is sooner than the notice of {ahead} minutes from now.")
    last = last_date(business, [service], now)
    if zone(business.rules.timezone).date(minute_of(start)) > last:
        yield Reason("window", f"It is after the last bookable date, {date_of(last)}.")


@dataclass(frozen=True, slots=True)
class _Judge:
    """Goes through the rules for one start."""

    query: SlotQuery
    business: Business
    busy: BusyTimes
    now: datetime
    visit: Visit
    start: datetime

    @property
    def minute(self) -> int:
        """The minute the start lies in."""
        return minute_of(self.start)

    def verdict(self, employee: Employee, service: Service) -> Verdict:
        """Return what holds for an employee."""
        own = replace(self.query, employee=employee.id)
        offered = check_start(own, self.start, self.business, self.busy, self.now) is not None
        reasons = () if offered else tuple(self._reasons(employee, service))
        return Verdict(employee.id, _name(employee), offered, reasons)

    def _reasons(self, employee: Employee, service: Service) -> Iterator[Reason]:
        terms = self.visit.parts[0].terms.get(employee.id)
        if terms is None:
            yield _not_given(employee, service, self.query.persons)
            return
        working = terms.working
        reason = self._outside_hours(working, service)
        if reason:
            yield reason
            return
        if not self._fits(terms):
            yield self._too_long(terms)
        yield from self._in_the_way(terms)
        yield from self._off_grid(terms)

    def _outside_hours(self, working: WorkingTime, service: Service) -> Reason | None:
        here = [opening for opening in _around(working, self.minute)
                if opening.start <= self.minute < opening.end]  # fmt: skip
        serving = [o for o in here if any(o.serves(service.id, x) for x in self.visit.locations)]
        if serving:
            return None
        if here:
            kind = here[0].services is not None and service.id not in here[0].services
            hours = _span(working.zone, here[0])
            what = "this service" if kind else "the location asked for"
            return Reason(
                "period_services" if kind else "location", f"The hours {hours} are not for {what}."
            )
        return _closed(working, working.zone.date(self.minute))

    def _fits(self, terms: Terms) -> bool:
        before = terms.service.buffer_before_minutes
        after = terms.service.buffer_after_minutes
        inside = (before, after) if self.business.rules.buffers_within_hours else (0, 0)
        shape = terms.shape(before=inside[0], after=inside[1])
        first = (self.minute - before) // DAY
        frame = Frame(first, (self.minute + terms.length + after) // DAY - first + 1)
        return any(
            terms.working.fit(frame, shape, location).fits >> (self.minute - frame.base) & 1
            for location in self.visit.locations
        )

    def _too_long(self, terms: Terms) -> Reason:
        buffers = " with its buffers" if self.business.rules.buffers_within_hours else ""
        return Reason(
            "hours", f"The visit of {terms.length} minutes{buffers} does not fit into the hours."
        )

    def _in_the_way(self, terms: Terms) -> Iterator[Reason]:
        service, taken_places = terms.service, 0
        lo = self.minute - service.buffer_before_minutes
        hi = self.minute + terms.length + service.buffer_after_minutes
        for taken in self.busy.employee(terms.employee.id).touching(lo, hi):
            if terms.capacity.max > 1 and self._shares(taken, service):
                taken_places += taken.appointment.persons
            elif taken.appointment.id != self.query.reschedule or self.query.reschedule is None:
                yield self._overlap(taken, terms)
        left = terms.capacity.max - taken_places
        if taken_places and left < self.query.persons:
            yield Reason("capacity", f"Of {terms.capacity.max} places {max(left, 0)} are left.")

    def _shares(self, taken: Taken, service: Service) -> bool:
        there = taken.appointment
        same_place = there.location is None or any(
            location in (None, there.location) for location in self.visit.locations
        )
        return there.service == service.id and taken.start == self.minute and same_place

    def _overlap(self, taken: Taken, terms: Terms) -> Reason:
        clock = terms.working.zone
        name = "an appointment" if taken.appointment.id is None else (
            f"appointment {taken.appointment.id}"
        )  # fmt: skip
        when = f"{_clock(clock, taken.start)} to {_clock(clock, taken.end)}"
        if taken.start < self.minute + terms.length and self.minute < taken.end:
            return Reason("overlap", f"It overlaps {name} from {when}.")
        return Reason("buffer", f"It comes into the buffer of or before {name} from {when}.")

    def _off_grid(self, terms: Terms) -> Iterator[Reason]:
        own = replace(
            self.query,
            employee=terms.employee.id,
            window=(moment_of(self.minute) - _AROUND, moment_of(self.minute) + _AROUND),
        )
        if not self._fits(terms) or any(True for _ in self._in_the_way(terms)):
            return
        if self.minute in find_slots(own, _unhurried(self.business), self.busy, _EARLY).minutes():
            return
        found = find_slots(own, self.business, self.busy, self.now).minutes()
        nearest = sorted(found, key=lambda minute: abs(minute - self.minute))[:_NEAREST]
        times = ", ".join(_clock(terms.working.zone, minute) for minute in sorted(nearest))
        hint = f" The nearest starts are {times}." if times else ""
        yield Reason("grid", f"It is not one of the starts, which come every {terms.step} minutes "
                     f"({self.business.rules.slot_alignment}).{hint}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Day:
    """Goes through what can empty one date of the business."""

    query: SlotQuery
    day: date
    business: Business
    busy: BusyTimes
    now: datetime

    def verdict(self, employee: Employee, service: Service) -> Verdict:
        """Return what holds for an employee."""
        own = replace(self.query, employee=employee.id)
        offered = bool(len(find_slots(own, self.business, self.busy, self.now)))
        reason = None if offered else self._reason(own, employee, service)
        return Verdict(employee.id, _name(employee), offered, (reason,) if reason else ())

    def _reason(self, own: SlotQuery, employee: Employee, service: Service) -> Reason:
        visit = read_query(own, self.business, self.now)
        terms = visit.parts[0].terms.get(employee.id)
        if terms is None:
            return _not_given(employee, service, own.persons)
        working = working_time(self.business, employee)
        number = self.day.toordinal() - date_of(0).toordinal()
        openings = working.openings(number)
        if not openings:
            return _closed(working, number)
        hours = ", ".join(_span(working.zone, opening) for opening in openings)
        if not any(o.serves(service.id, place) for o in openings for place in visit.locations):
            return Reason(
                "period_services", f"The hours {hours} are not for this service and place."
            )
        return self._used_up(own, terms, hours)

    def _used_up(self, own: SlotQuery, terms: Terms, hours: str) -> Reason:
        """Say what has taken the starts that the hours have."""
        nobody, free = BusyTimes.of(self.business, ()), replace(own, reschedule=None)
        if not len(find_slots(free, _unhurried(self.business), nobody, _EARLY)):
            text = f"A visit of {terms.length} minutes does not fit into {hours}."
            return Reason("hours", text)
        if not len(find_slots(free, self.business, nobody, self.now)):
            return Reason("notice", "Notice or booking window leave nothing of the day.")
        return Reason("overlap", f"The hours {hours} are taken by appointments.")


def _unhurried(business: Business) -> Business:
    """Return the business without notice, and bookable from `_EARLY` on for ever."""
    rules = replace(business.rules, minimum_notice_minutes=0, booking_window_days=_FOR_EVER)
    services = tuple(
        replace(service, minimum_notice_minutes=None, booking_window_days=None)
        for service in business.services
    )
    return replace(business, rules=rules, services=services)


def _not_given(employee: Employee, service: Service, persons: int) -> Reason:
    link = next((one for one in employee.services if one.id == service.id), None)
    if link is None:
        return Reason("service", "Does not give this service.")
    capacity = link.capacity or service.capacity
    if not enough(capacity, persons):
        text = f"Takes {capacity.min} to {capacity.max} persons at a time, not {persons}."
        return Reason("capacity", text)
    return Reason("service", "Does not give this service.")


def _closed(working: WorkingTime, number: int) -> Reason:
    """Say why there are no hours at a time of a local date."""
    day = date_of(number)
    off = day_off_on(working.schedule, day)
    if off:
        return Reason("day_off", f"{day} is a day off: {off.name or 'no name given'}.")
    periods = periods_on(working.schedule, day)
    hours = ", ".join(map(_period, periods))
    special = special_day_on(working.schedule, day)
    weekday = _WEEKDAYS[day.isoweekday() - 1]
    which = f"On {day}, a special day," if special else f"On {weekday}"
    where = f"({working.schedule.timezone})"
    if not periods:
        return Reason("hours", f"{which} there are no hours {where}.")
    return Reason("hours", f"{which} the hours are {hours} {where}.")


def _around(working: WorkingTime, minute: int) -> Iterator[Opening]:
    here = working.zone.date(minute)
    for day in (here - 1, here, here + 1):
        yield from working.openings(day)


def _name(employee: Employee) -> str:
    return f"{employee.first_name} {employee.last_name}".strip() or f"employee {employee.id}"


def _period(period: Period) -> str:
    return f"{_time(period.start)} to {_time(period.end)}"


def _span(clock: Zone, opening: Opening) -> str:
    return f"{_clock(clock, opening.start)} to {_clock(clock, opening.end)}"


def _clock(clock: Zone, minute: int) -> str:
    return _time(clock.local(minute) % DAY)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
