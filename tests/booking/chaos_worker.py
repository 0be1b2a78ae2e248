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
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.booking.conftest import (
    ADA,
    BEN,
    COLOUR,
    HAIRCUT,
    NINE,
    YOGA,
    Memory,
    freshness,
    request_for,
)
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract, NewBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.bookablesites.transport import Transport
from widget_server.booking.book import wanted_by
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotOpen, StillProcessing
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking
from widget_server.booking.manage_links import DECIDE, HOLD, ManageLinks
from widget_server.booking.messages.telling import Teller
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.requests import BookingRequest
from widget_server.booking.visits import open_visits
from widget_server.caching.cache import Cache
from widget_server.caching.failures import FAILED_SECONDS
from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.find_slots import find_slots
from widget_server.clock import Clock, SystemClock
from widget_server.database import Database, open_database
from widget_server.errors import DomainError
from widget_server.site import DEFAULT_SITE

TIMEOUT_SECONDS = 1.5
GRACE_SECONDS = 12
SLOTS = 8
WORKERS = 8
KILL_EVERY_SECONDS = 0.2
# On a slow machine time alone would kill most of them before they are answered.
ATTEMPTS_A_KILL = 3
MOST_TIMES = 20


class Shifted:
    """The real pace of time, on another date: it was `then` when the storm began, for everybody."""

    def __init__(self, then: datetime, began: datetime, clock: Clock) -> None:
        self._shift = then - began
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() + self._shift


def clock_of(task: dict[str, Any], later: timedelta = timedelta()) -> Clock:
    """Return the clock of a storm, or one that is ahead of it."""
    now, began = (datetime.fromisoformat(task[name]) for name in ("now", "began"))
    return Shifted(now + later, began, SystemClock())


def make_desk(
    task: dict[str, Any], clock: Clock, database: Database, timeout_seconds: float = TIMEOUT_SECONDS
) -> Desk:
    transport = Transport(f"http://127.0.0.1:{task['port']}", timeout_seconds=timeout_seconds)
    tokens = AccessTokens(transport, "/api/v2/token", Credentials(*task["credentials"]), clock)
    client = BookablesitesClient(transport, tokens, Contract(page_size=50, extended=True))
    fresh = freshness(offer=timedelta(minutes=5), busy=timedelta(milliseconds=200))
    cache = Cache(Memory(), clock, DEFAULT_SITE)
    overrules = {"name": "Studio", "timezone": "Europe/Berlin"}
    keys = ["k" * 32]
    return Desk(
        catalogue=Catalogue(client, cache, clock, fresh, overrules),
        ledger=Ledger(database, DEFAULT_SITE, Teller(owner=False, remind_before=None)),
        links=ManageLinks(keys, DEFAULT_SITE),
        hold_links=ManageLinks(keys, DEFAULT_SITE, HOLD),
        decide_links=ManageLinks(keys, DEFAULT_SITE, DECIDE),
        clock=clock,
        grace=timedelta(seconds=task.get("grace", GRACE_SECONDS)),
        patience=timedelta(milliseconds=100),
        period=timedelta(seconds=1),
    )


def request_of(key: str, note: str = "") -> BookingRequest:
    """Return the request of a key: whoever sends it again, after a death too, asks for the same."""
    dice = random.Random(key)
    service = dice.choices((HAIRCUT, COLOUR, YOGA), (6, 2, 2))[0]
    start = NINE + timedelta(minutes=30) * dice.randrange(SLOTS)
    if service == YOGA:
        start = NINE + timedelta(hours=5 + dice.randrange(2))
    persons = dice.choice((1, 2)) if service == YOGA else 1
    wanted = request_for(
        service, employee=dice.choice((ADA, BEN, None)), start=start, persons=persons,
        who=f"visitor{key}",
    )  # fmt: skip
    return replace(wanted, note=note)


def attempt(desk: Desk, key: str, *, naive: bool, note: str = "") -> str:
    """Book, and return in a few words what was answered."""
    wanted = request_of(key, note)
    services = [item.service for item in wanted.items]
    try:
        version, known = desk.catalogue.watch(services, wanted.start, wanted.start)
        if naive:
            return look_and_send(desk, wanted)
        booking = book(desk, wanted, key)
        # An answer that another process gave before is known here only after a moment.
        is_new = version() != known
        offered = is_new and still_offered(desk, wanted, booking)
        return f"booked {booking.id}" + (" and-offered-still" if offered else "")
    except NotOpen:
        return "taken"
    except StillProcessing as processing:
        return f"unknown {processing.booking_id}"
    except (DomainError, PlatformError) as error:
        return f"error {error.code}"


