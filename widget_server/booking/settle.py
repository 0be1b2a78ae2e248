"""Bringing a booking to rest: after sending, after a time-out, after a crash.

Whoever sent a booking calls `verify`; whoever finds one whose sender is gone calls `settle`. Both
only ever look and compare-and-set, so that several may try at once.
"""

from collections.abc import Sequence
from datetime import datetime

from widget_server.bookablesites.client import MadeBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import UNSETTLED, State
from widget_server.booking.lookup import find_made
from widget_server.booking.moves import settle_move
from widget_server.booking.reading_back import is_free_apart_from, rows_around


def verify(desk: Desk, booking: Booking, made: Sequence[MadeBooking], now: datetime) -> bool:
    """Read back a booking that was made; confirm it if nobody else was there first.

    `made` are its parts in order. Returns whether it is confirmed; if not, and if nobody else has
    moved it on, it is COMPENSATING. Raises PlatformError when the platform cannot be read: the
    booking then stays as it is, to be settled later.
    """
    parts = booking.current_claims
    visits = [(visit, rows_around(desk, visit)) for visit in booking.visits]
    ours = {one.appointment: claim.persons for one, claim in zip(made, parts, strict=True)}
    there = {row.id: row for _, rows in visits for row in rows if row.id in ours}
    if len(there) < len(set(ours)):
        raise PlatformError("The booking cannot be read back yet.")
    desk.ledger.identify(
        booking,
        [(claim.id, one.booking, one.appointment) for claim, one in zip(parts, made, strict=True)],
    )
    # As of the moment of booking: notice that has run out since does not undo it.
    items, as_of = booking.details["items"], booking.created_at
    if not all(is_free_apart_from(desk, *visit, items, ours, as_of) for visit in visits):
        desk.ledger.move(booking, State.COMPENSATING, now)
        return False
    statuses = [there[one.appointment or 0].status for one in made]
    confirmed = desk.ledger.confirm(booking, now, statuses)
    desk.announce(booking)
    return confirmed


def take_back(desk: Desk, booking: Booking, now: datetime) -> None:
    """Take our own booking back, because somebody else had the time."""
    if booking.state != State.COMPENSATING:
        return
    for claim in booking.claims:
        if claim.platform_booking is not None:
            desk.client.cancel_booking(
                MadeBooking(claim.platform_booking, claim.platform_appointment)
            )
    desk.ledger.move(booking, State.LOST, now)
    desk.announce(booking)


def settle(desk: Desk, booking: Booking, now: datetime) -> None:
    """Bring a booking to rest whose sender may be gone; leaves fresh ones alone."""
    overdue = now - booking.updated_at > desk.grace
    if booking.state == State.CLAIMED:
        if overdue:
            desk.ledger.move(booking, State.FAILED, now)
            desk.announce(booking)
    elif booking.state == State.COMPENSATING:
        take_back(desk, booking, now)
    elif booking.state in (State.MOVING, State.MOVE_SENT):
        settle_move(desk, booking, now, overdue=overdue)
    elif booking.state in UNSETTLED:
        _settle_sent(desk, booking, now, overdue=overdue)


def _settle_sent(desk: Desk, booking: Booking, now: datetime, *, overdue: bool) -> None:
    found = [find_made(desk, booking, claim) for claim in booking.current_claims]
    made = [one for one in found if one]
    if len(made) == len(found):
        if not verify(desk, booking, made, now):
            take_back(desk, booking, now)
        return
    if not overdue:
        return
    # SENT goes through UNKNOWN, so that a sender that comes back to life notices.
    if booking.state == State.SENT and not desk.ledger.move(booking, State.UNKNOWN, now):
        return
    if not made:
        desk.ledger.move(booking, State.FAILED, now)
        desk.announce(booking)
        return
    # Some parts of the visit were made and others never will be: all or nothing.
    halves = zip(booking.current_claims, found, strict=True)
    desk.ledger.identify(
        booking, [(claim.id, one.booking, one.appointment) for claim, one in halves if one]
    )
    if desk.ledger.move(booking, State.COMPENSATING, now):
        take_back(desk, booking, now)
