"""Making the links to a booking useless."""

import pytest

from tests.booking.conftest import ADA, HAIRCUT, NINE, request_for
from widget_server.booking.errors import ManageLinkInvalid
from widget_server.booking.holds import hold
from widget_server.booking.once import book
from widget_server.booking.requests import Item
from widget_server.booking.revoke import revoke_links
from widget_server.booking.see import see


@pytest.mark.parametrize("given", ["id", "token", "link"])
def test_old_links_end_and_the_new_one_opens(house, given):
    desk, booking = house.desk(), book(house.desk(), request_for(HAIRCUT), "key")
    old = desk.links.issue(booking.id, 1)
    link = f"https://book.example.org/manage/{old}/"

    new = revoke_links(desk, {"id": booking.id, "token": old, "link": link}[given])

    assert see(desk, new).id == booking.id
    with pytest.raises(ManageLinkInvalid):
        see(desk, old)
    newest = revoke_links(desk, old)  # who has only a revoked one can go on
    assert see(desk, newest).id == booking.id
    with pytest.raises(ManageLinkInvalid):
        see(desk, new)


@pytest.mark.parametrize(
    "given", ["b_AAAAAAAAAAAAAAAA", "b_", "", "https://example.org/", "x" * 40]
)
def test_what_is_no_booking_is_refused(house, given):
    with pytest.raises(ManageLinkInvalid):
        revoke_links(house.desk(), given)


def test_a_hold_has_no_link(house):
    held = hold(house.desk(), (Item(HAIRCUT, ADA, 1, NINE, 1, ()),), None, "visitor")

    with pytest.raises(ManageLinkInvalid):
        revoke_links(house.desk(), held.id)
