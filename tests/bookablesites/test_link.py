"""The guards before the transport, over real HTTP to a platform that fails as it is told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest

from tests.simulator.clients import Tally, client_of
from widget_server.bookablesites.bookings import MadeBooking, NewBooking
from widget_server.bookablesites.breaker import FAILURES, REST_SECONDS
from widget_server.bookablesites.errors import (
    PlatformError,
    Rejected,
)
from widget_server.bookablesites.pace import MOST_PAUSE_SECONDS
from widget_server.clock import Deadline, FixedTicks, SystemClock, SystemTicks

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BOOKING = NewBooking(
    service=1, employee=1, customer=1, location=None, start=NOW, zone=BERLIN, persons=1,
    extras=(), custom_fields={}, note="",
)  # fmt: skip

WRITES = {
    "POST /bookings": lambda client: client.create_bookings([BOOKING]),
    "POST /customers": lambda client: client.create_customer({"email": "a@b.example"}),
    "PATCH /bookings/1": lambda client: client.move_booking(1, NOW, 1, BERLIN),
    "DELETE /bookings/1": lambda client: client.cancel_booking(MadeBooking(1, 1)),
}


@pytest.fixture
def ticks():
    return FixedTicks()


@pytest.fixture
def tally():
    return Tally()


@pytest.fixture
def client(simulator, ticks, tally):
    """A client that has its token; only what it calls from now on counts."""
    client = client_of(simulator, ticks, tally)
    client.locations()
    simulator.reset()
    tally.counts.clear()
    return client


def outcome(read) -> str:
    try:
        read()
    except (PlatformError, Rejected) as error:
        return type(error).__name__
    return "found"


@contextmanager
def threads(number: int):
    """Call something in threads of their own, which are all over in the end."""
    with ThreadPoolExecutor(number) as pool:
        yield lambda read: pool.submit(outcome, read)


# What is tried again


@pytest.mark.parametrize(
    ("fault", "details"),
    [
        ("status", {"status": 503}),
        ("status", {"status": 500}),
        ("lose call", {}),
        ("lose answer", {}),
    ],
)
def test_reading_is_tried_again(simulator, client, ticks, fault, details):
    simulator.on("GET */services", fault, 2, **details)

    assert len(client.services()) > 0
    assert simulator.counts() == {"GET /services": 3}
    assert 0.2 <= ticks.slept[0] <= 0.3
    assert 0.4 <= ticks.slept[1] <= 0.6


def test_reading_is_given_up_after_three_times(simulator, client):
    simulator.on("GET */services", "status", status=502)

    assert outcome(client.services) == "PlatformError"
    assert simulator.counts() == {"GET /services": 3}


def test_what_is_refused_is_not_asked_for_again(simulator, client):
    simulator.on("GET */services", "status", status=404)

    assert outcome(client.services) == "Gone"
    assert simulator.counts() == {"GET /services": 1}


@pytest.mark.parametrize(
    ("fault", "details", "told"),
    [
        ("status", {"status": 500}, "OutcomeUnknown"),
        ("status", {"status": 503, "headers": {"Retry-After": "1"}}, "OutcomeUnknown"),
        ("status", {"status": 429}, "PlatformError"),
        ("lose call", {}, "OutcomeUnknown"),
        ("lose answer", {}, "OutcomeUnknown"),
    ],
)
@pytest.mark.parametrize("call", WRITES)
def test_what_changes_something_is_sent_once(simulator, client, call, fault, details, told):
    simulator.on("* */api/v2/*", fault, **details)

    assert outcome(lambda: WRITES[call](client)) == told
    assert simulator.counts() == {call: 1}


def test_a_booking_that_cannot_be_sent_was_never_sent(simulator, ticks):
    client = client_of(simulator, ticks, URL="http://127.0.0.1:1")

    assert outcome(lambda: client.create_bookings([BOOKING])) == "Unreachable"


def test_a_token_that_does_not_come_leaves_a_booking_unsent(simulator, ticks):
    simulator.on("POST */token", "lose answer")
    client = client_of(simulator, ticks)

    assert outcome(lambda: client.create_bookings([BOOKING])) == "Unreachable"
    assert simulator.counts() == {"POST /token": 3}


def test_redirects_are_not_followed(simulator, client):
    headers = {"Location": f"{simulator.origin}/elsewhere"}
    simulator.on("GET */services", "status", status=302, headers=headers)

    assert outcome(client.services) == "PlatformError"
    assert simulator.counts() == {"GET /services": 1}


# The token


def test_a_refused_token_is_fetched_anew_once(simulator, client):
    simulator.on("GET */services", "status", 1, status=401)
    client.services()
    simulator.on("GET */services", "status", status=401)

    assert outcome(client.services) == "CredentialsRefused"
    assert simulator.counts() == {"POST /token": 2, "GET /services": 4}


def test_many_threads_fetch_one_token(simulator):
    simulator.on("POST */token", "hold")
    client = client_of(simulator, PARALLEL_CALLS=8)
    with threads(8) as start:
        told = [start(client.locations) for _ in range(8)]
        assert simulator.await_held(1)
        simulator.release()

    assert [one.result() for one in told] == ["found"] * 8
    assert simulator.counts() == {"POST /token": 1, "GET /locations": 8}


def test_a_token_that_cannot_be_had_is_not_asked_for_by_everybody_in_turn(simulator, ticks):
    simulator.on("POST */token", "status", status=401)
    client = client_of(simulator, ticks)

    assert [outcome(client.locations) for _ in range(5)] == ["CredentialsRefused"] * 5
    assert simulator.counts() == {"POST /token": 1}
    ticks.sleep(2)
    assert outcome(client.locations) == "CredentialsRefused"
    assert simulator.counts() == {"POST /token": 2}


# The breaker


def test_a_platform_that_is_out_of_order_is_left_alone(simulator, client, ticks):
    simulator.on("* */api/v2/*", "lose call")
    assert client.state == "closed"

    told = [outcome(client.services) for _ in range(4)]

    assert told == ["PlatformError", "HeldBack", "HeldBack", "HeldBack"]
    assert simulator.counts() == {"GET /services": FAILURES}
    assert client.state == "open"


def test_one_call_finds_out_whether_it_is_well_again(simulator, client, ticks):
    simulator.on("GET */services", "status", FAILURES, status=500)
    for _ in range(2):
        outcome(client.services)
    ticks.sleep(REST_SECONDS)
    assert client.state == "half_open"
    simulator.on("GET */services", "hold")

    with threads(1) as start:
        probe = start(client.services)
        assert simulator.await_held(1)
        assert outcome(client.locations) == "HeldBack"
        simulator.release()

    assert (probe.result(), client.state) == ("found", "closed")
    assert outcome(client.locations) == "found"


def test_a_probe_that_fails_leaves_it_alone_for_as_long_again(simulator, client, ticks):
    simulator.on("GET */services", "status", status=500)
    for _ in range(2):
        outcome(client.services)
    ticks.sleep(REST_SECONDS)

    outcome(client.services)

    assert client.state == "open"
    assert simulator.counts() == {"GET /services": FAILURES + 1}


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_no_failure_of_the_platform(simulator, client, status):
    simulator.on("GET */services", "status", status=status)
    for _ in range(2 * FAILURES):
        outcome(client.services)

    assert client.state == "closed"
    assert simulator.counts() == {"GET /services": 2 * FAILURES}


def test_who_is_in_a_hurry_does_not_blame_the_platform(simulator, client):
    simulator.on("GET */services", "hold")
    # With as much time left at each attempt, there are two of a reading.
    hurried = client.within(Deadline.within(0.3, FixedTicks()))
    for _ in range(FAILURES):
        assert outcome(hurried.services) == "PlatformError"

    assert client.state == "closed"
    simulator.release()


# The pace


def test_calls_beyond_the_pace_wait_for_their_turn(simulator, ticks):
    client = client_of(simulator, ticks, CALLS_PER_MINUTE=60)
    for _ in range(8):
        client.locations()  # with the token that makes nine calls, six of them at once

    assert sum(ticks.slept) == pytest.approx(3.0)
    assert simulator.counts()["GET /locations"] == 8


def test_a_visitor_does_not_wait_for_long(simulator, ticks):
    client = client_of(simulator, ticks, CALLS_PER_MINUTE=60)
    for _ in range(5):
        client.locations()
    visitor = client.within(Deadline.within(0.5, ticks))

    assert outcome(visitor.locations) == "HeldBack"
    assert simulator.counts()["GET /locations"] == 5


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("86400", MOST_PAUSE_SECONDS), ("soon", 5), ("-3", 5), ("", 5), ("9" * 400, 900)],
)
def test_a_pause_that_is_asked_for_is_kept(simulator, client, ticks, asked, seconds):
    simulator.on("GET */services", "status", 1, status=429, headers={"Retry-After": asked})
    visitor = client.within(Deadline.within(1000, ticks))
    began = ticks.seconds()

    assert outcome(visitor.services) == "HeldBack"
    ticks.sleep(began + seconds - 2.1 - ticks.seconds())
    assert outcome(visitor.locations) == "HeldBack"
    assert simulator.counts() == {"GET /services": 1}
    ticks.sleep(0.2)
    assert outcome(visitor.locations) == "found"


def test_a_pause_may_be_asked_for_by_its_end(simulator, client, ticks):
    end = format_datetime(SystemClock().now() + timedelta(minutes=2), usegmt=True)
    simulator.on("GET */services", "status", 1, status=503, headers={"Retry-After": end})
    visitor = client.within(Deadline.within(1000, ticks))

    assert outcome(visitor.services) == "HeldBack"
    ticks.sleep(60)
    assert outcome(visitor.locations) == "HeldBack"
    ticks.sleep(60)
    assert outcome(visitor.locations) == "found"


# The deadline


def test_all_calls_for_one_visitor_share_a_deadline(simulator, client):
    simulator.appointments(5_000, (1,))
    simulator.on("GET */appointments", "delay", seconds=0.1)
    visitor = client.within(Deadline.within(1.0, SystemTicks()))

    told = outcome(lambda: visitor.busy_times(NOW, NOW + timedelta(days=9999), BERLIN))

    assert told in ("HeldBack", "PlatformError")
    assert simulator.counts()["GET /appointments"] <= 10


def test_nothing_is_sent_when_the_time_is_over(simulator, client, ticks):
    late = client.within(Deadline.within(0.1, ticks))

    assert outcome(late.services) == "HeldBack"
    assert outcome(lambda: late.create_bookings([BOOKING])) == "HeldBack"
    assert simulator.counts() == {}


# The places


def test_a_slow_platform_holds_no_more_threads_than_it_has_places(simulator, ticks):
    client = client_of(simulator, ticks, PARALLEL_CALLS=2)
    client.locations()
    simulator.on("GET */services", "hold")
    with threads(2) as start:
        held = [start(client.services) for _ in range(2)]
        assert simulator.await_held(2)
        ticks.sleep(1)
        told = [outcome(client.locations), outcome(lambda: client.create_bookings([BOOKING]))]
        calls = simulator.counts()
        simulator.release()

    assert told == ["HeldBack", "HeldBack"]
    assert calls == {"POST /token": 1, "GET /locations": 1, "GET /services": 2}
    assert [one.result() for one in held] == ["found", "found"]


def test_who_finds_no_place_waits_while_the_platform_is_quick(simulator, ticks):
    client = client_of(simulator, ticks, PARALLEL_CALLS=1)
    with threads(8) as start:
        told = [start(client.locations) for _ in range(8)]

    assert [one.result() for one in told] == ["found"] * 8


# What is seen of it


def test_who_looks_on_is_told_of_every_call(simulator, client, tally):
    client.services()
    client.customer(1)
    simulator.on("GET */employees", "status", 1, status=503)
    client.employees()
    simulator.on("GET */coupons", "status", status=404)
    outcome(lambda: client.coupon("x"))
    simulator.on("GET */custom-fields", "malformed", kind="bomb")
    outcome(client.custom_fields)
    simulator.on("POST */bookings", "lose answer")
    outcome(lambda: client.create_bookings([BOOKING]))
    outcome(client.within(Deadline.within(0, FixedTicks())).services)
    simulator.on("DELETE */bookings/*", "status", status=429)
    outcome(lambda: client.cancel_booking(MadeBooking(7, 7)))

    assert tally.counts == {
        ("GET /api/v2/services", "answered"): 1,
        ("GET /api/v2/customers/{id}", "answered"): 1,
        ("GET /api/v2/employees", "failed"): 1,
        ("GET /api/v2/employees", "answered"): 1,
        ("GET /api/v2/coupons", "refused"): 1,
        ("GET /api/v2/custom-fields", "unreadable"): 1,
        ("POST /api/v2/bookings", "no_answer"): 1,
        ("GET /api/v2/services", "held_back"): 1,
        ("DELETE /api/v2/bookings/{id}", "throttled"): 1,
    }
