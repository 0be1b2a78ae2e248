"""Visitors of a business whose account knows no dates, and has many appointments."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.simulator.clients import environ_of
from tests.simulator.generated import FIRST_ID
from tests.web.conftest import MIA, Site
from tests.web.test_platform_faults import BUSINESS
from widget_server.app import create_app
from widget_server.clock import FixedClock, SystemClock
from widget_server.settings import Settings
from widget_server.web.parts import EXTENSION

COUNT, TOKEN = 300, "a-verification-token"
FORM = {"appointmentId": "", "appointmentStartDateTime": "8. Dezember, 9 Uhr"}


class Moving(FixedClock):
    """A clock that goes on by a bit whenever it is looked at."""

    def now(self):
        self.advance(timedelta(milliseconds=1))
        return self.moment


@pytest.fixture
def new_site(simulator, tmp_path):
    """The server, which computes what is open from a schedules file and the account's list."""
    simulator.appointments(COUNT, (1, 2, 3))
    account = environ_of(simulator, EXTENSIONS="off", CALLS_PER_MINUTE=1_000_000)
    schedules = tmp_path / "schedules.json"
    schedules.write_text(json.dumps({"employees": [open_daily(one) for one in (1, 2, 3)]}))
    ours = {
        "DATA_DIR": str(tmp_path), "WEBHOOK_TOKEN": TOKEN,
        "AVAILABILITY_SOURCE": "computed", "SCHEDULES_FILE": str(schedules),
    }  # fmt: skip
    clock = Moving(SystemClock().now())
    return Site(create_app(Settings.from_env(BUSINESS | ours | account), clock), clock, tmp_path)


def open_daily(employee):
    periods = [{"start": "09:00", "end": "17:00"}]
    days = [{"weekday": day, "periods": periods} for day in range(1, 8)]
    return {"id": employee, "working_hours": days}


@pytest.fixture
def site(new_site):
    """The same, after all appointments were read."""
    client = new_site.app.extensions[EXTENSION].desk.client
    client._mirror.keep_up(client._appointments, ZoneInfo("Europe/Berlin"))  # noqa: SLF001
    return new_site


def test_before_all_were_read_visitors_are_told_to_come_again(new_site, simulator):
    client = new_site.app.extensions[EXTENSION].desk.client
    with client._mirror._alone() as somebody_reads:  # noqa: SLF001
        answer = new_site.get(slots_path(new_site))

    assert somebody_reads
    assert (answer.status_code, answer.get_json()["code"]) == (503, "platform_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert read(simulator) == 0


def slots_path(site, days=21):
    first = site.clock.now() + timedelta(days=days)
    last = first + timedelta(days=6)
    return f"/v1/slots?service=1&location=1&from={first:%Y-%m-%d}&to={last:%Y-%m-%d}"


def slots(site, days=21):
    answer = site.get(slots_path(site, days))
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    return [slot for day in found["days"] for slot in day["slots"]], found["stale"]


def read(simulator):
    return len(simulator.calls("GET", "/appointments"))


def test_a_booking_takes_few_pages_of_many(site, simulator):
    found, _ = slots(site)
    slot = found[0]
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    before = read(simulator)
    answer = site.post(
        "/v1/bookings", json={"items": [item], "customer": MIA}, headers={"Idempotency-Key": "one"}
    )

    assert answer.status_code == 201, answer.text
    assert read(simulator) - before <= 12
    assert slot["start"] not in {
        one["start"] for one in slots(site)[0] if slot["employees"][0] in one["employees"]
    }


def test_an_event_has_its_appointment_read_for_the_next_who_asks(site, simulator):
    middle = FIRST_ID + COUNT // 2
    assert status(site, middle) == "approved"
    simulator.edit(changed={middle: {"status": "canceled"}})
    assert status(site, middle) == "approved"
    before = read(simulator)
    path = "/webhooks/bookablesites/appointment_canceled"
    form = {**FORM, "appointmentId": str(middle)}
    assert site.post(path, data=form, headers={"Authorization": TOKEN}).status_code == 204

    assert read(simulator) == before
    assert status(site, middle) == "canceled"
    assert read(simulator) - before <= 7


def status(site, appointment):
    catalogue = site.app.extensions[EXTENSION].catalogue
    now = site.clock.now()
    rows = catalogue.busy_times(now, now + timedelta(days=4), ZoneInfo("Europe/Berlin")).value
    [found] = [row.status for row in rows if row.id == appointment]
    return found


def test_weeks_that_nobody_has_asked_for_are_told_as_stale_while_the_account_is_away(
    site, simulator
):
    _, was_stale = slots(site)
    simulator.on("GET */appointments", "malformed", kind="page of the website")
    _, is_stale = slots(site, 49)

    assert (was_stale, is_stale) == (False, True)
