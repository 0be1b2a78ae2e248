"""The fields of an event as the platform names them: plain texts, `-` where there is nothing."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.backend.models import (
    Appointment,
    Booking,
    Business,
    Customer,
    CustomField,
    Employee,
)

Fields = dict[str, Any]
NOTHING = "-"


def appointment_fields(
    session: Session, business: Business, appointment: Appointment, booking: int | None
) -> Fields:
    """Return the fields of an appointment; of several bookings the one named, else the first."""
    chosen = [b for b in appointment.bookings if b.id == booking] or appointment.bookings
    first = chosen[0] if chosen else None
    return {
        "appointmentId": str(appointment.id),
        "appointmentStatus": appointment.status.capitalize(),
        **_times(business, appointment),
        "appointmentPrice": _money(first.price, first.currency) if first else NOTHING,
        "bookingUuid": _text(first and first.id),
        **_person("customer", first.customer if first else None),
        **_person("employee", appointment.employee),
        **_place(business, appointment),
        **_answers(session, first),
    }


def customer_fields(customer: Customer) -> Fields:
    """Return the fields of a new customer."""
    return _person("customer", customer)


def _times(business: Business, appointment: Appointment) -> Fields:
    start, end = appointment.start, appointment.end
    return {**_moment(business, "Start", start), **_moment(business, "End", end)}


def _moment(business: Business, name: str, moment: datetime) -> Fields:
    local = moment.astimezone(business.zone)
    day, clock = local.strftime("%Y-%m-%d"), local.strftime("%H:%M")
    return {
        f"appointment{name}Date": day,
        f"appointment{name}Time": clock,
        f"appointment{name}DateTime": f"{day} {clock}",
    }


def _person(role: str, person: Customer | Employee | None) -> Fields:
    first, last = (person.first_name, person.last_name) if person else ("", "")
    return {
        f"{role}FullName": _text(f"{first} {last}".strip()),
        f"{role}FirstName": _text(first),
        f"{role}LastName": _text(last),
        f"{role}Email": _text(person and person.email),
        f"{role}Phone": _text(person and person.phone_number),
    }


def _place(business: Business, appointment: Appointment) -> Fields:
    service, location = appointment.service, appointment.location
    return {
        "serviceCategory": _text(service.category),
        "serviceName": service.name,
        "serviceDuration": f"{service.duration}min",
        "servicePrice": _money(service.price, business.currency),
        "locationName": _text(location and location.name),
        "locationAddress": _text(location and location.address),
        "locationPhone": _text(location and location.phone),
    }


def _answers(session: Session, booking: Booking | None) -> Fields:
    given: Mapping[str, str] = booking.custom_fields if booking else {}
    if not given:
        return {"customFields": [], "customFieldItems": {}}
    query = select(CustomField).where(CustomField.id.in_([int(id_) for id_ in given]))
    labels = {str(field.id): field.label for field in session.scalars(query)}
    named = {labels.get(id_, id_): _text(value) for id_, value in given.items()}
    return {
        "customFields": [{"label": label, "value": value} for label, value in named.items()],
        "customFieldItems": named,
    }


def _money(value: Decimal | None, currency: str) -> str:
    return NOTHING if value is None else f"{value:.2f} {currency}"


def _text(value: Any) -> str:
    return str(value) if value else NOTHING
