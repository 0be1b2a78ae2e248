"""Finding on the platform what was sent there and not answered."""

from widget_server.bookablesites.client import MadeBooking
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, Claim


def find_made(desk: Desk, booking: Booking, claim: Claim) -> MadeBooking | None:
    """Find what was made for a claim, which makes employee, start and customer unique."""
    if booking.customer is None:
        return None
    zone = desk.catalogue.offer().value.zone
    there = desk.client.bookings_of(booking.customer, claim.employee, claim.start, zone)
    others = desk.ledger.recorded([made.booking for made in there], besides=booking.id)
    # A move may lead to where another part is still.
    known = {other.platform_booking for other in booking.claims if other is not claim}
    ours = [made for made in there if made.booking not in others | known]
    return min(ours, key=lambda made: made.booking, default=None)
