"""Making the links to a booking useless."""

from dataclasses import replace

import pytest

from tests.booking.conftest import ADA, HAIRCUT, NINE, YOGA, request_for
from widget_server.booking.decide import undecided
from widget_server.booking.errors import LinksRevoked, ManageLinkInvalid
from widget_server.booking.holds import hold
from widget_server.booking.once import book
from widget_server.booking.requests import Item
from widget_server.booking.revoke import revoke_links
from widget_server.booking.see import see
from widget_server.recurrence import Recurrence

LINKS = (
    "{}", "https://book.example.org/manage/{}/", "https://book.example.org/manage/{}?lang=de#top",
    " https://book.example.org/manage/{}/cancel?series=true ",
    "https://book.example.org/manage/{}/times?from=2026-12-01",
    "/v1/bookings/{}.ics?series=true", "/v1/bookings/{}/slots", "/v1/bookings/{}/reschedule",
)  # fmt: skip


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


@pytest.mark.parametrize("link", LINKS)
def test_any_link_names_its_booking(house, link):
    desk, booking = house.desk(), book(house.desk(), request_for(HAIRCUT), "key")

    new = revoke_links(desk, link.format(desk.links.issue(booking.id, 1)))

    assert see(desk, new).id == booking.id


def test_a_link_to_decide_names_its_booking_and_ends_too(house):
    house.staff("PATCH", "/settings", {"default_status": "pending"})
    desk, booking = house.desk(), book(house.desk(), request_for(HAIRCUT), "key")
    decides = desk.decide_links.issue(booking.id, 1)
    assert [one.id for one in undecided(desk, decides)] == [booking.id]

    new = revoke_links(desk, f"https://book.example.org/decide/{decides}")

    assert see(desk, new).id == booking.id
    with pytest.raises(ManageLinkInvalid):
        undecided(desk, decides)


def test_the_links_to_all_dates_of_a_series_end_together(house):
    recurring = {"frequencies": ["weekly"], "max_count": 6}
    house.staff("PATCH", f"/services/{HAIRCUT}", {"recurring": recurring})
    wanted = replace(request_for(HAIRCUT), recurrence=Recurrence("weekly", 1, 3))
    desk = house.desk()
    dates = desk.ledger.of_series(book(desk, wanted, "key").series or "")
    old = [desk.links.issue(one.id, 1) for one in dates]

    new = revoke_links(desk, old[1])

    assert see(desk, new).id == dates[1].id
    for token in old:
        with pytest.raises(ManageLinkInvalid):
            see(desk, token)


def test_the_key_of_the_booking_does_not_open_it_and_books_nothing_else(house):
    booking = book(house.desk(), request_for(YOGA), "key")
    assert book(house.desk(), request_for(YOGA), "key").id == booking.id
    revoke_links(house.desk(), booking.id)

    for _ in range(2):
        with pytest.raises(LinksRevoked):
            book(house.desk(), request_for(YOGA), "key")

    assert len(house.standing()) == 1  # though the group has places left


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
