"""Workers die, answers get lost, others book besides: nothing of ours is ever booked twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from tests.booking.chaos_invariants import Seen, World, overlaps, violations
from tests.booking.chaos_worker import TIMEOUT_SECONDS, clock_of, make_desk
from tests.booking.chaos_worker import attempts as begun
from tests.booking.conftest import NOW
from tests.conftest import PATIENCE_SECONDS
from tests.simulator.simulator import Simulator, simulated
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, HistoryEntry, Mail
from widget_server.booking.ledger.states import State
from widget_server.booking.reconcile import settle_all
from widget_server.clock import SystemClock
from widget_server.database import Database, sqlite_url

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BOOK = "POST */bookings"
MOST_ROUNDS = 20


@contextmanager
def running(script: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        # With all that it has forked; of those that end by themselves nobody is left.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def staff_calls(port: int, credentials: tuple[str, str]) -> Any:
    session = requests.Session()
    session.headers["X-Staff"] = "yes"
    base = f"http://127.0.0.1:{port}/api/v2"
    form = {"client_id": credentials[0], "client_secret": credentials[1]}
    token = session.post(f"{base}/token", data=form, timeout=PATIENCE_SECONDS).json()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"

    def call(method: str, path: str, body: Any = None) -> Any:
        return session.request(method, base + path, json=body, timeout=PATIENCE_SECONDS).json()

    return call


def all_bookings(call: Any) -> list[Seen]:
    """Return all live bookings that stand on the platform."""
    found: list[Seen] = []
    page = 1
    while True:
        answer = call("GET", f"/appointments?limit=100&page={page}&status=approved,pending")
        found += [
            Seen(
                id=booking["id"],
                customer=booking["customer"]["id"],
                ours="visitor" in booking["customer"]["email"],
                service=one["service"]["id"],
                employee=one["employees"][0]["id"],
                start=datetime.fromisoformat(one["start_date_time"]).astimezone(UTC),
                end=datetime.fromisoformat(one["end_date_time"]).astimezone(UTC),
                persons=1 + booking["additional_persons"],
            )
            for one in answer["data"]
            for booking in one["bookings"]
            if booking["status"] in ("approved", "pending")
        ]
        if page >= answer["pagination"]["pages"]:
            return found
        page += 1


@dataclass
class Storm:
    """Workers book and die for a while, and staff book and cancel besides."""

    task: dict[str, Any]
    call: Any
    foreign: bool
    seen: list[Any] = field(default_factory=list)
    canceled: set[int] = field(default_factory=set)

    def rage(self, *, until_seen: bool = False) -> None:
        """Go on until enough has been tried; or until two of ours were seen to overlap."""
        dice = random.Random(5)
        jo = {"first_name": "Jo", "last_name": "Roth", "email": "jo@example.org"}
        customer = self.call("POST", "/customers", jo)["id"]
        with running("chaos_worker.py", json.dumps(self.task)) as herd:
            staffs = 0
            while herd.poll() is None:
                time.sleep(0.1)
                # What they leave behind makes every look slower: fewer of them than of ours.
                theirs = self.foreign and staffs < begun(self.task) / 4
                if theirs and dice.random() < 0.3:
                    self.book_as_staff(dice, customer)
                    staffs += 1
                self.look_and_cancel(dice)
                if until_seen and self.seen:
                    return
            assert herd.returncode == 0

    def book_as_staff(self, dice: random.Random, customer: int) -> None:
        minutes = 30 * dice.randrange(8)
        at = f"{9 + minutes // 60:02}:{minutes % 60:02}"
        visit = {"service": 1, "employee": 1, "customer": customer, "location": 1}
        self.call("POST", "/bookings", {**visit, "date": "2026-12-01", "time": at})

    def look_and_cancel(self, dice: random.Random) -> None:
        """Time must become free again, or soon nothing is left to fight for."""
        live = all_bookings(self.call)
        self.seen += overlaps([one for one in live if one.ours])
        for one in dice.sample(live, min(3, len(live))):
            self.canceled.add(one.id)
            self.call("DELETE", f"/bookings/{one.id}")


@pytest.fixture
def stage(database: Database, ledger_url: str, furnished, tmp_path: Path) -> Any:
    """A platform without a conscience, and an empty ledger on either kind of database."""
    platform = tmp_path / "platform.sqlite"
    platform.write_bytes((furnished.folder / "backend.sqlite").read_bytes())

    @contextmanager
    def play(*, faults: bool) -> Iterator[Any]:
        with simulated(
            sqlite_url(platform), furnished.credentials, NOW, conscience=False
        ) as simulator:
            if faults:
                simulator.on(BOOK, "lose call", chance=0.05)
                # Carried out when nobody waits any more.
                simulator.on(BOOK, "delay", chance=0.05, seconds=2 * TIMEOUT_SECONDS)
                simulator.on(BOOK, "lose answer", chance=0.05)
            task = {
                "port": simulator.port,
                "credentials": furnished.credentials,
                "ledger": ledger_url,
                "now": NOW.isoformat(),
                "began": SystemClock().now().isoformat(),
                "log": str(tmp_path / "log"),
                "naive": False,
                "least": {},
            }
            call = staff_calls(simulator.port, furnished.credentials)
            yield task, call, database, simulator

    return play


def bring_to_rest(desk: Desk) -> int:
    """Settle as a reconciler does; return how many rounds it took until all was at rest."""
    rounds = 0
    while desk.ledger.unsettled():
        assert rounds < MOST_ROUNDS, "something never came to rest"
        settle_all(desk)
        rounds += 1
    return rounds


def world_after(storm: Storm, database: Database, simulator: Simulator) -> World:
    """Let everything come to rest, and look at it all."""
    task = storm.task
    clock = clock_of(task, later=timedelta(minutes=10))
    desk = make_desk(task, clock, database, timeout_seconds=30)
    # What is on its way arrives, however late; all that is open is old enough to be given up.
    time.sleep(1)
    assert simulator.await_idle()
    rounds = bring_to_rest(desk)
    with database.reading() as session:
        rows = list(session.scalars(select(Booking)))
        events = session.scalars(
            select(HistoryEntry.booking_id).where(HistoryEntry.event == State.SENT)
        )
        sent_ids = set(events)
    posts = [call["body"]["customer"] for call in simulator.calls("POST", "/bookings")]
    return World(
        seen_on_the_way=storm.seen,
        standing=all_bookings(storm.call),
        canceled_by_staff=storm.canceled,
        rows=rows,
        sent=Counter(row.customer or 0 for row in rows if row.id in sent_ids),
        posts=Counter(posts),
        told=[line.split() for line in Path(task["log"]).read_text().splitlines()],
        desk=desk,
        rounds_to_rest=rounds,
    )


SHORT = 150
LONG = 2000
ATTEMPTS = [SHORT, pytest.param(LONG, marks=pytest.mark.long)]


@pytest.mark.parametrize("attempts", ATTEMPTS)
def test_after_a_storm_everything_is_at_rest_and_right(stage, attempts):
    # A storm in which nothing was booked, refused or lost would show nothing.
    least = {"booked": attempts // 40 + 1, "taken": attempts // 20 + 1, "unknown": 1}
    with stage(faults=True) as (task, call, database, simulator):
        storm = Storm(task | {"attempts": attempts, "least": least}, call, foreign=True)
        storm.rage()
        world = world_after(storm, database, simulator)
        told_visitors = mails_to_visitors(database)

        kinds = Counter(words[2] for words in world.told if words[1] == "same")
        report(attempts, kinds, world)
        # Whoever died when: each that came about has its visitor's mail, once, and no other has.
        ends = (State.CONFIRMED, State.CANCELED)
        assert told_visitors == sorted(row.id for row in world.rows if row.state in ends)
        assert violations(world) == {}
        assert [kind for kind, number in least.items() if kinds[kind] < number] == []


def mails_to_visitors(database: Database) -> list[str]:
    """Return of which bookings visitors are to hear that they came about."""
    with database.reading() as session:
        mails = session.scalars(select(Mail.ordering_key).where(Mail.topic == "confirmed"))
        return sorted(key.split("/")[0] for key in mails if "/visitor/" in key)


def report(attempts: int, kinds: Counter[str], world: World) -> None:
    """Say what the storm was like; shown with -s."""
    states = Counter(str(row.state) for row in world.rows)
    sys.stdout.write(
        f"\n{attempts} attempts: {dict(kinds)}; records: {dict(states)};"
        f" at rest after {world.rounds_to_rest} rounds\n"
    )


def test_without_the_ledger_the_same_storm_double_books(stage):
    """The negative control: look, then send, as one would."""
    with stage(faults=False) as (task, call, _database, _simulator):
        storm = Storm(task | {"naive": True, "attempts": LONG}, call, foreign=False)
        storm.rage(until_seen=True)

        assert storm.seen != []
