"""`widget-server reconcile`: as an operator runs it, in a process of its own."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from widget_server.booking import ledger as tables
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url
from widget_server.site import DEFAULT_SITE

COMMAND = [str(Path(sys.executable).parent / "widget-server"), "reconcile"]


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


def run(environ):
    done = subprocess.run(
        [*COMMAND, "--once"], env=environ, capture_output=True, check=False, timeout=300, text=True
    )
    return done.returncode, done.stdout


def test_once_brings_to_rest_what_is_old_enough(environ, ledger):
    leave_behind(ledger, "b_old", since=timedelta(minutes=5))
    leave_behind(ledger, "b_young", since=timedelta(seconds=12))

    first = run(environ)

    assert first == (1, "2 bookings looked at, 1 of them still open.\n")
    assert ledger.booking("b_old").state == State.FAILED
    assert ledger.booking("b_young").state == State.CLAIMED


def test_for_ever_it_looks_again_and_again(environ, ledger):
    with subprocess.Popen(COMMAND, env=environ, stderr=subprocess.DEVNULL) as process:
        leave_behind(ledger, "b_old", since=timedelta(minutes=5))
        end = time.monotonic() + 300
        while ledger.booking("b_old").state != State.FAILED:
            assert time.monotonic() < end
            time.sleep(0.2)
        process.terminate()

    assert run(environ) == (0, "0 bookings looked at, 0 of them still open.\n")
