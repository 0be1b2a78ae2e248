"""A month of the demo business: appointments around today, made in the past, never overlapping.

Walks through everybody's working periods on the grid that visitors see, and leaves much of it
open.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from widget_server.backend.models import Appointment, AssignedService, Booking, Employee, Service
from widget_server.backend.rules import timing, visits
from widget_server.backend.rules.statuses import APPROVED, CANCELED, NO_SHOW, PENDING, REJECTED
from widget_server.backend.rules.working_time import Opening, openings
from widget_server.backend.seed.customers import HOW_MANY
from widget_server.backend.seed.house import SETTINGS
from widget_server.backend.work import Work

Data = dict[str, Any]
DAYS_BACK, DAYS_AHEAD = 15, 16
STEP = timedelta(minutes=30)


def add_appointments(work: Work, dice: Random) -> None:
    """Write the appointments, in the order in which they were made."""
    query = select(Service).options(selectinload(Service.extras)).order_by(Service.id)
    services = {service.id: service for service in work.session.scalars(query)}
    everybody = select(Employee).options(selectinload(Employee.services)).order_by(Employee.id)
    made = [
        one
        for employee in work.session.scalars(everybody)
        for zone in [ZoneInfo(employee.timezone or work.business.timezone)]
        for opening in openings(employee, _month(work, zone), zone)
        for one in _fill(work, dice, employee, opening, services)
    ]
    for appointment, bookings in sorted(made, key=lambda one: one[0].created_at):
        work.session.add(appointment)
        work.session.flush()
        for booking in bookings:
            booking.appointment_id = appointment.id
        work.session.add_all(bookings)
    work.session.flush()


def _month(work: Work, zone: ZoneInfo) -> list[date]:
    today = work.now.astimezone(zone).date()
    return [today + timedelta(days=days) for days in range(-DAYS_BACK, DAYS_AHEAD + 1)]


def _fill(
    work: Work, dice: Random, employee: Employee, opening: Opening, services: dict[int, Service]
) -> Iterator[tuple[Appointment, list[Booking]]]:
    start = opening.start
    free_from = opening.start
    given = [
        one
        for one in employee.services
        if opening.services is None or one.service_id in opening.services
        if not services[one.service_id].private
    ]
    while start < opening.end:
        assigned = dice.choice(given)
        service = services[assigned.service_id]
        step = timedelta(minutes=service.slot_step or 30)
        extras = _extras(dice, service)
        length = timedelta(minutes=visits.length(service, assigned, extras))
        before = timedelta(minutes=service.buffer_time_before)
        fits = start - before >= free_from and start + length <= opening.end
        if fits and dice.random() < _how_full(work, start, service):
            made = _visit(work, dice, employee, opening, (service, assigned, extras, start))
            yield made
            free_from = made[0].occupied_to
        start += step
        while start < free_from:
            start += STEP


def _how_full(work: Work, start: datetime, service: Service) -> float:
    if service.max_capacity > 1:
        return 0.6
    return 0.28 if start < work.now else 0.2


def _visit(
    work: Work,
    dice: Random,
    employee: Employee,
    opening: Opening,
    what: tuple[Service, AssignedService, list[Data], datetime],
) -> tuple[Appointment, list[Booking]]:
    service, assigned, extras, start = what
    made_at = _made_at(work, dice, start)
    seats = [
        _seat(dice, (service, assigned, extras), made_at) for _ in range(_guests(dice, service))
    ]
    appointment = Appointment(
        status=_status(work, dice, start, service, seats),
        service_id=service.id,
        employee_id=employee.id,
        location_id=opening.location,
        buffer_before=service.buffer_time_before,
        buffer_after=service.buffer_time_after,
        note="",
        created_at=made_at,
        updated_at=made_at,
    )
    for seat in seats:
        seat.status = appointment.status
    longest = max(seat.duration for seat in seats)
    timing.set_times(appointment, start, start + timedelta(minutes=longest))
    return appointment, seats


def _made_at(work: Work, dice: Random, start: datetime) -> datetime:
    latest = min(start, work.now) - timedelta(minutes=90)
    return latest - timedelta(minutes=dice.randrange(1, 14 * 24 * 60))


def _extras(dice: Random, service: Service) -> list[Data]:
    if not service.extras or dice.random() < 0.75:
        return []
    return visits.choose_extras(service, [{"id": dice.choice(service.extras).id, "quantity": 1}])


def _guests(dice: Random, service: Service) -> int:
    return dice.randrange(1, 5) if service.max_capacity > 1 else 1


def _seat(
    dice: Random, what: tuple[Service, AssignedService, list[Data]], made_at: datetime
) -> Booking:
    service, assigned, extras = what
    return Booking(
        customer_id=dice.randrange(1, HOW_MANY + 1),
        additional_persons=0,
        duration=visits.length(service, assigned, extras),
        extras=extras,
        custom_fields={},
        price=visits.full_price(service, assigned, 1, extras),
        currency=SETTINGS["currency"],
        note="",
        created_at=made_at,
    )


def _status(
    work: Work, dice: Random, start: datetime, service: Service, seats: list[Booking]
) -> str:
    return fate(dice, enough=len(seats) >= service.min_capacity, ahead=start > work.now)


def fate(dice: Random, *, enough: bool, ahead: bool) -> str:
    """Return what became of a visit: of one that lies ahead, or of one with too few persons."""
    if not enough:
        return PENDING if ahead else REJECTED
    chance = dice.random()
    if chance < 0.07:
        return CANCELED
    return NO_SHOW if chance < 0.1 and not ahead else APPROVED
