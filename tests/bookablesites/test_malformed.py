"""Every answer that no platform should give, to everything that is read from it."""

import tracemalloc
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tests.simulator.clients import client_of
from tests.simulator.malformed import BODIES, BOMB_BYTES, SENT, SLOW
from widget_server.bookablesites.bookings import NewBooking, OpenTimes
from widget_server.bookablesites.breaker import REST_SECONDS
from widget_server.bookablesites.errors import OutcomeUnknown, PlatformError
from widget_server.clock import Deadline, FixedTicks, SystemTicks

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DECEMBER = OpenTimes(1, date(2026, 12, 1), date(2026, 12, 31))
COUPON, EMAIL = "WELCOME10", "mia@example.org"
READS = {
    "settings": lambda client: client.settings(),
    "custom fields": lambda client: client.custom_fields(),
    "services": lambda client: client.services(),
    "employees": lambda client: client.employees(),
    "locations": lambda client: client.locations(),
    "busy times": lambda client: client.busy_times(NOW, NOW, BERLIN),
    "bookings": lambda client: client.bookings_of(1, 1, NOW, BERLIN),
    "appointment": lambda client: client.appointment(1, BERLIN),
    "coupon": lambda client: client.coupon(COUPON),
    "coupon uses": lambda client: client.coupon_uses(COUPON, 1),
    "customer": lambda client: client.customer(1),
    "employee": lambda client: client.employee(1),
    "customers": lambda client: client.customer_by_email(EMAIL),
    "open times": lambda client: client.open_times(DECEMBER, BERLIN),
}
CONTACTS, NO_IDS = {"customer", "customers", "employee"}, {"open times", "settings"}
# Odd, and of no consequence: what these reads need is there all the same.
HARMLESS = {
    "only ids": {"customers", "employees", "locations"},
    **dict.fromkeys(("vast amount", "tiny amount"), CONTACTS),
    **dict.fromkeys(("all null", "all texts", "all empty texts"), CONTACTS),
    **dict.fromkeys(("first of all times", "last of all times"), CONTACTS),
    **dict.fromkeys(("list for an id", "object for an id", "text for an id"), NO_IDS),
    **dict.fromkeys(("half an id", "null for an id", "vast id"), NO_IDS),
    "bad length": set(READS),
    "packed without an end": set(READS),
}
GOOD_TOKENS = {kind for kind, reads in HARMLESS.items() if "settings" in reads}


@pytest.fixture(scope="module", autouse=True)
def mia(running_simulator):
    """Have a customer on file who can be found."""
    client = client_of(running_simulator)
    if not client.customer_by_email(EMAIL):
        client.create_customer({"first_name": "M", "last_name": "K", "email": EMAIL, "phone": ""})


def finds(read):
    """Tell whether something is found; anything but the foreseen error is none of the two."""
    try:
        read()
    except PlatformError:
        return False
    return True


def reads_that_find(client, ticks):
    """Return which reads find something."""
    for what, read in READS.items():
        # The breaker lets a call through again.
        ticks.sleep(REST_SECONDS)
        if finds(partial(read, client)):
            yield what


@pytest.mark.parametrize("kind", [*BODIES, *SENT])
def test_a_malformed_answer_is_an_error_that_is_foreseen(simulator, kind):
    ticks = FixedTicks()
    client = client_of(simulator, ticks)
    client.services()
    simulator.on("GET */api/v2/*", "malformed", kind=kind)

    assert set(reads_that_find(client, ticks)) == HARMLESS.get(kind, set())


@pytest.mark.parametrize("kind", [*BODIES, *SENT])
def test_a_malformed_token_is_none(simulator, kind):
    simulator.on("POST */token", "malformed", kind=kind)
    client = client_of(simulator, FixedTicks())

    assert finds(client.services) is (kind in GOOD_TOKENS)


@pytest.mark.parametrize("kind", SLOW)
def test_nobody_waits_for_an_answer_that_does_not_come_as_a_whole(simulator, kind):
    simulator.on("GET */services", "malformed", kind=kind)
    client = client_of(simulator)
    client.locations()

    with pytest.raises(PlatformError):
        client.within(Deadline.within(0.5, SystemTicks())).services()


@pytest.mark.parametrize("kind", [*BODIES, *SENT])
def test_a_booking_with_a_malformed_answer_is_unknown_and_sent_once(simulator, kind):
    simulator.on("POST */bookings", "malformed", kind=kind)
    booking = NewBooking(
        service=1, employee=1, customer=1, location=None, start=NOW, zone=BERLIN, persons=1,
        extras=(), custom_fields={}, note="",
    )  # fmt: skip

    with pytest.raises(OutcomeUnknown):
        client_of(simulator, FixedTicks()).create_bookings([booking] * 2)

    assert simulator.counts()["POST /bookings"] == 1


@pytest.mark.parametrize("kind", ["bomb", "endless", "endless list", "nested for ever", "crumbs"])
def test_memory_is_bounded_whatever_comes(simulator, kind):
    client = client_of(simulator, FixedTicks())
    client.locations()
    simulator.on("GET */services", "malformed", kind=kind)
    tracemalloc.start()
    with pytest.raises(PlatformError):
        client.services()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < BOMB_BYTES / 2
