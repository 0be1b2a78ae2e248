"""A front desk before a booking system that can be told to fail."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.backend_apps import put_before
from tests.databases import Databases, kept
from widget_server import backend
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.errors import OutcomeUnknown, Unreachable
from widget_server.bookablesites.transport import EMBEDDED_ORIGIN, Reply, Transport
from widget_server.booking import ledger as ledger_tables
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import DECIDE, HOLD, ManageLinks
from widget_server.booking.requests import BookingRequest, Customer, Item
from widget_server.caching.cache import Cache, Window
from widget_server.caching.failures import Failures
from widget_server.catalogue.catalogue import Catalogue, Freshness
from widget_server.clock import FixedClock
from widget_server.database import Database, open_database, sqlite_url
from widget_server.site import DEFAULT_SITE

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NINE = datetime(2026, 12, 1, 8, tzinfo=UTC)  # 09:00 in Berlin
HAIRCUT, YOGA, COLOUR = 1, 2, 3
ADA, BEN = 1, 2
Proceed = Callable[[], Reply]


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Script:
    """What happens instead of, before or after a call; each entry once, in any order."""

    entries: list[tuple[str, str, Callable[[Proceed], Reply]]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    late: list[Proceed] = field(default_factory=list)
    crash_at: int | None = None
    crash_after_call: bool = False
    # Nobody answers from this call on; what changes something is carried out or not.
    down_from: int | None = None
    down_carries_out: bool = False

    def on(self, method: str, path: str, act: Callable[[Proceed], Reply]) -> None:
        self.entries.append((method, path, act))

    def before(self, method: str, path: str, do: Callable[[], object]) -> None:
        def act(proceed: Proceed) -> Reply:
            do()
            return proceed()

        self.on(method, path, act)

    def lose_answer(self, method: str, path: str) -> None:
        """The call is carried out and nobody hears of it."""

        def act(proceed: Proceed) -> Reply:
            proceed()
            raise OutcomeUnknown("The answer got lost.")

        self.on(method, path, act)

    def lose_call(self, method: str, path: str) -> None:
        """The call is never carried out and nobody hears of it."""

        def act(_proceed: Proceed) -> Reply:
            raise OutcomeUnknown("The call got lost.")

        self.on(method, path, act)

    def delay(self, method: str, path: str) -> None:
        """The call is carried out when `arrive` is called, long after everybody gave up."""

        def act(proceed: Proceed) -> Reply:
            self.late.append(proceed)
            raise OutcomeUnknown("It takes too long.")

        self.on(method, path, act)

    def arrive(self) -> None:
        for proceed in self.late:
            proceed()
        self.late.clear()

    def run(self, method: str, path: str, proceed: Proceed) -> Reply:
        number = len(self.calls)
        self.calls.append((method, path))
        if self.crash_at == number and not self.crash_after_call:
            raise Crash
        if self.down_from is not None and number >= self.down_from:
            if method == "GET":
                raise Unreachable("Nobody is there.")
            if self.down_carries_out:
                proceed()
            raise OutcomeUnknown("The answer got lost.")
        found = next((e for e in self.entries if e[0] == method and path.endswith(e[1])), None)
        if found:
            self.entries.remove(found)
        reply = found[2](proceed) if found else proceed()
        if self.crash_at == number:
            raise Crash
        return reply


class Memory:
    """A store in this process; keeps bytes as long as the tests run."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.numbers: dict[str, int] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def set(self, key: str, value: bytes, _lifetime: float, _began: float) -> None:
        self.values[key] = value

    def generations(self, tags: Sequence[str]) -> tuple[int, ...]:
        return tuple(self.numbers.get(tag, 0) for tag in tags)

    def lock(self, _name: str, _seconds: float) -> str:
        return "nobody else is there"

    def unlock(self, _name: str, _token: str) -> None:
        pass

    def bump(self, tags: Iterable[str]) -> None:
        for tag in tags:
            self.numbers[tag] = self.numbers.get(tag, 0) + 1


class Scripted(Transport):
    """Goes into the booking system in this process, past a script."""

    def __init__(self, app: Any, script: Script) -> None:
        super().__init__(EMBEDDED_ORIGIN, timeout_seconds=30, app=app)
        self._script = script

    def send(self, method: str, path: str, **what: Any) -> Reply:
        def proceed() -> Reply:
            return super(Scripted, self).send(method, path, **what)

        if path.endswith("/token"):
            return proceed()
        return self._script.run(method, path, proceed)


def freshness(offer: timedelta, busy: timedelta) -> Freshness:
    """Return windows in which nothing old answers."""
    return Freshness(Window(offer, offer), Window(busy, busy))


