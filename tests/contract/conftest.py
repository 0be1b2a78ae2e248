"""Where the facts are looked for: the embedded backend, whole and in costume, and an account.

All over real HTTP. The account is named by CONTRACT_URL (its origin), CONTRACT_CLIENT_ID and
CONTRACT_CLIENT_SECRET. It is only read, unless CONTRACT_WRITES=1 (customers and coupons, deleted
again) or CONTRACT_WRITES=bookings (also bookings, which remain as canceled).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.contract.facts import BOOKS, FULL, GUESSED, LIVE, READS, STRICT, Fact
from tests.contract.target import Target, account
from widget_server.backend import migrate
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.backend.strict import strict
from widget_server.clock import FixedClock
from widget_server.database import open_database, sqlite_url

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NO_WRITES = "The account is only read; CONTRACT_WRITES=1, or =bookings, allows more."
EVERY_DAY = [
    {"weekday": day, "periods": [{"start": "08:00", "end": "18:00"}]} for day in range(1, 8)
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test against each target; test_account.py says so when there is no account."""
    if "target" in metafunc.fixturenames:
        targets = (FULL, STRICT, LIVE) if account() else (FULL, STRICT)
        metafunc.parametrize("target", targets, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what need not hold; on an account, what we only guess is learned, not demanded."""
    left_out = []
    for item in items:
        name, fact = _target_of(item), _fact_of(item)
        if not name or not fact:
            continue
        if name not in fact.holds:
            left_out.append(item)
        elif name == LIVE and fact.certainty in GUESSED:
            item.add_marker(pytest.mark.xfail(strict=False, reason=f"unknown: {fact.says}"))
        if name == LIVE and not _allowed(fact):
            item.add_marker(pytest.mark.skip(NO_WRITES))
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """The API that is looked at."""
    there = account()
    if request.param == LIVE and there:
        yield there
        return
    database = open_database(sqlite_url(tmp_path_factory.mktemp("contract") / "backend.sqlite"))
    migrate(database)
    clock = FixedClock(NOW)
    credentials = create_client(database, "contract", ["*"], clock=clock)
    config = BackendConfig(calls_per_minute=None)
    whole = create_backend_app(config, database, clock).wsgi_app
    with _served(whole) as origin:
        full = Target(FULL, origin, credentials, clock)
        _furnish(full)
        if request.param == FULL:
            yield full
        else:
            with _served(strict(whole, config)) as dressed:
                yield Target(STRICT, dressed, credentials, clock)
    database.close()


@contextmanager
def _served(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _furnish(full: Target) -> None:
    """Fill a business: two of each, three customers, visits in several states."""

    def make(path: str, **fields: Any) -> int:
        answer = full.call("POST", path, json=fields)
        assert answer.status_code == 201, answer.text
        made: int = answer.json()["id"]
        return made

    full.call("PUT", "/settings", json={"name": "Studio", "timezone": "Europe/Berlin"})
    for street in ("Main street", "Side street"):
        make("/locations", name=street)
    make("/services", name="Haircut", duration=30, price=45, buffer_time_after=10)
    make("/services", name="Yoga", duration=60, price=12.5, max_capacity=4)
    for first, last in (("Ada", "Berg"), ("Ben", "Ode")):
        make(
            "/employees", first_name=first, last_name=last, email=f"{first}@example.org",
            phone="+49 30 1234", working_hours=EVERY_DAY, services=[{"id": 1}, {"id": 2}],
        )  # fmt: skip
    for first in ("Mia", "Jo", "Lu"):
        make("/customers", first_name=first, last_name="Roth", email=f"{first}@example.org")
    make("/coupons", code="SPRING", discount_value=10)
    for day, customer, location in (("01", 1, 1), ("02", 2, None), ("03", 3, None)):
        make(
            "/bookings", service=1, employee=1, customer=customer, location=location,
            date=f"2026-12-{day}", time="09:00",
        )  # fmt: skip
    full.call("DELETE", "/appointments/3")


def _fact_of(item: pytest.Item) -> Fact | None:
    mark = item.get_closest_marker("fact")
    found: Fact | None = mark.args[0] if mark else None
    return found


def _target_of(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    name: str | None = call.params.get("target") if call else None
    return name


def _allowed(fact: Fact) -> bool:
    writes = os.environ.get("CONTRACT_WRITES", "")
    return fact.effect == READS or writes == "bookings" or (fact.effect != BOOKS and writes == "1")
