"""The referee: decides whether a visit may have the employee's time.

Asked inside the transaction that writes, after the lock on the employee's row (PostgreSQL) or on
the whole file (SQLite), so that the answer still holds when the appointment is written. It shares
nothing with the engine that lists slots.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from widget_server.backend.errors import SlotTaken
from widget_server.backend.models import Appointment, Booking
from widget_server.backend.rules.statuses import OPEN
from widget_server.backend.rules.visits import Visit


def find_place(session: Session, visit: Visit) -> Appointment | None:
    """Return the group appointment that the visit joins, None when it opens its own.

    Visits of the same service, employee, start and location share places; everything else that
    overlaps, buffers included, is in the way. Raises SlotTaken.
    """
    if visit.persons > visit.capacity:
        raise SlotTaken
    group = None
    for appointment in _overlapping(session, visit):
        if group is not None or not _shares(appointment, visit):
            raise SlotTaken
        group = appointment
    if group is not None and taken(session, group.id) + visit.persons > visit.capacity:
        raise SlotTaken
    return group


def taken(session: Session, appointment_id: int) -> int:
    """Return how many places of an appointment are taken."""
    places = select(func.coalesce(func.sum(1 + Booking.additional_persons), 0)).where(
        Booking.appointment_id == appointment_id, Booking.status.in_(OPEN)
    )
    return session.scalar(places) or 0


def _overlapping(session: Session, visit: Visit) -> list[Appointment]:
    overlapping = select(Appointment).where(
        Appointment.employee_id == visit.employee,
        Appointment.status.in_(OPEN),
        Appointment.occupied_to > visit.occupied_from,
        Appointment.occupied_from < visit.occupied_to,
        Appointment.id.not_in(visit.apart_from),
    )
    return list(session.scalars(overlapping))


def _shares(appointment: Appointment, visit: Visit) -> bool:
    same_place = None in (appointment.location_id, visit.location) or (
        appointment.location_id == visit.location
    )
    return (
        same_place and appointment.service_id == visit.service and appointment.start == visit.start
    )
