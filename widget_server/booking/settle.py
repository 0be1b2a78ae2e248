"""Bringing a booking to rest: after sending, after a time-out, after a crash.

Whoever sent a booking calls `verify`; whoever finds one whose sender is gone calls `settle`. Both
only ever look and compare-and-set, so that several may try at once.
"""

from datetime import datetime, timedelta

from widget_server.availability import BusyTimes
from widget_server.bookablesites.client import MadeBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import UNSETTLED, State
from widget_server.catalogue.find_slots import MARGIN, SlotSearch, open_slot

# Longer than the platform can take to carry out a request whose answer got lost.
GRACE = timedelta(seconds=45)
PERIOD = timedelta(seconds=10)


def verify(desk: Desk, booking: Booking, made: MadeBooking, now: datetime) -> bool:
    """Read back a booking that was made; confirm it, or yield to a foreign one.

    Returns whether it is confirmed. Raises PlatformError when the platform cannot be read: the
    booking then stays as it is, to be settled later.
    """
    claim = booking.claims[0]
    offer = desk.catalogue.offer().value
    rows = desk.catalogue.busy_times_now(
        claim.employee, claim.busy_from - MARGIN, claim.busy_until + MARGIN, offer.zone
    )
    ours = next((row for row in rows if row.id == made.appointment), None)
    if ours is None:
        raise PlatformError("The booking cannot be read back yet.")
    search = SlotSearch(
        services=(claim.service,), employee=claim.employee, location=claim.location,
        first=claim.start.date(), last=claim.start.date(), timezone=None,
        persons=claim.persons, extras=_extras(booking), reschedule=ours.id,
    )  # fmt: skip
    # As of the moment of booking: notice that has run out since does not undo it.
    free = open_slot(
        offer, search, claim.start, BusyTimes.of(offer.business, rows), booking.created_at
    )
    ids = {"platform_booking": made.booking, "platform_appointment": made.appointment}
    if free:
        confirmed = desk.ledger.move(booking, State.CONFIRMED, now, status=ours.status, **ids)
        desk.catalogue.times_changed([(claim.busy_from, claim.busy_until)])
        return confirmed
    if desk.ledger.move(booking, State.COMPENSATING, now, **ids):
        compensate(desk, booking, now)
    return False


def compensate(desk: Desk, booking: Booking, now: datetime) -> None:
    """Take our own booking back, because somebody else had the time."""
    if booking.platform_booking is not None:
        desk.client.cancel_booking(
            MadeBooking(booking.platform_booking, booking.platform_appointment)
        )
    desk.ledger.move(booking, State.LOST, now)
    claim = booking.claims[0]
    desk.catalogue.times_changed([(claim.busy_from, claim.busy_until)])


def settle(desk: Desk, booking: Booking, now: datetime) -> None:
    """Bring a booking to rest whose sender may be gone; leaves fresh ones alone."""
    if booking.state == State.CLAIMED:
        if now - booking.updated_at > GRACE:
            desk.ledger.move(booking, State.FAILED, now)
    elif booking.state == State.COMPENSATING:
        compensate(desk, booking, now)
    elif booking.state in UNSETTLED:
        _settle_sent(desk, booking, now)


def settle_all(desk: Desk) -> int:
    """Settle every booking that has rested unsettled for a period; return how many there were."""
    now = desk.now()
    waiting = desk.ledger.unsettled(now - PERIOD)
    for booking in waiting:
        try:
            settle(desk, booking, now)
        except PlatformError:
            continue  # the next round will look again
    return len(waiting)


def _settle_sent(desk: Desk, booking: Booking, now: datetime) -> None:
    made = _find(desk, booking)
    if made:
        verify(desk, booking, made, now)
    elif now - booking.updated_at > GRACE:
        # SENT goes through UNKNOWN, so that a sender that comes back to life notices.
        if booking.state == State.SENT and not desk.ledger.move(booking, State.UNKNOWN, now):
            return
        desk.ledger.move(booking, State.FAILED, now)


def _find(desk: Desk, booking: Booking) -> MadeBooking | None:
    """Find a booking on the platform: its claim makes employee, start and customer unique."""
    claim = booking.claims[0]
    if booking.customer is None:
        return None
    zone = desk.catalogue.offer().value.zone
    found = desk.client.bookings_of(booking.customer, claim.employee, claim.start, zone)
    others = desk.ledger.recorded([made.booking for made in found], besides=booking.id)
    ours = [made for made in found if made.booking not in others]
    return min(ours, key=lambda made: made.booking, default=None)


def _extras(booking: Booking) -> tuple[tuple[int, int], ...]:
    item = booking.details["items"][0]
    return tuple((extra["id"], extra["quantity"]) for extra in item["extras"])
