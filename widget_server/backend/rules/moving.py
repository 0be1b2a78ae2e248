"""Change what was booked: its status, or its time and employee.

What is moved never collides with itself. Where it moves onto a group of the same kind, it joins
that group, and the appointment it leaves empty is canceled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.backend import records
from widget_server.backend.errors import SlotTaken, WrongState
from widget_server.backend.models import (
    Appointment,
    AssignedService,
    Booking,
    Coupon,
    Employee,
    Location,
    Service,
)
from widget_server.backend.rules import coupons, groups, timing, visits
from widget_server.backend.rules.booking import lock_employees
from widget_server.backend.rules.statuses import CANCELED, OPEN, USING
from widget_server.backend.work import Work


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: null keeps what is."""

    start: datetime | None = None
    employee: int | None = None
    location: int | None = None


def change_status(work: Work, appointment: Appointment, status: str) -> None:
    """Give an appointment and its bookings another status; raise SlotTaken, CouponInvalid."""
    _lock(work, appointment)
    before = appointment.status
    if before == status:
        return
    alike = OPEN if before in OPEN else {before}
    bookings = [b for b in appointment.bookings if b.status in alike and not b.left_alone]
    if status in OPEN and before not in OPEN:
        if not bookings:
            raise WrongState("No booking is left in it that could take place.")
        _require_free(work, appointment, bookings)
    _set(work, bookings, status)
    timing.fit_to_bookings(appointment, bookings)
    appointment.status = status
    appointment.updated_at = work.now
    timing.tell(work, _event(status), appointment)


def change_booking_status(work: Work, booking: Booking, status: str) -> None:
    """Give one booking another status; the others in its appointment stay as they are."""
    appointment = _lock_booking(work, booking)
    if booking.status == status:
        return
    others = [b for b in appointment.bookings if b.status in OPEN and b is not booking]
    if not others and booking.status in OPEN:
        change_status(work, appointment, status)
        return
    waited = groups.waits(work, appointment, appointment.service)
    if status in OPEN and booking.status not in OPEN:
        _reopen(work, booking, others)
    _set(work, [booking], status)
    booking.left_alone = status not in OPEN and bool(others)
    appointment.updated_at = work.now
    if appointment.status not in OPEN:
        appointment.status = status
    timing.fit_to_bookings(appointment, [booking, *others])
    if appointment.status in OPEN:
        groups.settle(work, appointment, appointment.service, status, waited=waited)
    timing.tell(work, _event(status), appointment, booking=booking.id)


def move_appointment(work: Work, appointment: Appointment, target: Target) -> Appointment:
    """Move all open bookings of an appointment; return where they are now."""
    _lock(work, appointment, target.employee)
    bookings = [b for b in appointment.bookings if b.status in OPEN]
    return _move(work, appointment, bookings, target)


def move_booking(work: Work, booking: Booking, target: Target) -> Appointment:
    """Move one booking, never the others in its appointment; return where it is now."""
    appointment = _lock_booking(work, booking, target.employee)
    if booking.status not in OPEN:
        raise WrongState(f"A booking that is {booking.status} cannot be moved.")
    return _move(work, appointment, [booking], target)


def _move(
    work: Work, appointment: Appointment, bookings: Sequence[Booking], target: Target
) -> Appointment:
    if appointment.status not in OPEN:
        raise WrongState(f"An appointment that is {appointment.status} cannot be moved.")
    start = target.start or appointment.start
    employee = _employee(work, appointment, target)
    location = _location(work, appointment, employee, target)
    old = (appointment.employee_id, appointment.start, appointment.location_id)
    if (employee.id, start, location) == old:
        return appointment
    before = (appointment.employee_id, timing.span(appointment))
    whole = {b.id for b in bookings} == {b.id for b in appointment.bookings if b.status in OPEN}
    visit = _visit(work, appointment, bookings, Target(start, employee.id, location), whole=whole)
    place = work.guard(work.session, visit)
    wanted = _wanted(work, appointment, bookings)
    waited = place is not None and groups.waits(work, place, appointment.service)
    if place is None:
        place = appointment if whole else _split(work, appointment, wanted)
        place.employee_id, place.location_id = employee.id, location
        timing.set_times(place, visit.start, visit.end)
    elif visit.end > place.end:
        timing.set_times(place, visit.start, visit.end)
    _leave(work, appointment, place, bookings)
    groups.settle(work, place, appointment.service, wanted, waited=waited)
    timing.tell(work, timing.RESCHEDULED, place, before=before)
    return place


def _lock(work: Work, appointment: Appointment, employee: int | None = None) -> None:
    """Take the locks for an appointment, and for the employee it moves to, and read it again."""

    def needed() -> set[int]:
        whose = records.load_appointment(work.session, appointment.id).employee_id
        return {whose, employee or whose}

    _lock_all(work, needed)


def _lock_booking(work: Work, booking: Booking, employee: int | None = None) -> Appointment:
    """Take the locks for a booking, wherever it is once they are taken; return its appointment."""

    def needed() -> set[int]:
        whose = records.load_booking(work.session, booking.id).appointment.employee_id
        return {whose, employee or whose}

    _lock_all(work, needed)
    return booking.appointment


