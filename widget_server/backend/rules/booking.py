"""Make bookings: one, or several together, all or none.

A plan says what is wanted, checked against the catalogue; placing it asks the guard and writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from widget_server.backend.models import (
    Appointment,
    AssignedService,
    Booking,
    Coupon,
    Customer,
    CustomField,
    Employee,
    Location,
    Service,
)
from widget_server.backend.rules import coupons, groups, local_time, timing, visits
from widget_server.backend.work import Work
from widget_server.errors import DomainError, InvalidInput


@dataclass(frozen=True, slots=True)
class Seat:
    """A customer's place; `duration` in minutes."""

    customer: int
    additional_persons: int
    duration: int
    extras: list[dict[str, Any]]
    custom_fields: Mapping[str, str]
    coupon: Coupon | None
    price: Decimal
    note: str


@dataclass(slots=True)
class Plan:
    """A visit to be placed with its seats; buffers in minutes."""

    service: Service
    employee: Employee
    assigned: AssignedService | None
    location: int | None
    start: datetime
    status: str
    seats: list[Seat]
    note: str
    buffer_before: int
    buffer_after: int

    @property
    def end(self) -> datetime:
        """When the longest of its seats ends."""
        return self.start + timedelta(minutes=max(seat.duration for seat in self.seats))

    def visit(self) -> visits.Visit:
        """Return what the guard is asked."""
        return visits.Visit(
            service=self.service.id,
            employee=self.employee.id,
            location=self.location,
            start=self.start,
            end=self.end,
            buffer_before=self.buffer_before,
            buffer_after=self.buffer_after,
            persons=sum(1 + seat.additional_persons for seat in self.seats),
            capacity=visits.capacity(self.service, self.assigned),
        )


def book(work: Work, data: Mapping[str, Any]) -> list[Booking]:
    """Make one appointment with its bookings; raise SlotTaken, InvalidInput, CouponInvalid."""
    _lock(work, [data])
    return _place(work, _plan(work, data))


def book_items(work: Work, items: Sequence[Mapping[str, Any]]) -> list[Booking]:
    """Make several bookings; errors name the item (`items.0.service`)."""
    _lock(work, items)
    plans = []
    for position, item in enumerate(items):
        try:
            plans.append(_plan(work, item))
        except DomainError as error:
            raise _in_item(error, position) from None
    _drop_inner_buffers(plans)
    return [booking for plan in plans for booking in _place(work, plan)]


def _lock(work: Work, items: Sequence[Mapping[str, Any]]) -> None:
    """Take every lock that these bookings need, first the employees', then the coupons'."""
    lock_employees(work, [item["employee"] for item in items])
    seats = [seat for item in items for seat in item.get("bookings") or [item]]
    codes = {coupons.code_key(seat["coupon"]) for seat in seats if seat["coupon"]}
    if codes:
        coupons.lock(work.session, Coupon.code_key.in_(codes))


def lock_employees(work: Work, employees: Iterable[int]) -> None:
    """Take the employees' locks, always in the same order."""
    for employee in sorted(set(employees)):
        work.session.get(Employee, employee, with_for_update=True)


def load_service(work: Work, service: int, field: str = "service") -> Service:
    """Return a service with its extras; blame the field when there is none."""
    query = select(Service).where(Service.id == service, Service.deleted_at.is_(None))
    query = query.options(selectinload(Service.extras)).with_for_update(read=True, key_share=True)
    found = work.session.scalar(query)
    if found is None:
        raise InvalidInput.at(field, "There is none with this id.")
    return found


def _plan(work: Work, data: Mapping[str, Any]) -> Plan:
    service = load_service(work, data["service"])
    employee = work.known(Employee, data["employee"], "employee")
    assigned = work.session.get(AssignedService, (employee.id, service.id))
    location = data["location"] or employee.location_id
    if location is not None:
        work.known(Location, location, "location")
    start = local_time.start_of(data, work.zone)
    assert start is not None  # noqa: S101 - the schema asks for it
    plan = Plan(
        service=service,
        employee=employee,
        assigned=assigned,
        location=location,
        start=start,
        status=data["status"] or work.business.default_status,
        seats=[],
        note=data["note"],
        buffer_before=service.buffer_time_before,
        buffer_after=service.buffer_time_after,
    )
    plan.seats = [_seat(work, plan, seat) for seat in data.get("bookings") or [data]]
    return plan


