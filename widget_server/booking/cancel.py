"""Cancelling one's own booking, or all that is left of one's series."""

from datetime import datetime, timedelta

from widget_server.bookablesites.client import MadeBooking
from widget_server.booking.desk import Desk
from widget_server.booking.errors import TooLate
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.observing import DONE, REPLAYED, told
from widget_server.booking.repeats import of_booking, once
from widget_server.booking.see import refuse_unbooked, see, see_series


def cancel(desk: Desk, token: str, key: str | None = None) -> Booking:
    """Cancel the booking of a manage token; cancelling twice is cancelling once.

    Raises ManageLinkInvalid, TooLate, NotYetBooked, PlatformError, and what `once` raises for an
    idempotency key.
    """

    def attempt() -> tuple[Booking, str]:
        request = of_booking(desk, token, key, "cancel")
        return once(desk, request, lambda: _cancel(desk, token))

    return told(desk.observer.canceled, attempt)


def _cancel(desk: Desk, token: str) -> tuple[Booking, str]:
    booking = see(desk, token)
    if booking.state == State.CANCELED:
        return booking, REPLAYED
    refuse_unbooked(booking)
    now = desk.now()
    if _is_late(desk, booking, now):
        raise TooLate("It is too late to cancel online. Please call the business.")
    _cancel_there(desk, booking)
    # The time is free only now that the platform has said so.
    desk.ledger.move(booking, State.CANCELED, now, status="canceled", sequence=booking.sequence + 1)
    desk.announce(booking)
    return desk.ledger.booking(booking.id) or booking, DONE


def cancel_series(desk: Desk, token: str, key: str | None = None) -> Booking:
    """Cancel what can still be cancelled of the series that the booking of a token is in.

    Raises what `cancel` raises; TooLate when it is too late for all that is left of it. If the
    platform fails on the way, what is cancelled by then is.
    """

    def attempt() -> tuple[Booking, str]:
        request = of_booking(desk, token, key, "cancel", "series")
        return once(desk, request, lambda: _cancel_series(desk, token))

    return told(desk.observer.canceled, attempt)


def _cancel_series(desk: Desk, token: str) -> tuple[Booking, str]:
    booking = see(desk, token)
    if booking.series is None or booking.state not in (State.CONFIRMED, State.CANCELED):
        return _cancel(desk, token)
    now = desk.now()
    left = [one for one in see_series(desk, booking) if one.state == State.CONFIRMED]
    due = [one for one in left if not _is_late(desk, one, now)]
    if left and not due:
        raise TooLate("It is too late to cancel online. Please call the business.")
    gone: list[Booking] = []
    try:
        for one in due:
            _cancel_there(desk, one)
            gone.append(one)
    finally:
        desk.ledger.end_all(gone, now, "canceled")
        for one in gone:
            desk.announce(one)
    return desk.ledger.booking(booking.id) or booking, DONE if due else REPLAYED


def _cancel_there(desk: Desk, booking: Booking) -> None:
    for claim in booking.current_claims:
        desk.client.cancel_booking(
            MadeBooking(claim.platform_booking or 0, claim.platform_appointment)
        )


def _is_late(desk: Desk, booking: Booking, now: datetime) -> bool:
    limit = desk.catalogue.offer().value.settings["cancel_limit_minutes"]
    start = datetime.fromisoformat(booking.details["items"][0]["start"])
    return now > start - timedelta(minutes=limit)
