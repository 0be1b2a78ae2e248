"""Workers die, answers get lost, others book besides: nothing of ours is ever booked twice."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.booking.chaos_worker import Shifted, make_desk
from tests.booking.conftest import NOW
from tests.databases import Databases
from widget_server.booking import ledger
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.settle import settle_all
from widget_server.clock import SystemClock
from widget_server.database import Database, open_database, sqlite_url

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# More in a long look: CHAOS_ATTEMPTS=2000 pytest tests/booking/test_chaos.py
ATTEMPTS = int(os.environ.get("CHAOS_ATTEMPTS", "120"))


@contextmanager
def running(script: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def staff_calls(port: int, credentials: tuple[str, str]) -> Any:
    session = requests.Session()
    session.headers["X-Staff"] = "yes"
    base = f"http://127.0.0.1:{port}/api/v2"
    form = {"client_id": credentials[0], "client_secret": credentials[1]}
    token = session.post(f"{base}/token", data=form, timeout=30).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"

    def call(method: str, path: str, body: Any = None) -> Any:
        return session.request(method, base + path, json=body, timeout=30).json()

    return call


def all_bookings(call: Any) -> list[Any]:
    """Return all live bookings that stand on the platform, each with its time."""
    found, page = [], 1
    while True:
        answer = call("GET", f"/appointments?limit=100&page={page}")
        for one in answer["data"]:
            found += [
                {"id": booking["id"], "employee": one["employees"][0]["id"],
                 "start": datetime.fromisoformat(one["start_date_time"]),
                 "end": datetime.fromisoformat(one["end_date_time"]),
                 "ours": "visitor" in booking["customer"]["email"]}
                for booking in one["bookings"]
                if booking["status"] in ("approved", "pending")
            ]  # fmt: skip
        if page >= answer["pagination"]["pages"]:
            return found
        page += 1


def overlaps(bookings: list[Any]) -> list[Any]:
    ordered = sorted(bookings, key=lambda one: (one["employee"], one["start"]))
    return [
        (one, two)
        for one, two in pairwise(ordered)
        if one["employee"] == two["employee"] and two["start"] < one["end"]
    ]


def storm(task: dict[str, Any], call: Any, *, foreign: bool) -> list[Any]:
    """Let workers book and die for a while, and staff book and cancel besides.

    Returns the overlaps among the workers' bookings that were seen on the way.
    """
    seen: list[Any] = []
    dice = random.Random(5)
    jo = {"first_name": "Jo", "last_name": "Roth", "email": "jo@example.org"}
    customer = call("POST", "/customers", jo)["id"]
    with running("chaos_worker.py", json.dumps(task)) as herd:
        while herd.poll() is None:
            time.sleep(0.1)
            if foreign and dice.random() < 0.3:
                minutes = 30 * dice.randrange(8)
                at = f"{9 + minutes // 60:02}:{minutes % 60:02}"
                visit = {"service": 1, "employee": 1, "customer": customer, "location": 1}
                call("POST", "/bookings", {**visit, "date": "2026-12-01", "time": at})
            # Time must become free again, or soon nothing is left to fight for.
            live = all_bookings(call)
            seen += overlaps([one for one in live if one["ours"]])
            for one in dice.sample(live, min(3, len(live))):
                call("DELETE", f"/bookings/{one['id']}")
        assert herd.returncode == 0
    return seen


@pytest.fixture
def stage(databases: Databases, furnished, tmp_path: Path) -> Iterator[Any]:
    """A platform without a conscience, and an empty ledger on either kind of database."""
    folder, credentials = furnished
    platform = tmp_path / "platform.sqlite"
    platform.write_bytes((folder / "backend.sqlite").read_bytes())
    url = databases.new()
    database = open_database(url, schema="ledger")
    ledger.migrate(database)

    @contextmanager
    def play(*, faults: str) -> Iterator[Any]:
        with running("chaos_platform.py", sqlite_url(platform), NOW.isoformat(), faults) as server:
            assert server.stdout
            port = int(server.stdout.readline())
            task = {
                "port": port,
                "credentials": credentials,
                "ledger": url,
                "now": NOW.isoformat(),
                "log": str(tmp_path / "log"),
                "naive": False,
                "attempts": ATTEMPTS,
            }
            yield task, staff_calls(port, credentials), database

    yield play
    database.close()
    databases.drop(url)


def bring_to_rest(task: dict[str, Any], database: Database) -> None:
    desk = make_desk(task, Shifted(NOW + timedelta(minutes=1), SystemClock()), database)
    end = time.monotonic() + 30
    while desk.ledger.unsettled(NOW + timedelta(days=1)):
        assert time.monotonic() < end, "something never came to rest"
        time.sleep(0.5)
        settle_all(desk)


def test_nothing_of_ours_is_ever_booked_twice(stage):
    with stage(faults="on") as (task, call, database):
        seen = storm(task, call, foreign=True)
        time.sleep(1.5)  # what is late arrives
        bring_to_rest(task, database)

        bookings = all_bookings(call)
        ours = [one for one in bookings if one["ours"]]
        with database.reading() as session:
            rows = session.query(Booking).all()
        confirmed = {
            claim.platform_booking: row
            for row in rows
            if row.state == State.CONFIRMED
            for claim in row.current_claims
        }
        assert seen + overlaps(ours) == []
        assert [one["id"] for one in ours if one["id"] not in confirmed] == []
        told = Path(task["log"]).read_text().splitlines()
        booked = {line.split()[1] for line in told if line.startswith("booked")}
        assert booked <= {row.id for row in rows if row.state in (State.CONFIRMED, State.CANCELED)}
        assert len(told) >= ATTEMPTS
        assert len(booked) > 5


def test_without_the_ledger_the_same_storm_double_books(stage):
    """The negative control: look, then send, as one would."""
    with stage(faults="off") as (task, call, _database):
        assert storm(task | {"naive": True}, call, foreign=False) != []
