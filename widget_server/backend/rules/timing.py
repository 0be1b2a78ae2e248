"""The times of an appointment's row, and what is told when they change."""

from datetime import datetime, timedelta

from widget_server.backend import records
from widget_server.backend.changes import Change, Span
from widget_server.backend.models import Appointment, Booking
from widget_server.backend.rules.statuses import OPEN
from widget_server.backend.work import Work

BOOKED, CANCELED = "appointment_booked", "appointment_canceled"
RESCHEDULED, STATUS_CHANGED = "appointment_rescheduled", "appointment_status_changed"
# Only the note changed; no webhook can subscribe to that.
UPDATED = "appointment_updated"


def set_times(appointment: Appointment, start: datetime, end: datetime) -> None:
    """Move an appointment; what it occupies moves with it."""
    appointment.start, appointment.end = start, end
    appointment.occupied_from = start - timedelta(minutes=appointment.buffer_before)
    appointment.occupied_to = end + timedelta(minutes=appointment.buffer_after)


def fit_to_bookings(appointment: Appointment, bookings: list[Booking]) -> None:
    """End an appointment with the longest of its open bookings."""
    longest = max((b.duration for b in bookings if b.status in OPEN), default=None)
    if longest is not None:
        start = appointment.start
        set_times(appointment, start, start + timedelta(minutes=longest))


def span(appointment: Appointment) -> Span:
    """Return what an appointment occupies."""
    return appointment.occupied_from, appointment.occupied_to


def tell(
    work: Work,
    event: str,
    appointment: Appointment,
    *,
    booking: int | None = None,
    before: tuple[int, Span] | None = None,
) -> None:
    """Record an event of an appointment; `before` is whose time it took, and when."""
    whole = records.load_appointment(work.session, appointment.id)
    now = (whole.employee_id, span(whole))
    places = [now, before] if before else [now]
    change = Change(
        event,
        "appointment",
        (whole.id,),
        tuple(sorted({employee for employee, _ in places})),
        tuple(dict.fromkeys(taken for _, taken in places)),
    )
    payload = {"appointment": records.appointment_record(whole, work.zone), "booking": booking}
    work.record(change, payload)
