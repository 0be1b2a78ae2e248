"""Several services in one visit."""

from datetime import timedelta

from tests.web.visitors.conftest import moment, move, token_of


def visit(site, slot, key="visit", team=(None, None)):
    items = [
        {"service": part["service"], "start": part["start"], "employee": who}
        for part, who in zip(slot["items"], team, strict=True)
    ]
    customer = {"first_name": "Mia", "last_name": "Keller", "email": f"{key}@example.org"}
    body = {"items": items, "customer": customer}
    return site.post("/v1/bookings", json=body, headers={"Idempotency-Key": key})


SEVERAL = "service=1&service=3&location=1"


def test_several_services_are_one_visit(site, staff):
    slot = site.slots(SEVERAL)[0]
    before = staff("GET", "/appointments?limit=1")["pagination"]["total"]

    answer = visit(site, slot)

    token = token_of(answer)
    items = answer.get_json()["items"]
    assert [item["service"]["id"] for item in items] == [1, 3]
    assert items[0]["end"] == items[1]["start"]
    assert staff("GET", "/appointments?limit=1")["pagination"]["total"] == before + 2
    site.post(f"/v1/bookings/{token}/cancel", json={})
    assert slot in site.slots(SEVERAL)


def test_a_visit_moves_as_a_whole(site):
    slots = site.slots(SEVERAL)
    token = token_of(visit(site, slots[0]))

    answer = move(site, token, slots[40]["start"])

    assert answer.status_code == 200, answer.text
    items = answer.get_json()["items"]
    assert moment(items[0]["start"]) == moment(slots[40]["start"])
    assert items[0]["end"] == items[1]["start"]


def test_a_visit_is_booked_whole_or_not_at_all(site, staff):
    slot = site.slots(SEVERAL)[0]
    second = slot["items"][1]
    for employee in second["employees"]:
        taken = {"start": second["start"], "employees": [employee]}
        site.post(
            "/v1/holds",
            json={"items": [{"service": 3, "employee": employee, "start": taken["start"]}]},
            environ_base={"REMOTE_ADDR": f"192.0.2.{employee}"},
        )
    before = staff("GET", "/appointments?limit=1")["pagination"]["total"]

    answer = visit(site, slot)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "slot_taken")
    assert staff("GET", "/appointments?limit=1")["pagination"]["total"] == before


def test_the_parts_of_a_visit_follow_each_other(site):
    slot = site.slots(SEVERAL)[0]
    slot["items"][1]["start"] = (
        moment(slot["items"][1]["start"]) + timedelta(minutes=30)
    ).isoformat()

    answer = visit(site, slot)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_offered")


def test_a_visit_of_different_places_is_refused(site):
    items = [
        {"service": 1, "location": 1, "start": "2026-12-01T10:00:00+01:00"},
        {"service": 3, "location": 2, "start": "2026-12-01T10:30:00+01:00", "persons": 2},
    ]
    customer = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}

    answer = site.post(
        "/v1/bookings",
        json={"items": items, "customer": customer},
        headers={"Idempotency-Key": "places"},
    )

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"items.1.location", "items.1.persons"}