def _seat(work: Work, plan: Plan, data: Mapping[str, Any]) -> Seat:
    work.known(Customer, data["customer"], "customer")
    _check_persons(plan, 1 + data["additional_persons"])
    _check_answers(work, data["custom_fields"])
    extras = visits.choose_extras(plan.service, data["extras"])
    price = visits.full_price(plan.service, plan.assigned, 1 + data["additional_persons"], extras)
    coupon = coupons.find(work.session, data["coupon"]) if data["coupon"] else None
    if coupon:
        coupons.require_usable(coupon, plan.service.id, work.now, work.zone)
        price -= coupons.discount(coupon, price)
    return Seat(
        customer=data["customer"],
        additional_persons=data["additional_persons"],
        duration=visits.length(plan.service, plan.assigned, extras),
        extras=extras,
        custom_fields=data["custom_fields"],
        coupon=coupon,
        price=price,
        note=data["note"],
    )


def _check_persons(plan: Plan, persons: int) -> None:
    most = visits.capacity(plan.service, plan.assigned)
    if persons > most:
        raise InvalidInput.at("additional_persons", f"At most {most} persons.")
    least = plan.service.min_capacity
    if persons < least and not plan.service.allow_below_min:
        raise InvalidInput.at("additional_persons", f"At least {least} persons.")


def _check_answers(work: Work, answers: Mapping[str, str]) -> None:
    if not answers:
        return
    known = {str(id_) for id_ in work.session.scalars(select(CustomField.id))}
    for name in answers:
        if name not in known:
            raise InvalidInput.at(f"custom_fields.{name}", "There is no such field.")


def _place(work: Work, plan: Plan) -> list[Booking]:
    appointment = work.guard(work.session, plan.visit())
    waited = appointment is not None and groups.waits(work, appointment, plan.service)
    if appointment is None:
        appointment = _open(work, plan)
    elif plan.end > appointment.end:
        timing.set_times(appointment, plan.start, plan.end)
    appointment.updated_at = work.now
    bookings = [_take(work, appointment, plan, seat) for seat in plan.seats]
    groups.settle(work, appointment, plan.service, plan.status, waited=waited)
    for booking in bookings:
        timing.tell(work, timing.BOOKED, appointment, booking=booking.id)
    return bookings


def _open(work: Work, plan: Plan) -> Appointment:
    appointment = Appointment(
        status=plan.status,
        service_id=plan.service.id,
        employee_id=plan.employee.id,
        location_id=plan.location,
        buffer_before=plan.buffer_before,
        buffer_after=plan.buffer_after,
        note=plan.note,
        created_at=work.now,
    )
    timing.set_times(appointment, plan.start, plan.end)
    work.session.add(appointment)
    appointment.updated_at = work.now
    work.session.flush()
    return appointment


def _take(work: Work, appointment: Appointment, plan: Plan, seat: Seat) -> Booking:
    if seat.coupon:
        coupons.require_left(work.session, seat.coupon, seat.customer)
    booking = Booking(
        appointment_id=appointment.id,
        customer_id=seat.customer,
        status=plan.status,
        additional_persons=seat.additional_persons,
        duration=seat.duration,
        extras=seat.extras,
        custom_fields=dict(seat.custom_fields),
        coupon_id=seat.coupon.id if seat.coupon else None,
        coupon_code=seat.coupon.code if seat.coupon else None,
        price=seat.price,
        currency=work.business.currency,
        note=seat.note,
        created_at=work.now,
    )
    work.session.add(booking)
    work.session.flush()
    if seat.coupon:
        coupons.count_use(work.session, seat.coupon.id, 1)
    return booking


def _drop_inner_buffers(plans: Sequence[Plan]) -> None:
    # Parts of one visit by the same employee follow each other without a pause.
    for first, second in pairwise(plans):
        if first.employee is second.employee and first.end == second.start:
            first.buffer_after = second.buffer_before = 0


def _in_item(error: DomainError, position: int) -> DomainError:
    error.errors = {f"items.{position}.{name}": said for name, said in error.errors.items()}
    return error