def _lock_all(work: Work, needed: Callable[[], set[int]]) -> None:
    """Take the locks of the employees that `needed` reads; it is asked again once they are taken.

    What was locked may have moved to somebody else meanwhile. Then the locks are given back before
    others are taken: whoever holds one and waits for a smaller number waits for ever.
    """
    wanted = needed()
    while True:
        attempt = work.session.begin_nested()
        lock_employees(work, wanted)
        found = needed()
        if found <= wanted:
            attempt.commit()
            return
        attempt.rollback()
        wanted = found


def _wanted(work: Work, appointment: Appointment, bookings: Sequence[Booking]) -> str:
    """Return the status that what moves has where enough have come."""
    if not groups.waits(work, appointment, appointment.service):
        return appointment.status
    for booking in bookings:
        booking.status = work.business.default_status
    return work.business.default_status


def _employee(work: Work, appointment: Appointment, target: Target) -> Employee:
    if target.employee in (None, appointment.employee_id):
        return appointment.employee
    return work.known(Employee, target.employee, "employee")


def _location(
    work: Work, appointment: Appointment, employee: Employee, target: Target
) -> int | None:
    if target.location is not None:
        return work.known(Location, target.location, "location").id
    if employee.id != appointment.employee_id and employee.location_id is not None:
        return employee.location_id
    return appointment.location_id


def _visit(
    work: Work,
    appointment: Appointment,
    bookings: Sequence[Booking],
    target: Target,
    *,
    whole: bool,
) -> visits.Visit:
    assert target.start is not None  # noqa: S101 - _move fills it in
    assert target.employee is not None  # noqa: S101
    service: Service = appointment.service
    assigned = work.session.get(AssignedService, (target.employee, service.id))
    if target.employee != appointment.employee_id:
        for booking in bookings:
            booking.duration = visits.length(service, assigned, booking.extras, "employee")
    longest = max((b.duration for b in bookings), default=service.duration)
    return visits.Visit(
        service=service.id,
        employee=target.employee,
        location=target.location,
        start=target.start,
        end=target.start + timedelta(minutes=longest),
        buffer_before=appointment.buffer_before,
        buffer_after=appointment.buffer_after,
        persons=sum(b.persons for b in bookings),
        capacity=visits.capacity(service, assigned),
        apart_from=frozenset({appointment.id} if whole else ()),
    )


def _split(work: Work, appointment: Appointment, status: str) -> Appointment:
    copy = Appointment(
        status=status,
        service_id=appointment.service_id,
        employee_id=appointment.employee_id,
        location_id=appointment.location_id,
        buffer_before=appointment.buffer_before,
        buffer_after=appointment.buffer_after,
        note="",
        created_at=work.now,
    )
    work.session.add(copy)
    return copy


def _leave(
    work: Work, source: Appointment, place: Appointment, bookings: Sequence[Booking]
) -> None:
    source.updated_at = place.updated_at = work.now
    work.session.flush()
    if place is source:
        return
    before = (source.employee_id, timing.span(source))
    for booking in bookings:
        booking.appointment_id = place.id
    work.session.flush()
    left = groups.open_bookings(work, source)
    if left:
        timing.fit_to_bookings(source, left)
        groups.settle(work, source, source.service, source.status, waited=False)
    else:
        source.status = CANCELED
    timing.tell(work, timing.RESCHEDULED, source, before=before)


def _require_free(work: Work, appointment: Appointment, bookings: Sequence[Booking]) -> None:
    target = Target(appointment.start, appointment.employee_id, appointment.location_id)
    visit = _visit(work, appointment, bookings, target, whole=True)
    if work.guard(work.session, visit) is not None:
        raise SlotTaken


def _reopen(work: Work, booking: Booking, others: Sequence[Booking]) -> None:
    appointment = booking.appointment
    if not others:
        _require_free(work, appointment, [booking])
        return
    target = Target(appointment.start, appointment.employee_id, appointment.location_id)
    work.guard(work.session, _visit(work, appointment, [booking], target, whole=False))


def _set(work: Work, bookings: Sequence[Booking], status: str) -> None:
    held = {booking.coupon_id for booking in bookings if booking.coupon_id is not None}
    if held:
        coupons.lock(work.session, Coupon.id.in_(held))
    for booking in bookings:
        _hold_coupon(work, booking, before=booking.status in USING, after=status in USING)
        booking.status = status
        work.session.flush()


def _hold_coupon(work: Work, booking: Booking, *, before: bool, after: bool) -> None:
    if booking.coupon_id is None or before == after:
        return
    if after:
        coupon = work.session.get_one(Coupon, booking.coupon_id, with_for_update=True)
        coupons.require_left(work.session, coupon, booking.customer_id)
    coupons.count_use(work.session, booking.coupon_id, 1 if after else -1)


def _event(status: str) -> str:
    return timing.CANCELED if status == CANCELED else timing.STATUS_CHANGED
