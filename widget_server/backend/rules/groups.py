"""When a group is on: below its minimum it stays pending, all of it."""

from sqlalchemy import select

from widget_server.backend.models import Appointment, Booking, Service
from widget_server.backend.rules import occupancy, timing
from widget_server.backend.rules.statuses import OPEN, PENDING
from widget_server.backend.work import Work


def settle(work: Work, appointment: Appointment, service: Service, wanted: str) -> None:
    """Set the status of an open appointment after its places changed.

    `wanted` is the status it has once the minimum is met. An approved appointment stays approved
    when a pending booking joins it.
    """
    work.session.flush()
    before = appointment.status
    below = (
        service.allow_below_min
        and occupancy.taken(work.session, appointment.id) < service.min_capacity
    )
    if below:
        _all(work, appointment, PENDING)
    elif before == PENDING and wanted != PENDING:
        _all(work, appointment, wanted)
    if appointment.status != before and before in OPEN and appointment.created_at != work.now:
        timing.tell(work, timing.STATUS_CHANGED, appointment)


def open_bookings(work: Work, appointment: Appointment) -> list[Booking]:
    """Return the bookings that keep their places."""
    query = select(Booking).where(
        Booking.appointment_id == appointment.id, Booking.status.in_(OPEN)
    )
    return list(work.session.scalars(query.order_by(Booking.id)))


def _all(work: Work, appointment: Appointment, status: str) -> None:
    appointment.status = status
    appointment.updated_at = work.now
    for booking in open_bookings(work, appointment):
        booking.status = status
    work.session.flush()
