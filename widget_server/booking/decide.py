"""Confirming or declining what waits for it, by the link in the team's mails.

The link of a series decides on all of its dates that wait.
"""

from widget_server.bookablesites.client import MadeBooking
from widget_server.booking.catch_up import catch_up
from widget_server.booking.desk import Desk
from widget_server.booking.errors import ManageLinkInvalid
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State

APPROVED, REJECTED = "approved", "rejected"


def undecided(desk: Desk, token: str) -> list[Booking]:
    """Return what a token lets decide on, in order of time.

    Raises ManageLinkInvalid for any other token, and once all is decided or over; PlatformError.
    """
    waiting = _waiting(desk, token)
    for one in waiting:
        catch_up(desk, one, desk.now())
    return _waiting(desk, token)


def decide(desk: Desk, token: str, *, approve: bool) -> list[Booking]:
    """Confirm or decline, and return what was decided on; others in a group are left alone.

    Raises what `undecided` raises, and Rejected when the platform refuses.
    """
    waiting, now = undecided(desk, token), desk.now()
    for one in waiting:
        for claim in one.current_claims:
            made = MadeBooking(claim.platform_booking or 0, claim.platform_appointment)
            desk.client.decide(made, APPROVED if approve else REJECTED)
    if approve:
        desk.ledger.note_all(waiting, now, APPROVED)
    else:
        desk.ledger.end_all(waiting, now, REJECTED)
        for one in waiting:
            desk.announce(one)
    return [desk.ledger.booking(one.id) or one for one in waiting]


def _waiting(desk: Desk, token: str) -> list[Booking]:
    claim = desk.decide_links.verify(token)
    booking = desk.ledger.booking(claim.booking_id)
    if booking is None or booking.token_version != claim.version:
        raise ManageLinkInvalid
    rows = desk.ledger.of_series(booking.series) if booking.series else [booking]
    waiting = [one for one in rows if _waits(desk, one)]
    if not waiting:
        raise ManageLinkInvalid
    return waiting


def _waits(desk: Desk, booking: Booking) -> bool:
    waits = booking.state == State.CONFIRMED and booking.status == "pending"
    return waits and booking.current_claims[-1].end > desk.now()
