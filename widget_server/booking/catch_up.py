"""Taking over what staff have done to a booking on the platform: cancelled it, moved it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from widget_server.bookablesites.errors import Gone
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State

CANCELED, REJECTED = ENDINGS = ("canceled", "rejected")


def catch_up(desk: Desk, booking: Booking, now: datetime) -> None:
    """Take over what staff have done to a CONFIRMED booking; raise PlatformError."""
    if booking.state != State.CONFIRMED:
        return
    zone = desk.catalogue.offer().value.zone
    found = []
    for claim in booking.current_claims:
        try:
            there = desk.client.appointment(claim.platform_appointment or 0, zone)
        except Gone:
            return
        status = there["bookings"].get(claim.platform_booking, there["status"])
        stands = takes_a_place(there["status"]) and takes_a_place(status)
        found.append(there | {"status": status if stands else _ending(there["status"], status)})
    endings = [there["status"] for there in found if there["status"] in ENDINGS]
    if len(endings) == len(found):
        desk.ledger.move(
            booking, State.CANCELED, now, status=endings[0], sequence=booking.sequence + 1
        )
    else:
        _note_change(desk, booking, found, now)


def _ending(*statuses: str) -> str:
    """Return how it ended: declined by the business, else canceled."""
    return REJECTED if REJECTED in statuses else CANCELED


def _note_change(
    desk: Desk, booking: Booking, found: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Keep what staff have changed: times, and whether it is confirmed."""
    statuses = {there["status"] for there in found} - set(ENDINGS)
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
