"""Workers that book without pause until they are killed; what they were told goes to a file.

With `naive` it books as one would without a ledger: look, then send. The negative control.
"""

import json
import os
import random
import signal
import sys
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.booking.conftest import Memory, request_for
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract, NewBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.transport import Transport
from widget_server.booking.book import wanted_by
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotOpen, StillProcessing
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import HOLD, ManageLinks
from widget_server.booking.once import book
from widget_server.booking.settle import settle_all
from widget_server.booking.visits import open_visits
from widget_server.caching.cache import Cache
from widget_server.catalogue.catalogue import Catalogue, Freshness
from widget_server.clock import Clock, SystemClock
from widget_server.database import Database, open_database
from widget_server.errors import DomainError
from widget_server.site import DEFAULT_SITE

TIMEOUT_SECONDS = 0.5
GRACE = timedelta(seconds=3)
SLOTS = 8
WORKERS = 8
KILL_EVERY_SECONDS = 0.2


class Shifted:
    """The real pace of time, on another date."""

    def __init__(self, now: datetime, clock: Clock) -> None:
        self._shift = now - clock.now()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() + self._shift


def make_desk(task: dict[str, Any], clock: Clock, database: Database) -> Desk:
    transport = Transport(f"http://127.0.0.1:{task['port']}", timeout_seconds=TIMEOUT_SECONDS)
    tokens = AccessTokens(transport, "/api/v2/token", Credentials(*task["credentials"]), clock)
    client = BookablesitesClient(transport, tokens, Contract(page_size=50, extended=True))
    fresh = Freshness(offer=timedelta(minutes=5), busy=timedelta(milliseconds=200))
    cache = Cache(Memory(), clock, DEFAULT_SITE)
    overrules = {"name": "Studio", "timezone": "Europe/Berlin"}
    keys = ["k" * 32]
    return Desk(
        catalogue=Catalogue(client, cache, clock, fresh, overrules),
        ledger=Ledger(database, DEFAULT_SITE),
        links=ManageLinks(keys, DEFAULT_SITE),
        hold_links=ManageLinks(keys, DEFAULT_SITE, HOLD),
        clock=clock,
        grace=GRACE,
        patience=timedelta(milliseconds=100),
        period=timedelta(seconds=1),
    )


def attempt(desk: Desk, dice: random.Random, *, naive: bool) -> str:
    start = datetime.fromisoformat("2026-12-01T08:00:00+00:00")
    start += timedelta(minutes=30) * dice.randrange(SLOTS)
    who = f"visitor{dice.randrange(10**9)}"
    wanted = request_for(employee=dice.choice([1, 2, None]), start=start, who=who)
    try:
        if naive:
            return look_and_send(desk, wanted)
        return "booked " + book(desk, wanted, uuid.uuid4().hex).id
    except NotOpen:
        return "taken"
    except StillProcessing as processing:
        return f"unknown {processing.booking_id}"
    except (DomainError, PlatformError) as error:
        return f"error {error.code}"


def look_and_send(desk: Desk, wanted: Any) -> str:
    offer = desk.catalogue.offer().value
    visit = next(iter(open_visits(desk, offer, wanted_by(desk, wanted))))
    customer = desk.client.create_customer(
        {"first_name": "V", "last_name": "K", "email": wanted.customer.email, "phone": ""}
    )
    [made] = desk.client.create_bookings(
        [
            NewBooking(
                service=1, employee=visit.team[0], customer=customer, location=1,
                start=wanted.start, zone=offer.zone, persons=1, extras=(), custom_fields={},
                note="",
            )
        ]
    )  # fmt: skip
    return f"booked {made.booking}"


def work(task: dict[str, Any], seed: int) -> None:
    """Book without end; in a process of its own."""
    clock = Shifted(datetime.fromisoformat(task["now"]), SystemClock())
    desk = make_desk(task, clock, open_database(task["ledger"], schema="ledger"))
    dice = random.Random(seed)
    with Path(task["log"]).open("a", buffering=1) as log:
        for number in range(10**9):
            log.write(attempt(desk, dice, naive=task["naive"]) + "\n")
            if number % 10 == 9 and not task["naive"]:
                settle_all(desk)


def attempts(task: dict[str, Any]) -> int:
    """Return how many attempts have been told of."""
    log = Path(task["log"])
    return len(log.read_text().splitlines()) if log.exists() else 0


def main(task: dict[str, Any]) -> None:
    """Keep workers at work until enough has been tried, and kill one after the other."""
    dice = random.Random(3)
    seeds = iter(range(10**9))

    def fork() -> int:
        seed = next(seeds)
        child = os.fork()
        if child == 0:
            try:
                work(task, seed)
            finally:
                os._exit(1)
        return child

    herd = [fork() for _ in range(WORKERS)]
    while attempts(task) < task["attempts"]:
        time.sleep(KILL_EVERY_SECONDS)
        victim = herd.pop(dice.randrange(len(herd)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        herd.append(fork())
    for victim in herd:
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
