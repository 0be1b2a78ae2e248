"""Bookings of one's own on an account of which a copy is kept: found with few pages."""

from contextlib import suppress
from datetime import timedelta

import pytest

from tests.bookablesites.mirror.over_http.asking import (
    BERLIN,
    COUNT,
    EMPLOYEES,
    MIDDLE,
    SIZE,
    busy,
)
from widget_server.bookablesites.bookings import MadeBooking, NewBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.clock import SystemClock


@pytest.fixture
def visit(client):
    """A booking far ahead, where nothing else is."""
    mia = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org", "phone": ""}
    start = (SystemClock().now() + timedelta(days=100)).replace(
        hour=20, minute=0, second=0, microsecond=0
    )
    return NewBooking(
        service=1, employee=1, customer=client.create_customer(mia), location=None, start=start,
        zone=BERLIN, persons=1, extras=(), custom_fields={}, note="",
    )  # fmt: skip


def test_a_booking_of_ones_own_is_found_and_cancelled_with_few_pages(account, client, visit, pages):
    account.appointments(0, EMPLOYEES)
    busy(client)
    pages()
    [made] = client.create_bookings([visit])
    booked = pages()
    found = busy(client, 1)
    pages()
    client.cancel_booking(made)
    cancelled = pages()
    left = busy(client, 1)

    assert len(booked) <= 5
    assert found[made.appointment, 1]["status"] == "approved"
    assert len(cancelled) == 1
    assert left[made.appointment, 1]["status"] == "canceled"


@pytest.mark.parametrize("status", [204, 404, 500])
def test_whatever_comes_of_cancelling_the_appointment_is_read_anew(account, make, status):
    client = make(CANCEL_STRATEGY="booking")
    busy(client)
    account.on("DELETE *", "status", status=status)
    with suppress(PlatformError):
        client.cancel_booking(MadeBooking(1, MIDDLE))

    assert client._mirror.file.owed(10) == [(MIDDLE, 1)]  # noqa: SLF001


def test_what_is_cancelled_and_not_known_is_looked_for_everywhere(client, pages):
    busy(client)
    pages()
    client.cancel_booking(MadeBooking(1, 4711))

    assert len(pages()) > COUNT // SIZE
