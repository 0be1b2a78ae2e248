"""The visitor's own booking, as it stands now."""

from datetime import datetime
from typing import Any

from widget_server.bookablesites.errors import Gone, PlatformError
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.errors import ManageLinkInvalid
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import UNSETTLED, State
from widget_server.booking.settle import settle


def find(desk: Desk, token: str) -> Booking:
    """Return the booking that a manage token opens; raise ManageLinkInvalid for any other."""
    claim = desk.links.verify(token)
    booking = desk.ledger.booking(claim.booking_id)
    if booking is None or booking.token_version != claim.version:
        raise ManageLinkInvalid
    return booking


def see(desk: Desk, token: str) -> Booking:
    """Return the booking with what staff have changed since, as far as the platform tells."""
    booking = find(desk, token)
    now = desk.now()
    try:
        if booking.state in UNSETTLED:
            settle(desk, booking, now)
        elif booking.state == State.CONFIRMED:
            _catch_up(desk, booking, now)
    except PlatformError:
        return booking  # what we know is better than nothing
    return desk.ledger.booking(booking.id) or booking


def _catch_up(desk: Desk, booking: Booking, now: datetime) -> None:
    zone = desk.catalogue.offer().value.zone
    try:
        there = desk.client.appointment(booking.platform_appointment or 0, zone)
    except Gone:
        return
    status = there["bookings"].get(booking.platform_booking, there["status"])
    if not takes_a_place(there["status"]) or not takes_a_place(status):
        desk.ledger.move(booking, State.CANCELED, now, status="canceled")
    elif status != booking.status or there["start"] != booking.claims[0].start:
        _note_change(desk, booking, now, there, status)


def _note_change(
    desk: Desk, booking: Booking, now: datetime, there: dict[str, Any], status: str
) -> None:
    item = booking.details["items"][0]
    times = {edge: there[edge].isoformat() for edge in ("start", "end")}
    details = booking.details | {"items": [item | times]}
    desk.ledger.note(
        booking, now, "changed by the business",
        status=status, details=details, sequence=booking.sequence + 1,
    )  # fmt: skip
