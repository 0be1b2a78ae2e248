"""Who a visitor is to the platform."""

from dataclasses import replace

import pytest

from tests.booking.conftest import NINE, request_for
from widget_server.bookablesites.errors import Gone, Rejected
from widget_server.booking.once import book

ELEVEN = NINE.replace(hour=10)


def customers(house):
    return house.staff("GET", "/customers?limit=100")["data"]


def book_twice(house, between=lambda: None):
    """Book as two processes do; return whose the bookings are."""
    book(house.desk(), request_for(), "a")
    between()
    book(house.desk(), request_for(start=ELEVEN), "b")
    return [one["customer"]["id"] for one in sorted(house.standing(), key=lambda one: one["start"])]


def test_who_comes_again_is_the_same_customer(house):
    [one, again] = book_twice(house)
    assert (one == again, len(customers(house))) == (True, 1)


def test_an_address_in_other_letters_is_the_same(house):
    book(house.desk(), request_for(), "a")
    other = request_for(start=ELEVEN)
    customer = replace(other.customer, email="MIA@Example.org")
    book(house.desk(), replace(other, customer=customer), "b")
    assert len(customers(house)) == 1


@pytest.mark.parametrize("house", ["plain"], indirect=True)
def test_whom_staff_have_deleted_is_entered_again(house):
    def gone(_proceed):
        raise Gone(404, "no such customer")

    def delete():
        for _ in range(2):
            house.script.on("GET", "/customers/1", gone)

    [one, other] = book_twice(house, delete)
    assert (one, other != one) == (1, True)


@pytest.mark.parametrize("house", ["plain"], indirect=True)
def test_whose_record_has_another_address_now_is_entered_again(house):
    def rename():
        house.staff("PATCH", "/customers/1", {"email": "moved@example.org"})

    [one, other] = book_twice(house, rename)
    assert (one, other != one) == (1, True)


def entered_by_staff(house):
    fields = {"first_name": "Mia", "last_name": "K", "email": "Mia@example.org"}
    return house.staff("POST", "/customers", fields)["id"]


@pytest.mark.parametrize("house", ["extended"], indirect=True)
def test_whom_the_platform_knows_already_is_found_there(house):
    known = entered_by_staff(house)
    assert book_twice(house) == [known, known]


@pytest.mark.parametrize("house", ["plain"], indirect=True)
def test_who_is_refused_for_being_known_is_looked_for(house):
    def refuse(_proceed):
        raise Rejected(409, "this e-mail address is in use")

    known = entered_by_staff(house)
    house.script.on("POST", "/customers", refuse)
    assert book_twice(house) == [known, known]
    pages = [path for method, path in house.script.calls if path.endswith("/customers")]
    assert len(pages) == 2  # refused, and looked for


@pytest.mark.parametrize("house", ["plain"], indirect=True)
def test_who_is_refused_for_something_else_is_told(house):
    def refuse(_proceed):
        raise Rejected(409, "no such thing")

    house.script.on("POST", "/customers", refuse)
    with pytest.raises(Rejected):
        book(house.desk(), request_for(), "a")


def test_no_address_is_in_the_ledger(house):
    book(house.desk(), request_for(), "a")
    written = b"".join(file.read_bytes() for file in house.folder.glob("ledger.sqlite*"))
    assert (b"mia@example.org" in written, b"approved" in written) == (False, True)
