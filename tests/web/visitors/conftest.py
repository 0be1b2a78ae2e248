"""What visitors do with their own bookings, each test on a site of its own."""

from datetime import datetime

import pytest

HAIRCUT, BROWS, YOGA = 1, 5, 7


@pytest.fixture
def site(make_site):
    """A site of one's own for each test: no slot is taken but by the test."""
    return make_site()


def token_of(answer):
    assert answer.status_code == 201, answer.text
    return answer.get_json()["manage_url"].rsplit("/", 1)[1]


def moment(text):
    return datetime.fromisoformat(text)


def book(site, slot, service, key="a", persons=1, employee=None, **more):
    employee = employee or slot["employees"][0]
    item = {"service": service, "employee": employee, "start": slot["start"], "persons": persons}
    customer = {"first_name": "Mia", "last_name": "Keller", "email": f"{key}@example.org"}
    body = {"items": [item], "customer": customer, **more}
    return site.post("/v1/bookings", json=body, headers={"Idempotency-Key": key})


def move(site, token, start, **more):
    return site.post(f"/v1/bookings/{token}/reschedule", json={"start": start, **more})


def is_offered(site, slot, query):
    same = [one for one in site.slots(query) if one["start"] == slot["start"]]
    return bool(same) and slot["employees"][0] in same[0]["employees"]
