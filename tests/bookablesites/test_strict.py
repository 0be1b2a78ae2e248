"""The client on an account that shows no more than what is known of the live platform."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.bookablesites.conftest import CountingApp
from widget_server.backend.app import BackendConfig
from widget_server.backend.strict import strict
from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import Conflict, Gone, PlatformError

BERLIN = ZoneInfo("Europe/Berlin")
# A Saturday night far ahead: the demo's diary is empty, and staff may book at any time.
START = datetime(2027, 3, 6, 21, tzinfo=UTC)
MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org", "phone": ""}


@pytest.fixture
def account(backend) -> CountingApp:
    return CountingApp(strict(backend.app, BackendConfig()))


@pytest.fixture
def client(account, connect):
    return connect(account, extended=False)


@pytest.fixture
def everything(backend, connect):
    return connect(backend)


@pytest.fixture
def booking(client, everything) -> NewBooking:
    """A booking of the first service that one person has to oneself."""
    service = next(row for row in everything.services() if row["capacity"]["max"] == 1)["id"]
    return visit(client, everything, service)


@pytest.fixture
def seat(client, everything) -> NewBooking:
    """A booking of a place in a group."""
    service = next(row for row in everything.services() if row["capacity"]["max"] > 1)["id"]
    return visit(client, everything, service)


def visit(client, everything, service) -> NewBooking:
    employee = next(
        row["id"]
        for row in everything.employees()
        if service in [link["id"] for link in row["services"]]
    )
    return NewBooking(
        service=service, employee=employee, customer=client.create_customer(MIA), location=None,
        start=START, zone=BERLIN, persons=1, extras=(), custom_fields={}, note="",
    )  # fmt: skip


def test_names_prices_and_times_are_read_and_the_rest_is_plain(client, everything):
    service, whole = client.services()[0], everything.services()[0]
    known = ("id", "name", "price", "duration_minutes", "buffer_after_minutes")

    assert [whole[name] for name in known] == [service[name] for name in known]
    assert service["capacity"] == {"min": 1, "max": 1, "allow_below_min": True}
    assert (service["extras"], service["category"], service["private"]) == ([], "", False)


def test_employees_come_without_schedules(client, everything):
    employee = client.employees()[0]

    assert everything.employees()[0]["id"] == employee["id"]
    unseen = ("services", "working_hours", "special_days", "days_off")
    assert [employee[name] for name in unseen] == [[], [], [], []]


def test_locations_come_with_their_names_alone(client, everything):
    named = [(row["id"], row["name"]) for row in everything.locations()]

    assert named == [(row["id"], row["name"]) for row in client.locations()]
    assert [""] * len(named) == [row["address"] for row in client.locations()]


def test_times_without_an_offset_are_the_same_instants(client, everything):
    window = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 15, tzinfo=UTC), BERLIN)

    def taken(rows):
        return sorted((row["id"], row["start"], row["end"], row["employee"]) for row in rows)

    whole = taken(everything.busy_times(*window))
    assert len(whole) > 50
    assert whole == taken(client.busy_times(*window))


def test_what_is_not_there_is_not_asked_for(client, account):
    assert client.settings() == {}
    assert client.custom_fields() == []
    assert client.coupon("WELCOME") is None
    assert client.customer_by_email("mia@example.org") is None
    with pytest.raises(Gone):
        client.appointment(1, BERLIN)
    assert account.calls == []


def test_a_booking_is_found_among_the_appointments_and_cancelled(client, everything, booking):
    [made] = client.create_bookings([booking])

    shown = everything.appointment(made.appointment, BERLIN)
    assert (shown["start"], shown["bookings"]) == (START, {made.booking: "approved"})
    client.cancel_booking(made)
    assert everything.appointment(made.appointment, BERLIN)["status"] == "canceled"
    client.cancel_booking(made)


def test_the_second_of_two_bookings_at_a_start_is_told_from_the_first(client, seat):
    [first] = client.create_bookings([seat])
    [second] = client.create_bookings([seat])

    assert first.appointment == second.appointment
    assert first.booking < second.booking


def test_one_guest_of_a_group_is_not_cancelled_with_the_others(client, everything, seat):
    [mine] = client.create_bookings([seat])
    other = client.create_customer({**MIA, "email": "jo@example.org"})
    client.create_bookings([replace(seat, customer=other)])

    with pytest.raises(PlatformError):
        client.cancel_booking(mine)

    shown = everything.appointment(mine.appointment, BERLIN)
    assert "canceled" not in {shown["status"], *shown["bookings"].values()}


def test_an_appointment_that_is_not_there_needs_no_cancelling(client, account):
    client.cancel_booking(MadeBooking(4711, 999_999))

    assert "DELETE" not in {method for method, _ in account.calls}


def test_a_booking_whose_appointment_is_not_known_is_not_cancelled_blindly(client):
    with pytest.raises(PlatformError):
        client.cancel_booking(MadeBooking(4711, None))


def test_a_page_of_the_website_is_no_leave_to_think_it_cancelled(answering):
    with pytest.raises(PlatformError):
        answering("200 OK", b"<!doctype html>").cancel_booking(MadeBooking(1, 1))


def test_a_taken_time_is_a_conflict(client, booking):
    client.create_bookings([booking])

    with pytest.raises(Conflict):
        client.create_bookings([replace(booking, start=START + timedelta(minutes=10))])
