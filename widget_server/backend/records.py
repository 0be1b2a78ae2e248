"""Appointments and bookings as this API shows them.

Lists of them are long and asked for often, so they are written by hand; times are in the
business's zone, prices plain numbers.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from widget_server.backend.models import (
    Appointment,
    Booking,
    Customer,
    Employee,
    Location,
    Service,
)
from widget_server.backend.schemas.values import amount
from widget_server.errors import NotFound

Record = dict[str, Any]


def whole_appointments() -> Select[Any]:
    """Return the query for appointments with all that a record shows."""
    return select(Appointment).options(
        joinedload(Appointment.service),
        joinedload(Appointment.employee),
        joinedload(Appointment.location),
        selectinload(Appointment.bookings).joinedload(Booking.customer),
    )


def listed_appointments() -> Select[Any]:
    """Return the same query for reading only: no more columns than a record shows."""
    return select(Appointment).options(
        joinedload(Appointment.service).load_only(Service.name),
        joinedload(Appointment.employee).load_only(Employee.first_name, Employee.last_name),
        joinedload(Appointment.location).load_only(Location.name),
        selectinload(Appointment.bookings)
        .joinedload(Booking.customer, innerjoin=True)
        .load_only(Customer.first_name, Customer.last_name, Customer.email),
    )


def load_appointment(session: Session, appointment_id: int) -> Appointment:
    """Return an appointment with all that a record shows, as it is now; raise NotFound."""
    session.flush()
    query = whole_appointments().where(Appointment.id == appointment_id)
    appointment: Appointment | None = session.scalar(
        query.execution_options(populate_existing=True)
    )
    if appointment is None:
        raise NotFound("There is no appointment with this id.")
    for booking in appointment.bookings:
        set_committed_value(booking, "appointment", appointment)
    return appointment


def load_booking(session: Session, booking_id: int) -> Booking:
    """Return a booking with its appointment and all that a record shows; raise NotFound."""
    session.flush()
    while True:
        booking = session.get(Booking, booking_id, populate_existing=True)
        if booking is None:
            raise NotFound("There is no booking with this id.")
        appointment = load_appointment(session, booking.appointment_id)
        # Between the two reads others may have moved it to another appointment.
        if booking in appointment.bookings:
            return booking


def appointment_record(appointment: Appointment, zone: ZoneInfo) -> Record:
    """Return the record of an appointment."""
    same_status = [b.price for b in appointment.bookings if b.status == appointment.status]
    return {
        "id": appointment.id,
        **_times(appointment, zone),
        "created_at": local(appointment.created_at, zone),
        "updated_at": local(appointment.updated_at, zone),
        "note": appointment.note,
        "price": amount(sum(same_status, Decimal(0))),
        "bookings": [_booking(booking) for booking in appointment.bookings],
    }


def booking_record(booking: Booking, zone: ZoneInfo) -> Record:
    """Return the record of a booking by itself; its `note` and `price` are its own."""
    return {
        **_booking(booking),
        "appointment": booking.appointment_id,
        **_times(booking.appointment, zone),
        "status": booking.status,
        "note": booking.note or booking.appointment.note,
    }


def made_record(bookings: Sequence[Booking], zone: ZoneInfo) -> Record:
    """Return what making several bookings answers: the first, and all of them."""
    records = [booking_record(booking, zone) for booking in bookings]
    return {**records[0], "items": records}


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Return an instant as the wire shows it."""
    return moment.astimezone(zone).isoformat()


def _times(appointment: Appointment, zone: ZoneInfo) -> Record:
    service, employee, location = (
        appointment.service,
        appointment.employee,
        appointment.location,
    )
    return {
        "status": appointment.status,
        "start_date_time": local(appointment.start, zone),
        "end_date_time": local(appointment.end, zone),
        "service": {"id": service.id, "name": service.name},
        "location": {"id": location.id, "name": location.name} if location else None,
        "employees": [
            {
                "id": employee.id,
                "first_name": employee.first_name,
                "last_name": employee.last_name,
            }
        ],
    }


def _booking(booking: Booking) -> Record:
    customer = booking.customer
    return {
        "id": booking.id,
        "status": booking.status,
        "additional_persons": booking.additional_persons,
        "customer": {
            "id": customer.id,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "email": customer.email,
        },
        "extras": booking.extras,
        "custom_fields": booking.custom_fields,
        "coupon": booking.coupon_code,
        "price": amount(booking.price),
    }
