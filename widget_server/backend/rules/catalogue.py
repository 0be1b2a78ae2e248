"""What is checked when services, employees, locations and the like are written or deleted."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from widget_server.backend.errors import CodeTaken, InUse
from widget_server.backend.models import (
    Appointment,
    AssignedService,
    Booking,
    Coupon,
    Customer,
    Employee,
    Extra,
    Location,
    Numbered,
    Service,
)
from widget_server.backend.rules import timing
from widget_server.backend.rules.booking import lock_employees
from widget_server.backend.rules.coupons import code_key
from widget_server.backend.rules.search import email_key, search_key
from widget_server.backend.rules.statuses import OPEN
from widget_server.backend.rules.stranding import SCHEDULE_FIELDS, outside_hours
from widget_server.backend.work import Work
from widget_server.errors import InvalidInput

Data = dict[str, Any]
BUFFERS = {"buffer_time_before", "buffer_time_after"}
_LONGEST_BUFFER = timedelta(days=1)


def write_plain(_work: Work, row: Numbered, data: Data) -> None:
    """Set the fields of a row."""
    for name, value in data.items():
        setattr(row, name, value)


def write_service(work: Work, row: Service, data: Data) -> None:
    """Write a service with its extras; give time back where buffers got shorter."""
    extras = data.pop("extras", None)
    write_plain(work, row, data)
    if row.min_capacity > row.max_capacity:
        raise InvalidInput.at("min_capacity", "Must not be over max_capacity.")
    if extras is not None:
        _write_extras(row, extras)
    if inspect(row).persistent and not BUFFERS.isdisjoint(data):
        _shorten_buffers(work, row)


def write_employee(work: Work, row: Employee, data: Data) -> None:
    """Write an employee with the services assigned and the schedule.

    `work.stranded` gets the appointments that this change leaves outside working time.
    """
    services = data.pop("services", None)
    if data.get("location_id") is not None:
        work.known(Location, data["location_id"], "location")
    check_schedule(work, data)
    watched = inspect(row).persistent and not SCHEDULE_FIELDS.isdisjoint(data)
    before = outside_hours(work, row) if watched else set()
    write_plain(work, row, data)
    if watched:
        work.stranded += sorted(outside_hours(work, row) - before)
    if services is not None:
        _assign(work, row, services)


def write_customer(work: Work, row: Customer, data: Data) -> None:
    """Write a customer."""
    write_plain(work, row, data)
    set_keys(row)


def set_keys(row: Customer) -> None:
    """Write what a customer is found by."""
    row.email_key = email_key(row.email)
    row.search_key = search_key(row.first_name, row.last_name, row.email, row.phone_number)


def write_coupon(work: Work, row: Coupon, data: Data) -> None:
    """Write a coupon; refuse a code that another one has, in any case of letters."""
    check_services(work, data.get("services"), "services")
    with work.session.no_autoflush:
        write_plain(work, row, data)
        row.code_key = code_key(row.code)
        if row.discount_type == "percent" and row.discount_value > 100:
            raise InvalidInput.at("discount_value", "At most 100 percent.")
        same = select(Coupon.id).where(Coupon.code_key == row.code_key, Coupon.id != (row.id or 0))
        if work.session.scalar(same) is not None:
            raise CodeTaken


def write_custom_field(work: Work, row: Numbered, data: Data) -> None:
    """Write a custom field."""
    check_services(work, data.get("services"), "services")
    write_plain(work, row, data)


def check_services(work: Work, services: list[int] | None, field: str) -> None:
    """Blame the field when one of the services does not exist."""
    known = set(work.session.scalars(select(Service.id).where(Service.deleted_at.is_(None))))
    for position, service in enumerate(services or []):
        if service not in known:
            raise InvalidInput.at(f"{field}.{position}", "There is none with this id.")


def check_schedule(work: Work, data: Mapping[str, Any]) -> None:
    """Blame the period that names a service or a location that does not exist."""
    for part in ("working_hours", "special_days"):
        for day, entry in enumerate(data.get(part) or []):
            for position, period in enumerate(entry["periods"]):
                field = f"{part}.{day}.periods.{position}"
                if period["services"]:
                    check_services(work, period["services"], f"{field}.services")
                if period["location"] is not None:
                    work.known(Location, period["location"], f"{field}.location")


def lock_for_buffers(work: Work, service: int, data: Data) -> None:
    """Take the locks of those whose appointments a change of buffers shortens."""
    if not BUFFERS.isdisjoint(data):
        query = select(Appointment.employee_id).where(_long_ahead(work, service)).distinct()
        lock_employees(work, work.session.scalars(query))


def delete_customer(work: Work, row: Numbered) -> None:
    """Delete a customer; refused while appointments speak of the customer."""
    if work.session.scalar(select(Booking.id).where(Booking.customer_id == row.id).limit(1)):
        raise InUse("This customer has appointments and cannot be deleted.")
    work.session.delete(row)


def delete_plain(work: Work, row: Numbered) -> None:
    """Delete a row that no appointment needs."""
    work.session.delete(row)


def delete_coupon(work: Work, row: Numbered) -> None:
    """Delete a coupon; bookings keep its code and their price."""
    for booking in work.session.scalars(select(Booking).where(Booking.coupon_id == row.id)):
        booking.coupon_id = None
    work.session.flush()
    work.session.delete(row)


def hide(work: Work, row: Service | Employee | Location) -> None:
    """Hide a service, employee or location; refused while open appointments lie ahead."""
    column = {
        Service: Appointment.service_id,
        Employee: Appointment.employee_id,
        Location: Appointment.location_id,
    }[type(row)]
    ahead = select(Appointment.id).where(
        column == row.id, Appointment.status.in_(OPEN), Appointment.end > work.now
    )
    ids = list(work.session.scalars(ahead.order_by(Appointment.start).limit(10)))
    if ids:
        first = ", ".join(map(str, ids))
        raise InUse(f"Appointments lie ahead (the first: {first}); move or cancel them before.")
    row.deleted_at = work.now


def _write_extras(service: Service, extras: list[Data]) -> None:
    known = {extra.id: extra for extra in service.extras}
    kept: list[Extra] = []
    for position, data in enumerate(extras):
        # Another service's extra is only copied: ids are given here.
        extra = known.get(data.pop("id", None)) or Extra()
        if extra in kept:
            raise InvalidInput.at(f"extras.{position}.id", "Named twice.")
        for name, value in data.items():
            setattr(extra, name, value)
        kept.append(extra)
    service.extras = kept


def _assign(work: Work, employee: Employee, services: list[Data]) -> None:
    seen: set[int] = set()
    for position, data in enumerate(services):
        field = f"services.{position}.id"
        work.known(Service, data["service_id"], field)
        if data["service_id"] in seen:
            raise InvalidInput.at(field, "Named twice.")
        seen.add(data["service_id"])
    with work.session.no_autoflush:
        employee.services = [AssignedService(**data) for data in services]


def _shorten_buffers(work: Work, service: Service) -> None:
    # Longer buffers hold for new appointments only: those made keep the time they were given.
    for appointment in work.session.scalars(
        select(Appointment).where(_long_ahead(work, service.id))
    ):
        appointment.buffer_before = min(appointment.buffer_before, service.buffer_time_before)
        appointment.buffer_after = min(appointment.buffer_after, service.buffer_time_after)
        timing.set_times(appointment, appointment.start, appointment.end)


def _long_ahead(work: Work, service: int) -> ColumnElement[bool]:
    ends_later = Appointment.end > work.now - _LONGEST_BUFFER
    return (Appointment.service_id == service) & ends_later
