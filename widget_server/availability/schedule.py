"""Working time: from weekly hours, special days and days off to instants (rules 1 to 5).

What a schedule yields depends on nothing but itself, so it is kept: the openings of a local date,
and for a stretch of days the bits at which a visit of a given shape fits. Employees whose
schedules are equal share them.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from widget_server.availability.intervals import from_points, from_spans, joined
from widget_server.availability.model import (
    Business,
    DayOff,
    Employee,
    Period,
    SpecialDay,
    WorkingHours,
)
from widget_server.availability.zones import DAY, Zone, date_of, zone

# Kept values are dropped all at once when they come to so many days (some 40 MB of masks at most).
_KEPT_DAYS = 200_000


class Opening(NamedTuple):
    """A period on a given date, in minutes; `location` None: it holds everywhere."""

    start: int
    end: int
    services: tuple[int, ...] | None
    location: int | None

    def serves(self, service: int, location: int | None) -> bool:
        """Tell whether the service can be had; `location` None: the business has but one place."""
        return (self.services is None or service in self.services) and (
            location is None or self.location is None or self.location == location
        )


class Frame(NamedTuple):
    """The stretch of whole UTC days a search looks at: bit 0 is the first minute of `first`."""

    first: int
    days: int

    @property
    def base(self) -> int:
        """The minute of bit 0."""
        return self.first * DAY

    @property
    def size(self) -> int:
        """How many minutes there are."""
        return self.days * DAY


class Shape(NamedTuple):
    """What of a visit decides whether it fits into working time, and on which grid."""

    service: int
    length: int
    before: int
    after: int
    step: int


class Fit(NamedTuple):
    """Bits of a frame: where a visit fits into working time; and the grid of the openings."""

    fits: int
    grid: int


class Schedule(NamedTuple):
    """When somebody works: the part of an employee that decides about working time."""

    timezone: str
    location: int | None
    working_hours: tuple[WorkingHours, ...]
    special_days: tuple[SpecialDay, ...]
    days_off: tuple[DayOff, ...]


class WorkingTime:
    """The working time of a schedule, kept as it is asked for."""

    __slots__ = ("_fits", "_fits_days", "_openings", "schedule", "zone")

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.zone: Zone = zone(schedule.timezone)
        self._openings: dict[int, tuple[Opening, ...]] = {}
        self._fits: dict[Any, Fit] = {}
        self._fits_days = 0

    def openings(self, day: int) -> tuple[Opening, ...]:
        """Return the openings that begin on a local date (a day number)."""
        found = self._openings.get(day)
        if found is None:
            if len(self._openings) >= _KEPT_DAYS:
                self._openings.clear()
            found = self._openings[day] = tuple(self._openings_of(day))
        return found

    def serving(
        self, frame: Frame, service: int, location: int | None
    ) -> Iterator[tuple[int, int]]:
        """Yield the openings that may reach into a frame, as spans of its bits."""
        base = frame.base
        first, last = self.zone.date(base), self.zone.date(base + frame.size)
        for day in range(first - 2, last + 1):
            for opening in self.openings(day):
                if opening.serves(service, location):
                    yield opening.start - base, opening.end - base

    def fit(self, frame: Frame, shape: Shape, location: int | None) -> Fit:
        """Return where in a frame a visit fits, and the grid of the openings."""
        key = frame, shape, location
        found = self._fits.get(key)
        if found is None:
            if self._fits_days + frame.days > _KEPT_DAYS:
                self._fits.clear()
                self._fits_days = 0
            self._fits_days += frame.days
            found = self._fits[key] = self._fit(frame, shape, location)
        return found

    def _fit(self, frame: Frame, shape: Shape, location: int | None) -> Fit:
        spans = list(self.serving(frame, shape.service, location))
        room = [
            (lo + shape.before, hi - shape.length - shape.after + 1) for lo, hi in joined(spans)
        ]
        starts = (
            start
            for lo, hi in spans
            for start in range(lo, min(hi, frame.size), shape.step)
            if start >= 0
        )
        return Fit(from_spans(room, frame.size), from_points(starts, frame.size))

    def _openings_of(self, day: int) -> Iterator[Opening]:
        periods = periods_on(self.schedule, date_of(day))
        if not periods or not self.zone.spans(day, day):
            return
        for period in periods:
            end = period.end if period.end > period.start else period.end + DAY
            lo = self.zone.minute(day * DAY + period.start)
            hi = self.zone.minute(day * DAY + end)
            place = self.schedule.location if period.location is None else period.location
            if lo < hi:
                yield Opening(lo, hi, period.services, place)


def working_time(business: Business, employee: Employee) -> WorkingTime:
    """Return the kept working time of an employee of the business."""
    found: WorkingTime | None = business.kept.get(("employee", employee.id))
    if found is None:
        schedule = Schedule(
            employee.timezone or business.rules.timezone,
            employee.location,
            employee.working_hours,
            employee.special_days,
            employee.days_off,
        )
        found = business.kept.setdefault(("schedule", schedule), WorkingTime(schedule))
        business.kept["employee", employee.id] = found
    return found


def periods_on(schedule: Schedule, day: date) -> tuple[Period, ...]:
    """Return the periods that begin on a local date (rule 2)."""
    if day_off_on(schedule, day):
        return ()
    special = special_day_on(schedule, day)
    if special is not None:
        return special.periods
    weekday = day.isoweekday()
    return tuple(
        period
        for entry in schedule.working_hours
        if entry.weekday == weekday
        for period in entry.periods
    )


def day_off_on(schedule: Schedule, day: date) -> DayOff | None:
    """Return the first day off that closes a date."""
    return next((off for off in schedule.days_off if is_off(off, day)), None)


def special_day_on(schedule: Schedule, day: date) -> SpecialDay | None:
    """Return the special day that holds on a date: the one that starts latest, then the later."""
    found = None
    for special in schedule.special_days:
        if special.start_date <= day <= special.end_date and (
            found is None or special.start_date >= found.start_date
        ):
            found = special
    return found


def is_off(off: DayOff, day: date) -> bool:
    """Tell whether a day off covers a date."""
    if day < off.start_date:
        return False
    if day <= off.end_date:
        return True
    return off.repeat_yearly and _comes_back(off, day)


def _comes_back(off: DayOff, day: date) -> bool:
    first, last = off.start_date, off.end_date
    start, end, here = ((d.month, d.day) for d in (first, last, day))
    years = last.year - first.year
    if years == 0:
        return start <= here <= end
    if years == 1 and end < start:
        return here >= start or here <= end
    return True  # a range of a year or more: no gap is left
