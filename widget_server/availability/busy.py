"""Busy times: appointments sorted by employee and UTC day, as a value that is never changed.

A new value made by `replacing` shares everything but the days that were touched. What a day's
appointments occupy is drawn as bits when it is first asked for, and kept.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from widget_server.availability.model import Appointment, Business, Service
from widget_server.availability.schedule import Frame, working_time
from widget_server.availability.zones import DAY, Zone, day_number, minute_from, minute_of

_DAY_BYTES = DAY // 8
_EMPTY_DAY = bytes(_DAY_BYTES)
# The minutes of a day before each minute, as bits: two of them make any stretch of a day.
_UP_TO = [(1 << minute) - 1 for minute in range(DAY + 1)]
_FREE = frozenset({"canceled", "cancelled", "rejected", "noshow"})


class Taken(NamedTuple):
    """An appointment in minutes: occupied from `lo` to `hi`, buffers included."""

    lo: int
    hi: int
    start: int
    end: int
    appointment: Appointment

    @property
    def days(self) -> range:
        """The UTC days it touches."""
        return range(self.lo // DAY, max(self.hi - 1, self.start) // DAY + 1)


def blocks(appointment: Appointment) -> bool:
    """Tell whether an appointment's status keeps its time taken; an unknown one does."""
    status = appointment.status
    if status == "approved":
        return True
    return status.lower().replace("_", "").replace("-", "") not in _FREE


