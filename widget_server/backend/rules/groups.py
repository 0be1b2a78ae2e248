"""When a group is on: below its minimum it stays pending, all of it."""

from sqlalchemy import select

from widget_server.backend.models import Appointment, Booking, Service
from widget_server.backend.rules import occupancy, timing
from widget_server.backend.rules.statuses import OPEN, PENDING
from widget_server.backend.work import Work


def waits(work: Work, appointment: Appointment, service: Service) -> bool:
    """Tell whether an appointment is pending because too few have come so far."""
    return appointment.status == PENDING and _below(work, appointment, service)


def settle(
    work: Work, appointment: Appointment, service: Service, wanted: str, *, waited: bool
) -> None:
    """Set the status of an open appointment after its places changed.

    `waited` tells whether it waited for more before; when they have come, all get the status
    `wanted`. An appointment that waits for the staff goes on waiting.
    """
    work.session.flush()
    before = appointment.status
    if _below(work, appointment, service):
        _all(work, appointment, PENDING)
    elif waited:
        _all(work, appointment, wanted)
    if appointment.status != before and appointment.created_at != work.now:
        timing.tell(work, timing.STATUS_CHANGED, appointment)


def open_bookings(work: Work, appointment: Appointment) -> list[Booking]:
    """Return the bookings that keep their places."""
    query = select(Booking).where(
        Booking.appointment_id == appointment.id, Booking.status.in_(OPEN)
    )
    return list(work.session.scalars(query.order_by(Booking.id)))


def _below(work: Work, appointment: Appointment, service: Service) -> bool:
    return service.allow_below_min and (
        occupancy.taken(work.session, appointment.id) < service.min_capacity
    )


def _all(work: Work, appointment: Appointment, status: str) -> None:
    appointment.status = status
    appointment.updated_at = work.now
    for booking in open_bookings(work, appointment):
        booking.status = status
    work.session.flush()