@dataclass
class House:
    """A business: its booking system, its front desk, and the clock of both."""

    app: Flask
    clock: FixedClock
    credentials: tuple[str, str]
    folder: Path
    contract: Contract
    script: Script = field(default_factory=Script)
    # What the operator has set.
    overrules: dict[str, Any] = field(default_factory=dict)

    def desk(self) -> Desk:
        """Return a front desk as a process has it that has just been started."""
        transport = Scripted(self.app.wsgi_app, self.script)
        tokens = AccessTokens(
            transport, "/api/v2/token", Credentials(*self.credentials), self.clock
        )
        client = BookablesitesClient(transport, tokens, self.contract)
        # What is loaded behind is loaded at once: the script counts calls.
        # Nor does any time pass in which a failure could be forgotten.
        cache = Cache(
            Memory(), self.clock, DEFAULT_SITE,
            spawn=lambda load: load(), failures=Failures(seconds=0),
        )  # fmt: skip
        fresh = freshness(offer=timedelta(minutes=5), busy=timedelta(seconds=10))
        overrules = {"name": "Studio", "timezone": "Europe/Berlin", **self.overrules}
        database = open_database(sqlite_url(self.folder / "ledger.sqlite"))
        return Desk(
            catalogue=Catalogue(client, cache, self.clock, fresh, overrules),
            ledger=Ledger(database, DEFAULT_SITE),
            links=ManageLinks(["k" * 32], DEFAULT_SITE),
            hold_links=ManageLinks(["k" * 32], DEFAULT_SITE, HOLD),
            decide_links=ManageLinks(["k" * 32], DEFAULT_SITE, DECIDE),
            clock=self.clock,
            patience=timedelta(),
        )

    def staff(self, method: str, path: str, body: Any = None) -> Any:
        """Work on the booking system directly, as staff do."""
        client = self.app.test_client()
        form = {"client_id": self.credentials[0], "client_secret": self.credentials[1]}
        token = client.post("/api/v2/token", data=form).get_json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.open(f"/api/v2{path}", method=method, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    def standing(self) -> list[Any]:
        """Return the bookings that stand in the booking system, with their appointment's times."""
        appointments = self.staff("GET", "/appointments?limit=100")["data"]
        return [
            {"start": datetime.fromisoformat(one["start_date_time"]), "appointment": one["id"],
             "employee": one["employees"][0]["id"], **booking}
            for one in appointments
            for booking in one["bookings"]
            if booking["status"] in ("approved", "pending")
        ]  # fmt: skip


def empty_ledger(databases: Databases) -> str:
    """Return the URL of an empty ledger, to be copied."""
    url = databases.new()
    database = open_database(url, schema="ledger")
    ledger_tables.migrate(database)
    database.close()
    return url


@pytest.fixture
def ledger_url(databases: Databases) -> Iterator[str]:
    """Where an empty ledger is."""
    url = databases.copy(kept(databases, empty_ledger, lambda: empty_ledger(databases)))
    yield url
    databases.drop(url)


@pytest.fixture
def database(ledger_url: str) -> Iterator[Database]:
    database = open_database(ledger_url, schema="ledger")
    yield database
    database.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, DEFAULT_SITE)


@dataclass(frozen=True)
class Furnished:
    """The files of a small studio, to be copied, the way into it, and its booking system."""

    folder: Path
    credentials: tuple[str, str]
    app: Flask

    @contextmanager
    def house(self, folder: Path, *, extended: bool) -> Iterator[House]:
        """Open a copy in another folder; one at a time."""
        for file in self.folder.iterdir():
            shutil.copyfile(file, folder / file.name)
        database, clock = open_database(sqlite_url(folder / "backend.sqlite")), FixedClock(NOW)
        put_before(self.app, database, clock)
        contract = Contract(page_size=50, extended=extended)
        yield House(self.app, clock, self.credentials, folder, contract)
        database.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    folder = tmp_path_factory.mktemp("studio")
    database = open_database(sqlite_url(folder / "backend.sqlite"))
    backend.migrate(database)
    clock = FixedClock(NOW)
    credentials = create_client(database, "tests", ["*"], clock=clock)
    app = create_backend_app(BackendConfig(), database, clock)
    _furnish(House(app, clock, credentials, folder, Contract()))
    desk_database = open_database(sqlite_url(folder / "ledger.sqlite"))
    ledger_tables.migrate(desk_database)
    for one in (database, desk_database):
        one.close()
    return Furnished(folder, credentials, app)


@pytest.fixture(params=["extended", "plain"])
def house(request: pytest.FixtureRequest, tmp_path: Path, furnished: Furnished) -> Iterator[House]:
    """A small studio; `plain` is an account that can do no more than the platform is known to."""
    with furnished.house(tmp_path, extended=request.param == "extended") as house:
        yield house


def _furnish(house: House) -> None:
    house.staff("PUT", "/settings", {"name": "Studio", "timezone": "Europe/Berlin"})
    house.staff("POST", "/locations", {"name": "Main street", "timezone": "Europe/Berlin"})
    for service in (
        {"name": "Haircut", "duration": 30, "price": 45},
        {"name": "Yoga", "duration": 60, "price": 12, "max_capacity": 3},
        {"name": "Colour", "duration": 60, "price": 80, "buffer_time_after": 15},
    ):
        house.staff("POST", "/services", service)
    hours = [
        {"weekday": day, "periods": [{"start": "09:00", "end": "17:00"}]} for day in range(1, 6)
    ]
    for first, last in (("Ada", "Berg"), ("Ben", "Ode")):
        house.staff(
            "POST",
            "/employees",
            {"first_name": first, "last_name": last, "location": 1, "working_hours": hours,
             "services": [{"id": 1}, {"id": 2}, {"id": 3}]},
        )  # fmt: skip


def request_for(
    *services: int, employee: int | None = ADA, start: datetime = NINE, persons: int = 1,
    who: str = "mia",
) -> BookingRequest:  # fmt: skip
    """Ask for services back to back; 30 minutes for a haircut, an hour for the others."""
    items, begins = [], start
    for service in services or (HAIRCUT,):
        items.append(Item(service, employee, 1, begins, persons, ()))
        begins += timedelta(minutes=30 if service == HAIRCUT else 60)
    customer = Customer(who.title(), "Keller", f"{who}@example.org", "")
    return BookingRequest(tuple(items), customer, {}, "", None, None, "en")
