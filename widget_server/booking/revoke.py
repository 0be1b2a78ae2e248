"""Making the links to a booking useless, when one has come into the wrong hands."""

import re

from widget_server.booking.desk import Desk
from widget_server.booking.errors import ManageLinkInvalid, NotYetBooked
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import TOKEN_LENGTH

BOOKING_ID = re.compile(r"b_[\w-]{16}", re.ASCII)
# A token, alone or in a path; what may follow it there is `.ics`, or what is done with the booking.
TOKEN = re.compile(rf"(?:^|/)([\w-]{{{TOKEN_LENGTH}}})(?=[/.]|$)", re.ASCII)


def revoke_links(desk: Desk, which: str) -> str:
    """Revoke every link to a booking; return the token of its new one.

    `which` is the booking's id, or any link to it or token of one, revoked ones too. Of a series
    the links to all dates are revoked: the page of each date leads to the others. Raises
    ManageLinkInvalid when it is none, NotYetBooked while a booking is being changed; it can be
    done again then.
    """
    asked = desk.ledger.booking(_id_in(desk, which.strip()))
    if asked is None or asked.state == State.HELD:
        raise ManageLinkInvalid
    version = asked.token_version + 1
    for one in desk.ledger.of_series(asked.series) if asked.series else [asked]:
        _revoke(desk, one, version if one.id == asked.id else one.token_version + 1)
    return desk.links.issue(asked.id, version)


def _revoke(desk: Desk, booking: Booking, version: int) -> None:
    if not desk.ledger.note(booking, desk.now(), "links_revoked", token_version=version):
        raise NotYetBooked


def _id_in(desk: Desk, which: str) -> str:
    """Return the id of the booking that an id, a token or a link names."""
    if BOOKING_ID.fullmatch(which):
        return which
    path = re.split("[?#]", which, maxsplit=1)[0]
    for token in TOKEN.findall(path):
        for links in (desk.links, desk.decide_links):
            try:
                return links.verify(token).booking_id
            except ManageLinkInvalid:
                continue
    raise ManageLinkInvalid
