"""Booking over real HTTP against several workers."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS
from widget_server.clock import SystemClock

MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}


@pytest.fixture
def open_slot(server):
    """Return an open slot that no test has used yet."""

    def find():
        first = SystemClock().now().date() + timedelta(days=3)
        query = f"service=1&from={first}&to={first + timedelta(days=40)}"
        days = server.get(f"/v1/slots?{query}").json()["days"]
        return days[len(days) // 2]["slots"][0]

    return find


def body(slot, **fields):
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    return {"items": [item], "customer": MIA, **fields}


def offered(server, slot):
    """Tell whether the slot's employee is offered at its start, asked of every worker."""
    day = slot["start"][:10]
    answers = set()
    for _ in range(12):
        path = f"/v1/slots?service=1&from={day}&to={day}"
        days = server.get(path, headers={"Connection": "close"}).json()["days"]
        found = [one for one in (days[0]["slots"] if days else []) if one["start"] == slot["start"]]
        answers.add(bool(found) and slot["employees"][0] in found[0]["employees"])
    return answers


def test_a_booking_stands_in_the_booking_system_and_the_slot_is_gone(server, open_slot):
    slot = open_slot()
    assert offered(server, slot) == {True}

    answer = server.book(body(slot))

    assert answer.status_code == 201, answer.text
    newest = server.api("/appointments?limit=1")["data"][0]
    booked = datetime.fromisoformat(newest["start_date_time"])
    assert datetime.fromisoformat(slot["start"]) == booked
    assert [slot["employees"][0]] == [employee["id"] for employee in newest["employees"]]
    assert offered(server, slot) == {False}


def test_the_second_of_two_is_told_and_offered_others(server, open_slot):
    slot = open_slot()
    server.book(body(slot))

    answer = server.book(body(slot))

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    starts = [alternative["start"] for alternative in answer.json()["alternatives"]]
    assert 1 <= len(starts) <= 5
    assert datetime.fromisoformat(slot["start"]) not in map(datetime.fromisoformat, starts)


def test_of_sixteen_one_books(server, open_slot):
    slot = open_slot()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.book(body(slot)).status_code, range(16)))

    assert Counter(answers) == {201: 1, 409: 15}


def test_the_same_key_books_once(server, open_slot):
    wanted = body(open_slot())
    before = server.api("/appointments?limit=1")["pagination"]["total"]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: server.book(wanted, key="one-key"), range(50)))

    assert {201} == {answer.status_code for answer in answers}
    assert len({answer.text for answer in answers}) == 1
    assert server.api("/appointments?limit=1")["pagination"]["total"] == before + 1


def test_the_same_key_with_another_body_is_refused(server, open_slot):
    slot = open_slot()
    server.book(body(slot), key="another-key")

    answer = server.book(body(slot, note="other"), key="another-key")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_visitor_sees_and_cancels_and_the_slot_is_open_again(server, open_slot):
    slot = open_slot()
    token = server.book(body(slot)).json()["manage_url"].rsplit("/", 1)[1]
    url = f"{server.url}/v1/bookings/{token}"

    seen = requests.get(url, timeout=PATIENCE_SECONDS).json()
    canceled = requests.post(f"{url}/cancel", json={}, timeout=PATIENCE_SECONDS)
    calendar = requests.get(f"{url}.ics", timeout=PATIENCE_SECONDS).text

    assert seen["status"] == "approved"
    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    assert "METHOD:CANCEL" in calendar
    assert "SEQUENCE:1" in calendar
    assert offered(server, slot) == {True}


def test_a_time_that_is_no_start_is_not_offered(server, open_slot):
    slot = open_slot()
    odd = datetime.fromisoformat(slot["start"]) + timedelta(minutes=7)

    answer = server.book(body(slot | {"start": odd.isoformat()}))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_offered")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"service": 1}]}, "items.0.start"),
        ({"customer": {}}, "customer.email"),
        ({"customer": MIA | {"email": "mia"}}, "customer.email"),
        ({"customer": MIA | {"last_name": "\ud800"}}, "customer.last_name"),
        ({"customer": MIA | {"first_name": "a\x00b"}}, "customer.first_name"),
        ({"price": 1}, "price"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"custom_fields": {"999": "x"}}, "custom_fields.999"),
    ],
)
def test_bad_input_names_the_field(server, open_slot, change, field):
    answer = server.book(body(open_slot()) | change)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert field in answer.json()["errors"]


def test_a_booking_survives_the_death_of_every_process(server, open_slot):
    slot = open_slot()
    manage = server.book(body(slot)).json()["manage_url"]

    server.kill()
    server.start()

    assert server.get("/manage/" + manage.rsplit("/", 1)[1]).status_code == 200
    assert offered(server, slot) == {False}


def test_no_secret_and_no_visitor_is_in_the_log(server, open_slot):
    answer = server.book(body(open_slot()))
    log = server.log.read_text()

    assert server.credentials["client_secret"] not in log
    assert "mia@example.org" not in log
    assert answer.json()["manage_url"].rsplit("/", 1)[1] not in log
    assert "/v1/bookings" in log
