"""What is asked of a copy over HTTP, and of how large an account."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulator.generated import FIRST_ID
from widget_server.clock import SystemClock

BERLIN = ZoneInfo("Europe/Berlin")
COUNT, EMPLOYEES, SIZE = 300, (1, 2, 3), 50
LIVE: dict[str, Any] = {"EXTENSIONS": "off", "CALLS_PER_MINUTE": 1_000_000}
# In the middle of the list.
MIDDLE_PAGE = 4
MIDDLE = FIRST_ID + COUNT - (MIDDLE_PAGE - 1) * SIZE - 20


def busy(client, employee=None):
    start = SystemClock().now()
    around = start - timedelta(days=400), start + timedelta(days=400)
    rows = client.busy_times(*around, BERLIN, employee)
    return {(row["id"], row["employee"]): row for row in rows}


def known(client):
    """Return what the copy holds, without asking the platform."""
    start = SystemClock().now()
    around = start - timedelta(days=400), start + timedelta(days=400)
    rows = client._mirror.known(*around, None)  # noqa: SLF001
    return {(row["id"], row["employee"]): row for row in rows}


def look(client):
    """Ask for a time at which nothing is: what is read is what every look reads."""
    start = SystemClock().now() + timedelta(days=5000)
    assert client.busy_times(start, start + timedelta(days=1), BERLIN) == []


def keep_up(client):
    client._mirror.keep_up(client._appointments, BERLIN)  # noqa: SLF001
