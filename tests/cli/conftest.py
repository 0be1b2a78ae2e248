"""The ledger that a command finds, as a process left it that died."""

import os
from datetime import timedelta

import pytest

from widget_server.booking import ledger as tables
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url
from widget_server.site import DEFAULT_SITE


@pytest.fixture
def environ(tmp_path):
    return {"PATH": os.environ["PATH"], "DEMO": "on", "DATA_DIR": str(tmp_path)}


@pytest.fixture
def ledger(tmp_path):
    database = open_database(sqlite_url(tmp_path / "ledger.sqlite"))
    tables.migrate(database)
    yield Ledger(database, DEFAULT_SITE)
    database.close()


def leave_behind(ledger, booking_id, *, since):
    """Claim a time as a process does that dies right after."""
    then = SystemClock().now() - since
    booking = Booking(
        id=booking_id, created_at=then, updated_at=then, token_version=1, sequence=0,
        generation=1, status="processing", details={},
    )  # fmt: skip
    start = then + timedelta(days=1) + 60 * since
    end = start + timedelta(minutes=30)
    claim = Claim(
        employee=1, service=1, location=1, start=start, end=end, busy_from=start, busy_until=end,
        persons=1, capacity=1, item=0,
    )  # fmt: skip
    ledger.claim(booking, [claim], then)