def still_offered(desk: Desk, wanted: BookingRequest, booking: Booking) -> bool:
    """Tell whether the process that has just booked a time offers it to others."""
    [claim] = booking.current_claims
    if claim.capacity > 1:
        return False
    search = replace(wanted.search(), team=(claim.employee,))
    found = find_slots(desk.catalogue, search, desk.now(), desk.held_around(claim.start))
    zone = desk.catalogue.offer().value.zone
    rows = desk.catalogue.busy_times_now(claim.employee, claim.start, claim.end, zone)
    ids = {row.id for row in rows if takes_a_place(row.status)}
    stands = claim.platform_appointment in ids
    return stands and any(slot.start == claim.start for slot in found.slots)


def look_and_send(desk: Desk, wanted: Any) -> str:
    offer = desk.catalogue.offer().value
    visit = next(iter(open_visits(desk, offer, wanted_by(desk, wanted))))
    customer = desk.client.create_customer(
        {"first_name": "V", "last_name": "K", "email": wanted.customer.email, "phone": ""}
    )
    [made] = desk.client.create_bookings(
        [
            NewBooking(
                service=wanted.items[0].service, employee=visit.team[0], customer=customer,
                location=1, start=wanted.start, zone=offer.zone, persons=wanted.items[0].persons,
                extras=(), custom_fields={}, note="",
            )
        ]
    )  # fmt: skip
    return f"booked {made.booking}"


def work(task: dict[str, Any], seed: int) -> None:
    """Book without end; in a process of its own."""
    desk = make_desk(task, clock_of(task), open_database(task["ledger"], schema="ledger"))
    dice = random.Random(seed)
    path = Path(task["log"])
    with path.open("a", buffering=1) as log:
        for number in range(10**9):
            key, note = choose(path, dice, naive=task["naive"])
            log.write(f"{key} tries\n")
            try:
                told = attempt(desk, key, naive=task["naive"], note=note)
            except Exception as error:  # noqa: BLE001 - the test reads what went wrong
                told = f"BROKEN {error!r}"
            log.write(f"{key} {note or 'same'} {told}\n")
            if told.startswith("error"):
                # What failed is remembered for so long: trying at once would be told the same.
                time.sleep(FAILED_SECONDS)
            if number % 10 == 9 and not task["naive"]:
                settle_all(desk)


def choose(log: Path, dice: random.Random, *, naive: bool) -> tuple[str, str]:
    """Return a new key, or one that somebody used a moment ago, perhaps with another body."""
    fate = 1.0 if naive else dice.random()
    used = log.read_text().split("\n")[-60:-1] if fate < 0.25 else []
    if not used:
        return uuid.uuid4().hex[:12], ""
    return dice.choice(used).split()[0], "other" if fate < 0.03 else ""


def attempts(task: dict[str, Any]) -> int:
    """Return how often somebody has begun to book."""
    log = Path(task["log"])
    return log.read_text().count(" tries\n") if log.exists() else 0


def has_shown_enough(task: dict[str, Any]) -> bool:
    """Tell whether answers of each kind were given as often as asked; not asked for ever."""
    told = Path(task["log"]).read_text()
    enough = all(told.count(f" same {kind}") >= least for kind, least in task["least"].items())
    return enough or attempts(task) > MOST_TIMES * task["attempts"]


def main(task: dict[str, Any]) -> None:
    """Keep workers at work until enough has been tried and seen, and kill one after the other."""
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

    herd, killed = [fork() for _ in range(WORKERS)], 0
    while attempts(task) < task["attempts"] or not has_shown_enough(task):
        time.sleep(KILL_EVERY_SECONDS)
        if attempts(task) < ATTEMPTS_A_KILL * killed:
            continue
        killed += 1
        victim = herd.pop(dice.randrange(len(herd)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        herd.append(fork())
    for victim in herd:
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
