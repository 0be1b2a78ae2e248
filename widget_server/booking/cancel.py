"""Cancelling one's own booking."""

from datetime import datetime, timedelta

from widget_server.bookablesites.client import MadeBooking
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotYetBooked, TooLate
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.see import see


def cancel(desk: Desk, token: str) -> Booking:
    """Cancel the booking of a manage token; cancelling twice is cancelling once.

    Raises ManageLinkInvalid, TooLate, NotYetBooked and PlatformError.
    """
    booking = see(desk, token)
    if booking.state == State.CANCELED:
        return booking
    if booking.state != State.CONFIRMED:
        raise NotYetBooked
    now = desk.now()
    _refuse_late(desk, booking, now)
    for claim in booking.current_claims:
        desk.client.cancel_booking(
            MadeBooking(claim.platform_booking or 0, claim.platform_appointment)
        )
    # The time is free only now that the platform has said so.
    desk.ledger.move(booking, State.CANCELED, now, status="canceled", sequence=booking.sequence + 1)
    desk.announce(booking)
    return desk.ledger.booking(booking.id) or booking


def _refuse_late(desk: Desk, booking: Booking, now: datetime) -> None:
    limit = desk.catalogue.offer().value.settings["cancel_limit_minutes"]
    start = datetime.fromisoformat(booking.details["items"][0]["start"])
    if now > start - timedelta(minutes=limit):
        raise TooLate("It is too late to cancel online. Please call the business.")
