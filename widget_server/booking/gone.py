"""Freeing claims whose appointment staff have cancelled or moved on the platform."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from widget_server.availability import Appointment
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.catch_up import catch_up
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.ledger import ClaimConflict, QuotaReached
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.catalogue.offer import Offer

Claimed = TypeVar("Claimed")


def claim_past_gone(desk: Desk, offer: Offer, claim: Callable[[], Claimed]) -> Claimed:
    """Claim; when only what no longer stands on the platform is in the way, free it first.

    Raises ClaimConflict and QuotaReached, as `claim` does.
    """
    for _ in ("the time", "the visitor's limit"):
        try:
            return claim()
        except (ClaimConflict, QuotaReached) as refusal:
            freed = [_release_gone(desk, offer, holder) for holder in refusal.bookings]
            if not any(freed):
                raise
    return claim()


def _release_gone(desk: Desk, offer: Offer, holder: str) -> bool:
    booking = desk.ledger.booking(holder)
    if booking is None or booking.state != State.CONFIRMED:
        return False
    before = _places(booking)
    catch_up(desk, booking, desk.now())
    booking = desk.ledger.booking(holder) or booking
    if booking.state != State.CONFIRMED:
        return True
    gone = [claim for claim in booking.current_claims if not _stands(desk, offer, claim)]
    if len(gone) == len(booking.current_claims) and not desk.client.contract.extended:
        # Such an account does not show single appointments: moved or cancelled, it is not there.
        return desk.ledger.move(
            booking, State.CANCELED, desk.now(), status="canceled", sequence=booking.sequence + 1
        )
    if gone:
        desk.ledger.release(gone)
    return bool(gone) or _places(booking) != before


def _places(booking: Booking) -> list[datetime]:
    return [claim.start for claim in booking.current_claims]


def _stands(desk: Desk, offer: Offer, claim: Claim) -> bool:
    rows = desk.catalogue.busy_times_now(
        claim.employee, claim.busy_from, claim.busy_until, offer.zone
    )
    return any(_is_still_there(row, claim) for row in rows)


def _is_still_there(row: Appointment, claim: Claim) -> bool:
    same_start = row.start == claim.start
    return row.id == claim.platform_appointment and takes_a_place(row.status) and same_start
