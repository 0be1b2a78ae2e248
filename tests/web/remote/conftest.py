"""A business whose account shows no more than is known of the live platform."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import TestResponse

from tests.simulator.clients import environ_of
from tests.simulator.script import STAFF
from tests.simulator.simulator import Simulator, simulated
from tests.web.conftest import NOW, Site
from widget_server.app import create_app
from widget_server.backend import migrate
from widget_server.backend.auth import create_client
from widget_server.clock import FixedClock
from widget_server.database import open_database, sqlite_url
from widget_server.settings import Settings

HAIRCUT, YOGA, COLOUR = 1, 2, 3
ADA, BEN, KIM_ID = 1, 2, 3
HOURS = [{"weekday": day, "periods": [{"start": "09:00", "end": "12:00"}]} for day in range(1, 6)]
SERVICES = (
    {"name": "Haircut", "duration": 30, "price": 45},
    {"name": "Yoga", "duration": 60, "price": 12, "max_capacity": 3},
    {"name": "Colour", "duration": 60, "price": 80, "buffer_time_after": 30},
)
EMPLOYEES = (("Ada", "Berg"), ("Ben", "Ode"))
SATURDAY = [{"weekday": 6, "periods": [{"start": "09:00", "end": "10:00"}]}]
# Gives one service, at another place.
KIM = ("Kim", "Roth", SATURDAY, [{"id": COLOUR}], 2)
BUSINESS = {
    "DEMO": "on", "RATE_LIMITS": "off", "BUSINESS_NAME": "Studio", "BUSINESS_CURRENCY": "EUR",
    "BUSINESS_TIMEZONE": "Europe/Berlin", "BUSINESS_LANGUAGES": "en",
}  # fmt: skip
# What the account does not show, as it is there.
SCHEDULES = {
    "services": [{"id": YOGA, "capacity": {"max": 3}}],
    "employees": [
        {"id": id_, "services": [{"id": HAIRCUT}, {"id": YOGA}, {"id": COLOUR}],
         "working_hours": HOURS}
        for id_ in (ADA, BEN)
    ],
}  # fmt: skip
KEYS = count(1)


@dataclass
class Staff:
    """Works on the platform itself, past this server and past everything that befalls calls."""

    platform: Simulator

    def call(self, method: str, path: str, body: Any = None) -> Any:
        name, secret = self.platform.credentials
        api, staff = f"{self.platform.origin}/api/v2", {STAFF: "1"}
        form = {"client_id": name, "client_secret": secret, "grant_type": "client_credentials"}
        token = requests.post(f"{api}/token", data=form, headers=staff, timeout=60).json()
        headers = staff | {"Authorization": f"Bearer {token['access_token']}"}
        answer = requests.request(method, api + path, json=body, headers=headers, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def book(self, start: str, employee: int, service: int = HAIRCUT) -> int:
        """Book a time such as 2026-12-01T09:00; return the appointment."""
        key = next(KEYS)
        customer = {"first_name": "Jo", "last_name": "Roth", "email": f"jo{key}@example.org"}
        who = self.call("POST", "/customers", customer)["id"]
        day, clock = start.split("T")
        body = {
            "service": service, "employee": employee, "location": 1, "customer": who, "date": day,
            "time": clock,
        }  # fmt: skip
        appointment: int = self.call("POST", "/bookings", body)["appointment"]
        return appointment

    def taken(self, day: str) -> list[tuple[str, int]]:
        """Return what stands on a day: start and employee."""
        rows = self.call("GET", "/appointments?limit=100")["data"]
        return sorted(
            (one["start_date_time"][11:16], one["employees"][0]["id"])
            for one in rows
            if one["start_date_time"].startswith(day) and one["status"] == "approved"
        )


class RemoteSite(Site):
    """The server of that business."""

    def starts(self, query: str) -> list[str]:
        """Return the open starts of a query, as HH:MM in Berlin."""
        return [slot["start"][11:16] for slot in self.found(query)]

    def found(self, query: str) -> list[Any]:
        answer = self.get(f"/v1/slots?{query}")
        assert answer.status_code == 200, answer.text
        return [slot for day in answer.get_json()["days"] for slot in day["slots"]]

    def want(
        self, start: str, employee: int | None = None, services: tuple[int, ...] = (HAIRCUT,)
    ) -> TestResponse:
        """Book services back to back from a time in Berlin on, an hour each but for haircuts."""
        key, items, begins = next(KEYS), [], datetime.fromisoformat(f"{start}+01:00")
        for service in services:
            item = {"service": service, "employee": employee, "start": begins.isoformat()}
            items.append(item | {"location": 1})
            begins += (NOW - NOW.replace(hour=11)) / (2 if service == HAIRCUT else 1)
        customer = {"first_name": "Mia", "last_name": "Keller", "email": f"mia{key}@example.org"}
        body = {"items": items, "customer": customer}
        headers = {"Idempotency-Key": f"key-{key}"}
        return self.post("/v1/bookings", json=body, headers=headers)

    def move(self, booking: Any, start: str) -> TestResponse:
        """Move a booking to a time in Berlin."""
        token = booking["manage_url"].rpartition("/")[2]
        body = {"start": f"{start}:00+01:00"}
        return self.post(f"/v1/bookings/{token}/reschedule", json=body)


@pytest.fixture(scope="package")
def running_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The platform with a small studio, in a process of its own; its clock stands at NOW."""
    url = sqlite_url(tmp_path_factory.mktemp("platform") / "backend.sqlite")
    database = open_database(url)
    migrate(database)
    credentials = create_client(database, "tests", ["*"], clock=FixedClock(NOW))
    database.close()
    with simulated(url, credentials, NOW) as running:
        furnish(Staff(running))
        yield running


def furnish(staff: Staff) -> None:
    staff.call("PUT", "/settings", {"name": "Studio", "timezone": "Europe/Berlin"})
    for name in ("Main street", "Harbour"):
        staff.call("POST", "/locations", {"name": name})
    for service in SERVICES:
        staff.call("POST", "/services", service)
    given = [{"id": service} for service in (HAIRCUT, YOGA, COLOUR)]
    people = [*((*name, HOURS, given, 1) for name in EMPLOYEES), KIM]
    for first, last, hours, services, place in people:
        employee = {"first_name": first, "last_name": last, "location": place}
        work = {"working_hours": hours, "services": services}
        staff.call("POST", "/employees", {**employee, **work})


@pytest.fixture
def platform(running_platform: Simulator) -> Iterator[Simulator]:
    """The platform, strict: it shows no schedules, and filters no appointments."""
    running_platform.reset()
    running_platform.strict()
    yield running_platform
    running_platform.reset()


@pytest.fixture
def staff(platform: Simulator) -> Staff:
    return Staff(platform)


@pytest.fixture
def make_site(platform: Simulator, tmp_path: Path) -> Callable[..., RemoteSite]:
    """Start a server of that account; `schedules` go into a file, the rest are settings."""

    def make(schedules: Any = None, **environ: str) -> RemoteSite:
        ours = {"DATA_DIR": str(tmp_path), "CACHE_FRESH_SECONDS": "3600", **environ}
        if schedules is not None:
            file = tmp_path / "schedules.json"
            file.write_text(json.dumps(schedules))
            ours["SCHEDULES_FILE"] = str(file)
        account = environ_of(platform, EXTENSIONS="off")
        clock = FixedClock(NOW)
        app = create_app(Settings.from_env(BUSINESS | account | ours), clock)
        return RemoteSite(app, clock, tmp_path)

    return make
