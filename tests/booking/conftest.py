"""A front desk before a booking system that can be told to fail."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from widget_server import backend
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.errors import OutcomeUnknown
from widget_server.bookablesites.transport import EMBEDDED_ORIGIN, Reply, Transport
from widget_server.booking import ledger
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import HOLD, ManageLinks
from widget_server.booking.requests import BookingRequest, Customer, Item
from widget_server.caching.cache import Cache
from widget_server.catalogue.catalogue import Catalogue, Freshness
from widget_server.clock import FixedClock
from widget_server.database import open_database, sqlite_url
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

    def set(self, key: str, value: bytes, _lifetime: float) -> None:
        self.values[key] = value

    def generations(self, tags: Sequence[str]) -> list[int]:
        return [self.numbers.get(tag, 0) for tag in tags]

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


@dataclass
class House:
    """A business: its booking system, its front desk, and the clock of both."""

    app: Flask
    clock: FixedClock
    credentials: tuple[str, str]
    folder: Path
    contract: Contract
    script: Script = field(default_factory=Script)

    def desk(self) -> Desk:
        """Return a front desk as a process has it that has just been started."""
        transport = Scripted(self.app.wsgi_app, self.script)
        tokens = AccessTokens(
            transport, "/api/v2/token", Credentials(*self.credentials), self.clock
        )
        client = BookablesitesClient(transport, tokens, self.contract)
        cache = Cache(Memory(), self.clock, DEFAULT_SITE)
        fresh = Freshness(offer=timedelta(minutes=5), busy=timedelta(seconds=10))
        overrules = {"name": "Studio", "timezone": "Europe/Berlin"}
        database = open_database(sqlite_url(self.folder / "ledger.sqlite"))
        return Desk(
            catalogue=Catalogue(client, cache, self.clock, fresh, overrules),
            ledger=Ledger(database, DEFAULT_SITE),
            links=ManageLinks(["k" * 32], DEFAULT_SITE),
            hold_links=ManageLinks(["k" * 32], DEFAULT_SITE, HOLD),
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


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, str]]:
    """The files of a small studio, to be copied, and the way into it."""
    folder = tmp_path_factory.mktemp("studio")
    database = open_database(sqlite_url(folder / "backend.sqlite"))
    backend.migrate(database)
    clock = FixedClock(NOW)
    credentials = create_client(database, "tests", ["*"], clock=clock)
    app = create_backend_app(BackendConfig(), database, clock)
    _furnish(House(app, clock, credentials, folder, Contract()))
    desk_database = open_database(sqlite_url(folder / "ledger.sqlite"))
    ledger.migrate(desk_database)
    for one in (database, desk_database):
        one.close()
    return folder, credentials


@pytest.fixture(params=["extended", "plain"])
def house(
    request: pytest.FixtureRequest, tmp_path: Path, furnished: tuple[Path, tuple[str, str]]
) -> Iterator[House]:
    """A small studio; `plain` is an account that can do no more than the platform is known to."""
    original, credentials = furnished
    for file in original.iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    database = open_database(sqlite_url(tmp_path / "backend.sqlite"))
    clock = FixedClock(NOW)
    app = create_backend_app(BackendConfig(), database, clock)
    contract = Contract(page_size=50, extended=request.param == "extended")
    yield House(app, clock, credentials, tmp_path, contract)
    database.close()


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
