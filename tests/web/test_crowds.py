"""Crowds before a platform that is cold, slow or down, several workers, with Redis and without."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS, Server
from tests.ports import free_port
from tests.redis_server import redis_url
from tests.simulator.clients import environ_of
from tests.simulator.script import STAFF
from widget_server.clock import SystemClock

BUSINESS = {
    "DEMO": "on", "RATE_LIMITS": "off", "BUSINESS_NAME": "Studio", "BUSINESS_CURRENCY": "EUR",
    "BUSINESS_TIMEZONE": "Europe/Berlin", "BUSINESS_LANGUAGES": "en", "WEB_CONCURRENCY": "4",
}  # fmt: skip
VISITORS = 200
MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}
WITHIN_SECONDS = 120
# Longer than a slow machine takes to load: what it has loaded must not be old by then.
FRESH_SECONDS = 2


def slots_path() -> str:
    first = SystemClock().now() + timedelta(days=2)
    last = first + timedelta(days=28)
    return f"/v1/slots?service=1&location=1&from={first:%Y-%m-%d}&to={last:%Y-%m-%d}"


@pytest.fixture(params=["file", "redis"])
def start(request: pytest.FixtureRequest, simulator, tmp_path):
    """Start the server of a business whose account is on the simulated platform."""
    redis = {"REDIS_URL": redis_url()} if request.param == "redis" else {}
    servers = []

    def run(**environ: str) -> Server:
        port = free_port()
        ours = {"PORT": str(port), "DATA_DIR": str(tmp_path)}
        # Nobody's patience ends before the test does.
        account = environ_of(simulator, TIMEOUT_SECONDS=100, DEADLINE_SECONDS=100)
        server = Server(tmp_path, port, BUSINESS | ours | redis | account | environ)
        server.start()
        servers.append(server)
        return server

    yield run
    for server in servers:
        server.kill()


def at_once(visit: Any, count: int = VISITORS) -> list[Any]:
    """Let so many visitors come at the same moment."""
    gate = threading.Barrier(count)

    def come(_number: int) -> Any:
        gate.wait()
        return visit()

    with ThreadPoolExecutor(count) as visitors:
        return list(visitors.map(come, range(count)))


def reads(simulator) -> Counter[str]:
    """Count the reads since the last reset, page by page."""
    return Counter(f"{call['path']}?{call['query']}" for call in simulator.calls("GET"))


def until(happens: Any) -> Any:
    """Look until something is so; return it."""
    ends = time.monotonic() + WITHIN_SECONDS
    while not (found := happens()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def test_a_crowd_on_a_cold_key_makes_one_read_of_each_resource(simulator, start):
    simulator.on("GET *", "delay", seconds=0.05)
    # Nothing gets old while the last of them are answered.
    server, path = start(CACHE_FRESH_SECONDS="3600"), slots_path()

    answers = at_once(lambda: server.get(path))

    assert Counter(answer.status_code for answer in answers) == {200: VISITORS}
    assert len({answer.text for answer in answers}) == 1
    assert set(reads(simulator).values()) == {1}
    resources = {call["path"].rpartition("/")[2] for call in simulator.calls("GET")}
    assert resources == {
        "settings", "services", "employees", "locations", "custom-fields", "appointments",
    }  # fmt: skip


def test_when_it_gets_old_nobody_waits(simulator, start):
    server, path = start(CACHE_FRESH_SECONDS=str(FRESH_SECONDS)), slots_path()
    server.get(path)
    time.sleep(FRESH_SECONDS + 0.1)
    simulator.on("GET */appointments", "hold")

    answers = at_once(lambda: server.get(path))

    # All of them have answers while the platform holds its own.
    assert simulator.await_held(1)
    told = Counter((answer.status_code, answer.json()["stale"]) for answer in answers)
    assert told == {(200, True): VISITORS}
    simulator.release()
    assert until(lambda: not server.get(path).json()["stale"])


def test_while_the_platform_is_down_slots_are_told_and_bookings_refused(simulator, start):
    server, path = start(CACHE_FRESH_SECONDS=str(FRESH_SECONDS)), slots_path()
    slot = server.get(path).json()["days"][0]["slots"][0]
    simulator.on("*", "lose call")
    time.sleep(FRESH_SECONDS + 0.1)

    told = [server.get(path) for _ in range(20)]
    item = {"service": 1, "location": 1, "employee": slot["employees"][0], "start": slot["start"]}
    booked = requests.post(
        f"{server.url}/v1/bookings", json={"items": [item], "customer": MIA},
        headers={"Idempotency-Key": "a"}, timeout=PATIENCE_SECONDS,
    )  # fmt: skip

    assert Counter((one.status_code, one.json()["stale"]) for one in told) == {(200, True): 20}
    problem = booked.json()
    assert (booked.status_code, problem["code"]) == (503, "platform_unavailable")
    assert "try again" in problem["detail"].lower()
    simulator.reset()
    assert until(lambda: not server.get(path).json()["stale"])


def seen_by_all(server, path, slot) -> bool:
    """Tell whether no worker offers a time any more, from a moment after the first does not."""

    def offered() -> bool:
        found = server.get(path).json()["days"][0]["slots"]
        return any(
            one["start"] == slot["start"] and slot["employees"][0] in one["employees"]
            for one in found
        )

    until(lambda: not offered())
    time.sleep(0.5)
    return not any(at_once(offered, 40))


def test_a_change_at_one_worker_is_seen_by_all_within_a_second(start, tmp_path):
    server, path = start(CACHE_FRESH_SECONDS="3600"), slots_path()
    slot = server.get(path).json()["days"][0]["slots"][0]
    item = {"service": 1, "location": 1, "employee": slot["employees"][0], "start": slot["start"]}
    requests.post(
        f"{server.url}/v1/bookings", json={"items": [item], "customer": MIA},
        headers={"Idempotency-Key": "a"}, timeout=PATIENCE_SECONDS,
    ).raise_for_status()  # fmt: skip

    assert seen_by_all(server, path, slot)


def test_an_event_of_the_platform_is_seen_by_all_within_a_second(simulator, start):
    server = start(WEBHOOK_TOKEN="a-verification-token", CACHE_FRESH_SECONDS="3600")
    path = slots_path()
    slot = server.get(path).json()["days"][0]["slots"][0]
    at_once(lambda: server.get(path), 40)
    made = book_as_staff(simulator, slot)

    answer = requests.post(
        f"{server.url}/webhooks/bookablesites/appointment_booked",
        data={"appointmentId": made}, headers={"Authorization": "a-verification-token"},
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert answer.status_code == 204

    assert seen_by_all(server, path, slot)


def book_as_staff(simulator, slot) -> int:
    """Book on the platform itself, past this server."""
    name, secret = simulator.credentials
    form = {"client_id": name, "client_secret": secret, "grant_type": "client_credentials"}
    api, staff = f"{simulator.origin}/api/v2", {STAFF: "1"}
    token = requests.post(f"{api}/token", data=form, headers=staff, timeout=PATIENCE_SECONDS).json()
    start = datetime.fromisoformat(slot["start"]).astimezone(ZoneInfo("Europe/Berlin"))
    headers = staff | {"Authorization": f"Bearer {token['access_token']}"}
    customer = {"first_name": "Jo", "last_name": "Roth", "email": f"{uuid4().hex}@example.org"}
    send = partial(requests.post, headers=headers, timeout=PATIENCE_SECONDS)
    who = send(f"{api}/customers", json=customer).json()
    body = {
        "service": 1, "employee": slot["employees"][0], "location": 1, "customer": who["id"],
        "date": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}",
    }  # fmt: skip
    made = send(f"{api}/bookings", json=body)
    assert made.status_code == 201, made.text
    appointment: int = made.json()["appointment"]
    return appointment
