"""Moving what stands on the platform to the time that was claimed for it.

Where the account can move a booking, moving it twice is moving it once, so that a move whose answer
got lost may be sent again. Where it cannot, the visit is booked anew, read back, and only then the
old one is cancelled: for a moment the visitor has both, never neither. Only where the old time is
in the way of the new one it is cancelled first, and booked again should the new one fail.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import Conflict, OutcomeUnknown, PlatformError, Rejected
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.booking.lookup import find_made
from widget_server.booking.reading_back import is_free_apart_from, rows_around

# Noted of a move: its old time is cancelled before the new one is booked.
OLD_FIRST = "old_first"


class BothTimesTaken(Conflict):
    """Somebody has the new time, and meanwhile somebody has the old one."""


def send_move(desk: Desk, booking: Booking) -> None:
    """Carry out the claimed move on the platform.

    Raises Conflict when the time is taken (then nothing has moved, unless it is BothTimesTaken),
    OutcomeUnknown when no answer came, PlatformError when nothing was changed.
    """
    if desk.client.contract.extended:
        _move_parts(desk, booking)
    else:
        _book_anew(desk, booking)


def finish_move(desk: Desk, booking: Booking, now: datetime) -> bool:
    """Let the new time be the booking's; tell whether it was this call that did."""
    old, new = booking.current_claims, booking.next_claims
    details = {
        key: value for key, value in (booking.next_details or {}).items() if key != OLD_FIRST
    }
    finished = desk.ledger.move(
        booking, State.CONFIRMED, now,
        generation=new[0].generation, details=details, next_details=None,
        sequence=booking.sequence + 1,
    )  # fmt: skip
    desk.announce(booking, [*old, *new])
    return finished


def abandon_move(desk: Desk, booking: Booking, now: datetime, why: Exception | None = None) -> bool:
    """Leave the booking where it was; where that place is lost too, it is cancelled."""
    times = list(booking.claims)
    abandoned = desk.ledger.move(booking, State.CONFIRMED, now, next_details=None)
    if abandoned and isinstance(why, BothTimesTaken):
        after = booking.sequence + 1
        desk.ledger.move(booking, State.CANCELED, now, status="canceled", sequence=after)
    desk.announce(booking, times)
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
    except Rejected as error:
        # A definite no; whatever staff have done to the old time, `see` finds out.
        abandon_move(desk, booking, now, error)
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
    if desk.client.contract.cancels_first or OLD_FIRST in (booking.next_details or {}):
        _replace(desk, booking)
        return
    found = _found(desk, booking, booking.next_claims)
    if not any(found):
        # Asked first: what cannot be cancelled afterwards must not be booked anew.
        _refuse_shared(desk, booking)
    try:
        made = _completed(desk, booking, booking.next_claims, found)
    except Conflict:
        if not _is_in_its_own_way(booking) or not _is_free(desk, booking):
            raise
        _replace(desk, booking)
        return
    _take_back_unless_free(desk, booking, made)
    _cancel(desk, map(_made, booking.current_claims))


def _replace(desk: Desk, booking: Booking) -> None:
    """Cancel the old time and book the new one, else the old one again."""
    # Remembered first: whoever carries on after a crash must know why the old time is gone.
    details = {**(booking.next_details or booking.details), OLD_FIRST: True}
    _refuse_shared(desk, booking)
    if not desk.ledger.renew(booking, desk.now(), next_details=details):
        raise OutcomeUnknown("Somebody else settles this move.")
    try:
        _cancel(desk, map(_made, booking.current_claims))
        _book_new_or_old(desk, booking)
    except PlatformError as error:
        # To leave it alone now would be to leave the visitor with neither.
        raise OutcomeUnknown(error.detail) from None


def _book_new_or_old(desk: Desk, booking: Booking) -> None:
    try:
        made = _made_of(desk, booking, booking.next_claims)
        _take_back_unless_free(desk, booking, made)
    except Rejected:
        try:
            _made_of(desk, booking, booking.current_claims)
        except Rejected as error:
            raise BothTimesTaken(error.status, error.detail) from None
        raise


def _is_in_its_own_way(booking: Booking) -> bool:
    return any(
        old.employee == new.employee
        and old.busy_from < new.busy_until
        and new.busy_from < old.busy_until
        for old in booking.current_claims
        for new in booking.next_claims
    )


def _is_free(desk: Desk, booking: Booking) -> bool:
    """Read the new time: what stands there besides the visitor's own was there first."""
    new, items = booking.next_claims, (booking.next_details or booking.details)["items"]
    ours = {claim.platform_appointment: claim.persons for claim in [*booking.current_claims, *new]}
    return is_free_apart_from(
        desk, new, rows_around(desk, new), items, ours, as_of=booking.updated_at
    )


def _take_back_unless_free(desk: Desk, booking: Booking, made: Sequence[MadeBooking]) -> None:
    if not _is_free(desk, booking):
        _cancel(desk, made)
        raise Conflict(409, "Somebody else was there first.")


def _made_of(desk: Desk, booking: Booking, claims: Sequence[Claim]) -> list[MadeBooking]:
    """Book what a sender that has died has not booked already; return all of it."""
    return _completed(desk, booking, claims, _found(desk, booking, claims))


def _found(desk: Desk, booking: Booking, claims: Sequence[Claim]) -> list[MadeBooking | None]:
    """Look for what was booked for each of the claims."""
    return [find_made(desk, booking, claim) for claim in claims]


def _completed(
    desk: Desk, booking: Booking, claims: Sequence[Claim], found: Sequence[MadeBooking | None]
) -> list[MadeBooking]:
    """Book for the claims for which nothing was found; return all of it."""
    wanted = zip(_new_bookings(desk, booking, claims), found, strict=True)
    missing = [one for one, there in wanted if there is None]
    try:
        rest = iter(desk.client.create_bookings(missing, lambda: _goes_on(desk, booking)))
    except Rejected:
        _cancel(desk, [one for one in found if one])
        raise
    made = [one or next(rest) for one in found]
    desk.ledger.identify(
        booking,
        [(claim.id, one.booking, one.appointment) for claim, one in zip(claims, made, strict=True)],
    )
    return made


def _refuse_shared(desk: Desk, booking: Booking) -> None:
    for old in booking.current_claims:
        desk.client.refuse_shared(_made(old))


def _goes_on(desk: Desk, booking: Booking) -> bool:
    return desk.ledger.renew(booking, desk.now())


def _cancel(desk: Desk, made: Iterable[MadeBooking]) -> None:
    try:
        for one in made:
            desk.client.cancel_booking(one)
    except (Rejected, PlatformError) as error:
        # The visit stands twice, in part at least: to leave it alone now would be to forget it.
        raise OutcomeUnknown(error.detail) from None


def _made(claim: Claim) -> MadeBooking:
    if claim.platform_booking is None:
        raise PlatformError("The old time of this booking is not known.")
    return MadeBooking(claim.platform_booking, claim.platform_appointment)


def _new_bookings(desk: Desk, booking: Booking, claims: Sequence[Claim]) -> list[NewBooking]:
    zone = desk.catalogue.offer().value.zone
    # A move changes neither what is booked nor for how many.
    items = booking.details["items"]
    return [
        NewBooking(
            service=claim.service,
            employee=claim.employee,
            customer=booking.customer or 0,
            location=claim.location,
            start=claim.start,
            end=claim.end,
            zone=zone,
            persons=claim.persons,
            extras=tuple((extra["id"], extra["quantity"]) for extra in item["extras"]),
            custom_fields={},
            note="",
            coupon=None,
        )
        for claim, item in zip(claims, items, strict=True)
    ]
