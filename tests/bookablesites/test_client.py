"""The client against the embedded backend, and against answers no platform should give."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from widget_server.bookablesites.client import NewBooking
from widget_server.bookablesites.errors import (
    Conflict,
    CredentialsRefused,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)

BERLIN = ZoneInfo("Europe/Berlin")
# A Saturday night far ahead: the demo's diary is empty, and staff may book at any time.
START = datetime(2027, 3, 6, 21, tzinfo=UTC)


@pytest.fixture
def booking(backend, connect) -> NewBooking:
    client = connect(backend)
    service = client.services()[0]
    employee = next(
        employee["id"]
        for employee in client.employees()
        if service["id"] in [link["id"] for link in employee["services"]]
    )
    customer = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org", "phone": ""}
    return NewBooking(
        service=service["id"], employee=employee, customer=client.create_customer(customer),
        location=None, start=START, zone=BERLIN, persons=1, extras=(), custom_fields={}, note="",
    )  # fmt: skip


def test_the_token_is_fetched_once(backend, connect):
    client = connect(backend)

    client.services()
    client.locations()

    assert backend.calls.count(("POST", "/api/v2/token")) == 1


def test_an_expired_token_is_fetched_anew(backend, connect, clock):
    client = connect(backend)
    client.locations()

    clock.advance(timedelta(hours=1))
    client.locations()

    assert backend.calls.count(("POST", "/api/v2/token")) == 2


def test_threads_fetch_one_token_between_them(backend, connect):
    client = connect(backend)
    threads = [threading.Thread(target=client.locations) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert backend.calls.count(("POST", "/api/v2/token")) == 1


def test_wrong_credentials_are_refused_without_showing_them(backend, connect):
    with pytest.raises(CredentialsRefused) as caught:
        connect(backend, secret="canary-secret").services()

    assert "canary" not in f"{caught.value!r} {caught.value.__context__!r}"


@pytest.mark.parametrize("page_size", [1, 2, 50])
def test_lists_are_whole_whatever_the_page_size(backend, connect, page_size):
    whole = [row["id"] for row in connect(backend, page_size=100).employees()]

    assert whole == [row["id"] for row in connect(backend, page_size=page_size).employees()]


def test_a_booking_is_made_found_again_and_cancelled(backend, connect, booking):
    client = connect(backend)

    [made] = client.create_bookings([booking])
    found = client.bookings_of(booking.customer, booking.employee, START, BERLIN)
    client.cancel_booking(made)
    left = client.bookings_of(booking.customer, booking.employee, START, BERLIN)

    assert [made] == found
    assert left == []


def test_a_taken_time_is_a_conflict(backend, connect, booking):
    client = connect(backend)
    client.create_bookings([booking])

    with pytest.raises(Conflict):
        client.create_bookings([replace(booking, start=START + timedelta(minutes=10))])


def test_busy_times_carry_nothing_personal(backend, connect, booking):
    client = connect(backend)
    client.create_bookings([booking])

    rows = client.busy_times(START, START + timedelta(minutes=5), BERLIN, booking.employee)

    assert [START.isoformat()] == [row["start"] for row in rows]
    assert sorted(rows[0]) == [
        "buffer_after_minutes", "buffer_before_minutes", "employee", "end", "id",
        "location", "persons", "service", "start", "status",
    ]  # fmt: skip


MALFORMED = [b"<html>hello</html>", b'{"data": [', b'{"data": null}', b"[1]", b'[{"id": "x"}]', b""]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_list_is_one_clear_error(answering, body):
    with pytest.raises(PlatformError):
        answering("200 OK", body).services()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("500 Internal Server Error", OutcomeUnknown),
        ("200 OK", OutcomeUnknown),
        ("302 Found", OutcomeUnknown),
        ("409 Conflict", Conflict),
        ("422 Unprocessable Entity", Rejected),
        ("429 Too Many Requests", PlatformError),
        ("401 Unauthorized", CredentialsRefused),
    ],
)
def test_a_booking_is_unknown_unless_the_answer_is_plain(answering, booking, status, error):
    with pytest.raises(error) as caught:
        answering(status, b"<html>").create_bookings([booking])

    assert type(caught.value) is error
