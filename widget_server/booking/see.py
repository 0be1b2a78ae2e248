"""The visitor's own booking, as it stands now."""

from widget_server.bookablesites.errors import PlatformError
from widget_server.booking.catch_up import catch_up
from widget_server.booking.desk import Desk
from widget_server.booking.errors import ManageLinkInvalid, NotYetBooked, TooLate
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import NEVER_MADE, UNSETTLED, State
from widget_server.booking.settle import settle


def find(desk: Desk, token: str) -> Booking:
    """Return the booking that a manage token opens; raise ManageLinkInvalid for any other."""
    claim = desk.links.verify(token)
    booking = desk.ledger.booking(claim.booking_id)
    if booking is None or booking.token_version != claim.version:
        raise ManageLinkInvalid
    return booking


def see(desk: Desk, token: str) -> Booking:
    """Return the booking with what staff have changed since, as far as the platform tells."""
    return _up_to_date(desk, find(desk, token))


def see_series(desk: Desk, booking: Booking) -> list[Booking]:
    """Return the bookings of its series, in order of time, each as `see` returns it."""
    return [_up_to_date(desk, one) for one in desk.ledger.of_series(booking.series or "")]


def refuse_unbooked(booking: Booking) -> None:
    """Raise TooLate for a booking that is over, NotYetBooked for one that is not at rest."""
    if booking.state == State.CANCELED:
        raise TooLate("This booking has been cancelled. Please book again.")
    if booking.state in NEVER_MADE:
        raise TooLate("The time could not be booked. Please choose another one.")
    if booking.state != State.CONFIRMED:
        raise NotYetBooked


def _up_to_date(desk: Desk, booking: Booking) -> Booking:
    now = desk.now()
    try:
        if booking.state in UNSETTLED:
            settle(desk, booking, now)
        else:
            catch_up(desk, booking, now)
    except PlatformError:
        return booking  # what we know is better than nothing
    return desk.ledger.booking(booking.id) or booking
