"""Freeing claims whose appointment staff have cancelled or moved on the platform."""

from collections.abc import Sequence

from widget_server.availability import Appointment
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Claim
from widget_server.booking.ledger.states import State
from widget_server.catalogue.offer import Offer


def release_gone(desk: Desk, offer: Offer, holders: Sequence[str]) -> bool:
    """Free what no longer stands on the platform; tell whether anything was freed."""
    released = False
    for holder in holders:
        booking = desk.ledger.booking(holder)
        if booking is None or booking.state != State.CONFIRMED:
            continue
        gone = [claim for claim in booking.current_claims if not _stands(desk, offer, claim)]
        if len(gone) == len(booking.current_claims):
            released |= desk.ledger.move(booking, State.CANCELED, desk.now(), status="canceled")
        elif gone:
            desk.ledger.release(gone)
            released = True
    return released


def _stands(desk: Desk, offer: Offer, claim: Claim) -> bool:
    rows = desk.catalogue.busy_times_now(
        claim.employee, claim.busy_from, claim.busy_until, offer.zone
    )
    return any(_is_still_there(row, claim) for row in rows)


def _is_still_there(row: Appointment, claim: Claim) -> bool:
    same_start = row.start == claim.start
    return row.id == claim.platform_appointment and takes_a_place(row.status) and same_start
