"""The simulated platform does what it is told, or the tests that rely on it would show nothing."""

import threading

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS

BOOKING = {"service": 1, "employee": 1, "date": "2031-03-04", "time": "09:00"}
MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}


@pytest.fixture
def call(simulator):
    """Speak to the platform's API; return the answer, or the name of the error."""
    form = {"client_id": simulator.credentials[0], "client_secret": simulator.credentials[1]}
    answer = requests.post(f"{simulator.origin}/api/v2/token", data=form, timeout=PATIENCE_SECONDS)
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def send(method, path, timeout=PATIENCE_SECONDS, **what):
        address = f"{simulator.origin}/api/v2{path}"
        try:
            return requests.request(method, address, headers=headers, timeout=timeout, **what)
        except requests.ConnectionError as error:
            return type(error).__name__
        except requests.ReadTimeout:
            return "ReadTimeout"

    return send


@pytest.fixture
def booked(call):
    """Book, and tell how many appointments that made."""
    customer = call("POST", "/customers", json={**MIA, "email": "m@x.example"})
    id_ = (
        customer.json().get("id")
        or call("GET", "/customers?email=m@x.example").json()["data"][0]["id"]
    )

    def count():
        day = "date_from=2031-03-04&date_to=2031-03-04&status=approved"
        found = call("GET", f"/appointments?{day}").json()["data"]
        for one in found:
            call("DELETE", f"/appointments/{one['id']}")
        return len(found)

    def book(timeout=PATIENCE_SECONDS):
        return call("POST", "/bookings", timeout, json={**BOOKING, "customer": id_}), count

    return book


def test_it_is_a_real_booking_system_and_counts_calls(simulator, call):
    assert call("GET", "/services/1").json()["id"] == 1
    assert simulator.counts() == {"POST /token": 1, "GET /services/1": 1}


def test_a_fault_befalls_as_many_calls_as_it_is_told(simulator, call):
    simulator.on("GET */services", "status", 2, status=429, headers={"Retry-After": "7"})

    answers = [call("GET", path) for path in ("/services", "/locations", "/services", "/services")]

    assert [answer.status_code for answer in answers] == [429, 200, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_a_lost_call_is_not_carried_out(simulator, booked):
    simulator.on("POST */bookings", "lose call")
    answer, count = booked()

    assert (answer, count()) == ("ConnectionError", 0)


def test_a_lost_answer_is_of_something_that_was_carried_out(simulator, booked):
    simulator.on("POST */bookings", "lose answer")
    answer, count = booked()

    assert (answer, count()) == ("ConnectionError", 1)


def test_a_held_call_is_carried_out_when_nobody_waits_any_more(simulator, booked):
    simulator.on("POST */bookings", "hold")
    # However long it takes to connect and to send.
    answer, count = booked(timeout=(30, 0.2))

    assert answer == "ReadTimeout"
    assert simulator.await_held(1)
    simulator.release()
    assert simulator.await_held(0)
    assert count() == 1


def test_held_calls_wait_for_the_test(simulator, call):
    simulator.on("GET */services", "hold")
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(call("GET", "/services").status_code))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()

    assert simulator.await_held(3)
    assert answers == []
    simulator.release()
    for thread in threads:
        thread.join()
    assert answers == [200, 200, 200]


@pytest.mark.parametrize("plain", [False, True])
def test_a_hundred_thousand_appointments_are_there_page_by_page(simulator, call, plain):
    simulator.appointments(100_000, (1, 2, 3))
    if plain:
        simulator.strict()
    first = call("GET", "/appointments?limit=50&page=1").json()
    middle = call("GET", "/appointments?limit=50&page=1000").json()
    last = call("GET", f"/appointments?limit=50&page={first['pagination']['pages']}").json()

    assert first["pagination"]["total"] > 100_000
    assert (
        first["data"][0]["id"] - 49 == first["data"][-1]["id"] == middle["data"][0]["id"] + 49_901
    )
    assert last["data"][-1]["id"] < 1_000_000
    assert ("T" in first["data"][0]["start_date_time"]) is not plain


def test_they_can_be_filtered_where_the_account_can(simulator, call):
    simulator.appointments(100_000, (1, 2, 3))
    newest = call("GET", "/appointments?limit=1").json()["data"][0]
    day = newest["start_date_time"][:10]
    query = f"date_from={day}&date_to={day}&employee={newest['employees'][0]['id']}&limit=100"
    found = call("GET", f"/appointments?{query}").json()

    assert found["pagination"]["pages"] == 1
    assert {one["start_date_time"][:10] for one in found["data"]} == {day}
    assert newest["id"] == found["data"][0]["id"]


def test_an_account_that_shows_little_refuses_filters(simulator, call):
    simulator.strict()

    assert call("GET", "/appointments?date_from=2026-12-01").status_code == 422
    assert sorted(call("GET", "/services").json()["data"][0]) == [
        "buffer_time_after", "buffer_time_before", "duration", "id", "name", "price",
    ]  # fmt: skip
