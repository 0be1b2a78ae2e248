"""Appointments: the time that is taken."""

from datetime import UTC, datetime
from typing import Any

from widget_server.availability import Appointment
from widget_server.shapes.reading import Node, count, identifier, minutes, moment, text


def appointments_from_json(data: Any, path: str = "appointments") -> list[Appointment]:
    """Read a list of appointments. Raises ShapeError."""
    return [_appointment(node) for node in Node(data, path)]


def appointment_to_json(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as JSON, its times in UTC."""
    return {
        "id": appointment.id,
        "service": appointment.service,
        "employee": appointment.employee,
        "location": appointment.location,
        "start": utc_text(appointment.start),
        "end": utc_text(appointment.end),
        "status": appointment.status,
        "persons": appointment.persons,
        "buffer_before_minutes": appointment.buffer_before_minutes,
        "buffer_after_minutes": appointment.buffer_after_minutes,
    }


def utc_text(moment: datetime) -> str:
    """Return a moment as 2026-12-01T09:00:00Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _appointment(node: Node) -> Appointment:
    start, end = moment(node["start"]), moment(node["end"])
    if end < start:
        raise node["end"].error("lies before start")
    return Appointment(
        node["id"].optional(identifier),
        start,
        end,
        node["employee"].optional(identifier),
        node["service"].optional(identifier),
        node["location"].optional(identifier),
        node["status"].default(text, "approved"),
        node["persons"].default(count, 1),
        node["buffer_before_minutes"].optional(minutes),
        node["buffer_after_minutes"].optional(minutes),
    )
