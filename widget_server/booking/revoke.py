"""Making the links to a booking useless, when one has come into the wrong hands."""

from widget_server.booking.desk import Desk
from widget_server.booking.errors import ManageLinkInvalid, NotYetBooked
from widget_server.booking.ledger.states import State


def revoke_links(desk: Desk, which: str) -> str:
    """Revoke every link to a booking; return the token of its new one.

    `which` is the booking's id, or any manage link or token of it, revoked ones too. Raises
    ManageLinkInvalid when it is none, NotYetBooked while the booking is being changed.
    """
    is_id = which.startswith("b_")
    name = which if is_id else desk.links.verify(which.rstrip("/").rsplit("/", 1)[-1]).booking_id
    booking = desk.ledger.booking(name)
    if booking is None or booking.state == State.HELD:
        raise ManageLinkInvalid
    version = booking.token_version + 1
    if not desk.ledger.note(booking, desk.now(), "links_revoked", token_version=version):
        raise NotYetBooked
    return desk.links.issue(booking.id, version)
