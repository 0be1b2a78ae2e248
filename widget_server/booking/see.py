"""The visitor's own booking, as it stands now."""

from collections.abc import Sequence
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
    found = []
    for claim in booking.current_claims:
        try:
            there = desk.client.appointment(claim.platform_appointment or 0, zone)
        except Gone:
            return
        status = there["bookings"].get(claim.platform_booking, there["status"])
        stands = takes_a_place(there["status"]) and takes_a_place(status)
        found.append(there | {"status": status if stands else "canceled"})
    standing = [there for there in found if there["status"] != "canceled"]
    if not standing:
        desk.ledger.move(booking, State.CANCELED, now, status="canceled")
    else:
        _note_change(desk, booking, found, now)


def _note_change(
    desk: Desk, booking: Booking, found: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Keep what staff have changed: times, and whether it is confirmed."""
    statuses = {there["status"] for there in found} - {"canceled"}
    status = booking.status if booking.status in statuses else min(statuses)
    items = [
        item | {edge: there[edge].isoformat() for edge in ("start", "end")}
        for item, there in zip(booking.details["items"], found, strict=True)
    ]
    if status == booking.status and items == booking.details["items"]:
        return
    desk.ledger.follow(booking, [(there["start"], there["end"]) for there in found])
    desk.ledger.note(
        booking, now, "changed by the business",
        status=status, details=booking.details | {"items": items}, sequence=booking.sequence + 1,
    )  # fmt: skip
