"""Bringing a booking to rest: after sending, after a time-out, after a crash.

Whoever sent a booking calls `verify`; whoever finds one whose sender is gone calls `settle`. Both
only ever look and compare-and-set, so that several may try at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from widget_server.availability import Appointment, BusyTimes
from widget_server.bookablesites.client import MadeBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import UNSETTLED, State
from widget_server.booking.moves import settle_move
from widget_server.catalogue.find_slots import MARGIN, Adjusted, SlotSearch, open_slot


def verify(desk: Desk, booking: Booking, made: Sequence[MadeBooking], now: datetime) -> bool:
    """Read back a booking that was made; confirm it if nobody else was there first.

    `made` are its parts in order. Returns whether it is confirmed; if not, and if nobody else has
    moved it on, it is COMPENSATING. Raises PlatformError when the platform cannot be read: the
    booking then stays as it is, to be settled later.
    """
    parts = booking.current_claims
    rows = _rows_around(desk, parts)
    ours = {one.appointment: claim.persons for one, claim in zip(made, parts, strict=True)}
    there = {row.id: row for row in rows if row.id in ours}
    if len(there) < len(set(ours)):
        raise PlatformError("The booking cannot be read back yet.")
    desk.ledger.identify(
        booking,
        [(claim.id, one.booking, one.appointment) for claim, one in zip(parts, made, strict=True)],
    )
    if not _is_free_apart_from(desk, booking, rows, ours):
        desk.ledger.move(booking, State.COMPENSATING, now)
        return False
    statuses = [row.status for row in there.values()]
    status = next((one for one in statuses if one != "approved"), "approved")
    confirmed = desk.ledger.move(booking, State.CONFIRMED, now, status=status)
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


def settle_all(desk: Desk) -> int:
    """Settle every booking that has rested unsettled for a period; return how many there were."""
    now = desk.now()
    waiting = desk.ledger.unsettled(now - desk.period)
    for booking in waiting:
        try:
            settle(desk, booking, now)
        except PlatformError:
            continue  # the next round will look again
    return len(waiting)


def _settle_sent(desk: Desk, booking: Booking, now: datetime, *, overdue: bool) -> None:
    found = [_find(desk, booking, claim) for claim in booking.current_claims]
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


def _find(desk: Desk, booking: Booking, claim: Claim) -> MadeBooking | None:
    """Find a part on the platform: its claim makes employee, start and customer unique."""
    if booking.customer is None:
        return None
    zone = desk.catalogue.offer().value.zone
    found = desk.client.bookings_of(booking.customer, claim.employee, claim.start, zone)
    others = desk.ledger.recorded([made.booking for made in found], besides=booking.id)
    ours = [made for made in found if made.booking not in others]
    return min(ours, key=lambda made: made.booking, default=None)


def _rows_around(desk: Desk, parts: Sequence[Claim]) -> list[Appointment]:
    zone = desk.catalogue.offer().value.zone
    first, last = parts[0].busy_from - MARGIN, parts[-1].busy_until + MARGIN
    return [
        row
        for employee in sorted({claim.employee for claim in parts})
        for row in desk.catalogue.busy_times_now(employee, first, last, zone)
        if takes_a_place(row.status)
    ]


def _is_free_apart_from(
    desk: Desk, booking: Booking, rows: Sequence[Appointment], ours: Mapping[int | None, int]
) -> bool:
    """Tell whether the time would be open if we were not there: who else is, was there first."""
    parts = booking.current_claims
    offer = desk.catalogue.offer().value
    moving = {appointment: persons for appointment, persons in ours.items() if appointment}
    busy = BusyTimes.of(offer.business, Adjusted(moving=moving)(rows))
    search = SlotSearch(
        services=tuple(claim.service for claim in parts), employee=None,
        location=parts[0].location, first=parts[0].start.date(), last=parts[0].start.date(),
        timezone=None, persons=parts[0].persons, team=tuple(claim.employee for claim in parts),
        service_extras=tuple(
            tuple((extra["id"], extra["quantity"]) for extra in item["extras"])
            for item in booking.details["items"]
        ),
    )  # fmt: skip
    # As of the moment of booking: notice that has run out since does not undo it.
    return open_slot(offer, search, parts[0].start, busy, booking.created_at) is not None
