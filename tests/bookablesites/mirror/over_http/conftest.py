"""A platform over HTTP that knows no dates, and clients with a copy of its appointments."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.bookablesites.mirror.over_http.asking import (
    COUNT,
    EMPLOYEES,
    LIVE,
    busy,
)
from tests.simulator.clients import account_of, client_of
from widget_server.clock import FixedClock, FixedTicks, SystemClock, SystemTicks
from widget_server.remote import mirror_of


class Moving(FixedClock):
    """A clock that goes on by a bit whenever it is looked at, and else when told."""

    def now(self):
        self.advance(timedelta(milliseconds=1))
        return self.moment


@pytest.fixture
def clock():
    return Moving(SystemClock().now())


@pytest.fixture
def account(simulator):
    """The platform, with no filter by date and some pages of appointments."""
    simulator.strict()
    simulator.appointments(COUNT, EMPLOYEES)
    return simulator


@pytest.fixture
def make(account, clock, tmp_path):
    """Build a client with a copy, as in a process of its own."""

    def build(**settings):
        how = LIVE | settings
        mirror = mirror_of(account_of(account, **how), 1, tmp_path, clock, FixedTicks())
        return client_of(account, SystemTicks(), **how).mirrored(mirror)

    return build


@pytest.fixture
def client(make):
    return make()


@pytest.fixture
def plain(account):
    """A client that reads everything, each time."""
    return client_of(account, SystemTicks(), **LIVE)


@pytest.fixture
def pages(account):
    """Return the pages that were asked for since this was called last."""
    seen = 0

    def ask():
        nonlocal seen
        calls = account.calls("GET", "/appointments")[seen:]
        seen += len(calls)
        return [int(parse_qs(call["query"])["page"][0]) for call in calls]

    return ask


@pytest.fixture
def every(plain):
    """Return what reading everything tells, by appointment and employee."""
    return lambda: busy(plain)