class EmployeeTime:
    """The appointments of one employee. Never changed after it has been filled."""

    __slots__ = ("_chunks", "days", "idle", "vacant")

    def __init__(self) -> None:
        self.days: dict[int, list[Taken]] = {}
        self.idle: list[Taken] = []  # those whose status blocks nobody
        # Some have no persons or no length: starting where they do is not plainly overlapping.
        self.vacant = False
        self._chunks: dict[int, bytes] = {}

    def bits(self, frame: Frame) -> int:
        """Return the occupied minutes of a frame."""
        days, chunks = self.days, self._chunks
        stretch = range(frame.first, frame.first + frame.days)
        parts = [
            (chunks.get(day) or self._draw(day)) if day in days else _EMPTY_DAY for day in stretch
        ]
        return int.from_bytes(b"".join(parts), "little")

    def starting(self, frame: Frame, service: int) -> Iterator[Taken]:
        """Yield the appointments of a service that start within a frame."""
        days = self.days
        for day in range(frame.first, frame.first + frame.days):
            for taken in days.get(day, ()):
                if taken.appointment.service == service and taken.start // DAY == day:
                    yield taken

    def touching(self, lo: int, hi: int) -> Iterator[Taken]:
        """Yield the appointments, once each, whose occupied time touches lo .. hi - 1."""
        first = lo // DAY
        for day in range(first, (hi - 1) // DAY + 1):
            for taken in self.days.get(day, ()):
                if day == max(first, taken.lo // DAY) and taken.lo < hi and lo < taken.hi:
                    yield taken

    def everything(self) -> Iterator[Taken]:
        """Yield every appointment once."""
        for day, entries in self.days.items():
            yield from (taken for taken in entries if taken.lo // DAY == day)
        yield from self.idle

    def changed(self, gone: Iterable[Taken], new: Iterable[Taken]) -> "EmployeeTime":
        """Return a copy without some and with other appointments; only their days are redone."""
        copy = EmployeeTime()
        copy.days, copy.idle = dict(self.days), list(self.idle)
        copy._chunks = dict(self._chunks)
        copy.vacant = self.vacant
        for taken in gone:
            copy._drop(taken)
        for taken in new:
            for day in taken.days:
                copy.days[day] = list(copy.days.get(day, ()))
                copy._chunks.pop(day, None)
            copy.add(taken)
        return copy

    def add(self, taken: Taken) -> None:
        """Take an appointment in; only while the value is being made."""
        lo, hi, start, end, appointment = taken
        if appointment.status != "approved" and not blocks(appointment):
            self.idle.append(taken)
            return
        if appointment.persons < 1 or start >= end:
            self.vacant = True
        day, last = lo // DAY, (hi - 1 if hi > start else start) // DAY
        while day <= last:
            entries = self.days.get(day)
            if entries is None:
                self.days[day] = [taken]
            else:
                entries.append(taken)
            day += 1

    def _drop(self, taken: Taken) -> None:
        if not blocks(taken.appointment):
            self.idle.remove(taken)
            return
        for day in taken.days:
            self.days[day] = [other for other in self.days[day] if other is not taken]
            self._chunks.pop(day, None)

    def _draw(self, day: int) -> bytes:
        base = day * DAY
        bits = 0
        for lo, hi, _, _, _ in self.days[day]:
            first, end = max(lo - base, 0), min(hi - base, DAY)
            if first < end:
                bits |= _UP_TO[end] ^ _UP_TO[first]
        chunk = self._chunks[day] = bits.to_bytes(_DAY_BYTES, "little")
        return chunk


_NOBODY = EmployeeTime()


class BusyTimes:
    """The appointments on file, by employee; a value that is never changed.

    `unassigned` are the appointments of no employee of the business: they block nobody.
    """

    __slots__ = ("_business", "_employees", "unassigned")

    def __init__(
        self,
        business: Business,
        employees: dict[int, EmployeeTime],
        unassigned: tuple[Appointment, ...],
    ) -> None:
        self._business = business
        self._employees = employees
        self.unassigned = unassigned

    @classmethod
    def of(cls, business: Business, appointments: Iterable[Appointment]) -> "BusyTimes":
        """Sort appointments by employee and day."""
        services = {service.id: service for service in business.services}
        employees = {employee.id: EmployeeTime() for employee in business.employees}
        unassigned = []
        for appointment in appointments:
            time = None if appointment.employee is None else employees.get(appointment.employee)
            if time is None:
                unassigned.append(appointment)
            else:
                time.add(_taken(appointment, services))
        return cls(business, employees, tuple(unassigned))

    def employee(self, employee: int) -> EmployeeTime:
        """Return the busy time of one employee."""
        return self._employees.get(employee, _NOBODY)

    def replacing(
        self, employee_id: int, local_date: date, appointments: Iterable[Appointment]
    ) -> "BusyTimes":
        """Return a value in which these are the appointments starting on an employee's date.

        The date is read in the employee's zone. Everything else is shared.
        """
        zone, day = self._zone(employee_id), day_number(local_date)
        old = self.employee(employee_id)
        services = {service.id: service for service in self._business.services}
        near = {id(t): t for d in (day - 1, day, day + 1) for t in old.days.get(d, ())}
        gone = [t for t in (*near.values(), *old.idle) if zone.date(t.start) == day]
        new = [_taken(appointment, services) for appointment in appointments]
        return self._with(employee_id, old.changed(gone, new))

    def without(self, appointment_id: int) -> "BusyTimes":
        """Return a value without one appointment (rule 17). Raises KeyError when there is none."""
        known = any(a.id == appointment_id for a in self.unassigned)
        changed = self
        for employee, time in self._employees.items():
            gone = [t for t in time.everything() if t.appointment.id == appointment_id]
            if gone:
                known = True
                changed = changed._with(employee, time.changed(gone, ()))
        if not known:
            raise KeyError(appointment_id)
        return changed

    def _with(self, employee: int, time: EmployeeTime) -> "BusyTimes":
        return BusyTimes(self._business, {**self._employees, employee: time}, self.unassigned)

    def _zone(self, employee_id: int) -> Zone:
        for employee in self._business.employees:
            if employee.id == employee_id:
                return working_time(self._business, employee).zone
        raise KeyError(employee_id)


_new = tuple.__new__  # what a named tuple calls in the end; there are many of these


def _taken(appointment: Appointment, services: dict[int, Service]) -> Taken:
    _, begins, ends, _, service_id, _, _, _, before, after = appointment
    if before is None or after is None:
        service = None if service_id is None else services.get(service_id)
        if before is None:
            before = service.buffer_before_minutes if service else 0
        if after is None:
            after = service.buffer_after_minutes if service else 0
    start, end = minute_of(begins), minute_from(ends)
    return _new(Taken, (start - before, end + after, start, end, appointment))
