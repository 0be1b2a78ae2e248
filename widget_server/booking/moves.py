"""Moving what stands on the platform to the time that was claimed for it.

Where the account can move a booking, moving it twice is moving it once, so that a move whose answer
got lost may be sent again. Where it cannot, the visit is booked anew, read back, and only then the
old one is cancelled: for a moment the visitor has both, never neither.
"""

from collections.abc import Sequence
from datetime import datetime

from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import Conflict, OutcomeUnknown, PlatformError
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State


def send_move(desk: Desk, booking: Booking) -> None:
    """Carry out the claimed move on the platform.

    Raises Conflict when the time is taken (then nothing has moved), OutcomeUnknown when no answer
    came, PlatformError when nothing was changed.
    """
    if desk.client.contract.extended:
        _move_parts(desk, booking)
    else:
        _book_anew(desk, booking)


def finish_move(desk: Desk, booking: Booking, now: datetime) -> bool:
    """Let the new time be the booking's; tell whether it was this call that did."""
    old, new = booking.current_claims, booking.next_claims
    finished = desk.ledger.move(
        booking, State.CONFIRMED, now,
        generation=new[0].generation, details=booking.next_details, next_details=None,
        sequence=booking.sequence + 1,
    )  # fmt: skip
    desk.announce(booking, [*old, *new])
    return finished


def abandon_move(desk: Desk, booking: Booking, now: datetime) -> bool:
    """Leave the booking where it was."""
    new = booking.next_claims
    abandoned = desk.ledger.move(booking, State.CONFIRMED, now, next_details=None)
    desk.announce(booking, new)
    return abandoned


def settle_move(desk: Desk, booking: Booking, now: datetime, *, overdue: bool) -> None:
    """Bring a move to rest whose sender may be gone."""
    if not overdue:
        return
    if booking.state == State.MOVING:
        abandon_move(desk, booking, now)
        return
    try:
        send_move(desk, booking)
    except Conflict:
        abandon_move(desk, booking, now)
    else:
        finish_move(desk, booking, now)


def _move_parts(desk: Desk, booking: Booking) -> None:
    moved: list[tuple[Claim, Claim]] = []
    for old, new in _in_order(booking):
        try:
            made = _move_part(desk, old, new)
        except Conflict:
            for back_to, gone in reversed(moved):
                _move_part(desk, gone, back_to)
            raise
        except PlatformError as error:
            if moved:
                raise OutcomeUnknown(error.detail) from None
            raise
        desk.ledger.identify(booking, [(new.id, made.booking, made.appointment)])
        moved.append((old, new))


def _move_part(desk: Desk, old: Claim, new: Claim) -> MadeBooking:
    zone = desk.catalogue.offer().value.zone
    return desk.client.move_booking(old.platform_booking or 0, new.start, new.employee, zone)


def _in_order(booking: Booking) -> list[tuple[Claim, Claim]]:
    """Pair old and new, in an order in which no part gets in the way of another one."""
    pairs = list(zip(booking.current_claims, booking.next_claims, strict=True))
    later = pairs[0][1].start > pairs[0][0].start
    return pairs[::-1] if later else pairs


def _book_anew(desk: Desk, booking: Booking) -> None:
    made = _found_anew(desk, booking)
    if made is None:
        made = desk.client.create_bookings(_new_bookings(desk, booking))
    new = booking.next_claims
    desk.ledger.identify(
        booking,
        [(claim.id, one.booking, one.appointment) for claim, one in zip(new, made, strict=True)],
    )
    for old in booking.current_claims:
        if old.platform_booking is None:
            raise PlatformError("The old time of this booking is not known.")
        desk.client.cancel_booking(MadeBooking(old.platform_booking, old.platform_appointment))


def _found_anew(desk: Desk, booking: Booking) -> Sequence[MadeBooking] | None:
    """Return the new bookings if a sender whose answer got lost has made them already."""
    zone = desk.catalogue.offer().value.zone
    found = []
    for claim in booking.next_claims:
        there = desk.client.bookings_of(booking.customer or 0, claim.employee, claim.start, zone)
        others = desk.ledger.recorded([one.booking for one in there], besides=booking.id)
        known = {old.platform_booking for old in booking.current_claims}
        ours = [one for one in there if one.booking not in others | known]
        if not ours:
            return None
        found.append(min(ours, key=lambda one: one.booking))
    return found


def _new_bookings(desk: Desk, booking: Booking) -> list[NewBooking]:
    zone = desk.catalogue.offer().value.zone
    items = (booking.next_details or booking.details)["items"]
    return [
        NewBooking(
            service=claim.service,
            employee=claim.employee,
            customer=booking.customer or 0,
            location=claim.location,
            start=claim.start,
            zone=zone,
            persons=claim.persons,
            extras=tuple((extra["id"], extra["quantity"]) for extra in item["extras"]),
            custom_fields={},
            note="",
            coupon=None,
        )
        for claim, item in zip(booking.next_claims, items, strict=True)
    ]
