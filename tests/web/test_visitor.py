"""What visitors do with their own bookings: move, hold, several services, coupons."""

import json
from datetime import datetime, timedelta

import pytest

HAIRCUT, BROWS, MASSAGE, YOGA = 1, 5, 6, 7


@pytest.fixture
def site(make_site):
    """A site of one's own for each test: no slot is taken but by the test."""
    return make_site()


@pytest.fixture
def platform(site):
    """Speak to the booking system behind, as staff do."""

    def call(method, path, body=None):
        credentials = (site.data_dir / "credentials.json").read_text()
        client = site.app.test_client()
        form = {"grant_type": "client_credentials", **json.loads(credentials)}
        token = client.post("/api/v2/token", data=form).get_json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.open(f"/api/v2{path}", method=method, headers=headers, json=body)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    return call


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


# Moving


def test_a_booking_moves_and_frees_its_old_time(site, platform):
    old, new = site.slots()[0], site.slots()[30]
    employee = old["employees"][0]
    new = next(one for one in site.slots()[20:] if employee in one["employees"])
    token = token_of(book(site, old, HAIRCUT))
    before = site.get(f"/v1/bookings/{token}.ics").text

    answer = move(site, token, new["start"])

    assert answer.status_code == 200, answer.text
    item = answer.get_json()["items"][0]
    assert (moment(item["start"]), item["employee"]["id"]) == (moment(new["start"]), employee)
    stands = platform("GET", "/appointments?limit=1")["data"][0]
    assert moment(stands["start_date_time"]) == moment(new["start"])
    assert is_offered(site, old, "service=1&location=1")
    assert not is_offered(site, {**new, "employees": [employee]}, "service=1&location=1")
    after = site.get(f"/v1/bookings/{token}.ics").text
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
    assert uid(before) == uid(after)


def uid(calendar):
    return next(line for line in calendar.splitlines() if line.startswith("UID"))


def test_a_booking_never_stands_in_its_own_way(site):
    query = f"service={BROWS}"
    slots = site.slots(query)
    first = next(
        one
        for one in slots
        for other in slots
        if moment(other["start"]) - moment(one["start"]) == timedelta(minutes=30)
        and one["employees"][0] in other["employees"]
    )
    later = (moment(first["start"]) + timedelta(minutes=30)).isoformat()
    token = token_of(book(site, first, BROWS))

    offered = site.get(f"/v1/bookings/{token}/slots?from=2026-12-01&to=2026-12-31").get_json()
    starts = [moment(one["start"]) for day in offered["days"] for one in day["slots"]]
    answer = move(site, token, later, employee=first["employees"][0])

    assert moment(later) in starts
    assert answer.status_code == 200, answer.text


def test_moving_to_a_taken_time_changes_nothing(site):
    first, second = site.slots()[0], site.slots()[25]
    employee = first["employees"][0]
    second = next(one for one in site.slots()[10:] if employee in one["employees"])
    token = token_of(book(site, first, HAIRCUT, "a", employee=employee))
    token_of(book(site, second, HAIRCUT, "b", employee=employee))

    answer = move(site, token, second["start"], employee=employee)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "slot_taken")
    assert list(answer.get_json()["errors"]) == ["start"]
    assert 1 <= len(answer.get_json()["alternatives"]) <= 5
    stands = site.get(f"/v1/bookings/{token}").get_json()
    assert moment(stands["items"][0]["start"]) == moment(first["start"])


def test_a_booking_cannot_be_moved_too_late(site):
    slot, later = site.slots()[0], site.slots()[30]
    token = token_of(book(site, slot, HAIRCUT))
    site.clock.moment = moment(slot["start"]) - timedelta(minutes=59)

    answer = move(site, token, later["start"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_late")


def test_one_seat_of_a_group_moves_and_the_others_stay(site, platform):
    place = site.slots(f"service={YOGA}")[0]["locations"][0]
    first, second = site.slots(f"service={YOGA}&location={place}")[:2]
    mine = token_of(book(site, first, YOGA, "mine", persons=2))
    others = token_of(book(site, first, YOGA, "others"))

    answer = move(site, mine, second["start"], employee=second["employees"][0])

    assert answer.status_code == 200, answer.text
    stays = site.get(f"/v1/bookings/{others}").get_json()
    assert (stays["status"], moment(stays["items"][0]["start"])) == (
        "approved",
        moment(first["start"]),
    )
    left = {one["start"]: one["places_left"] for one in site.slots(f"service={YOGA}")}
    assert left[first["start"]] == first["places_left"] - 1
    assert left[second["start"]] == second["places_left"] - 2


def test_what_staff_have_moved_can_be_moved_on(site, platform):
    slot = site.slots()[0]
    employee = slot["employees"][0]
    other, third = [one for one in site.slots()[10:] if employee in one["employees"]][:2]
    token = token_of(book(site, slot, HAIRCUT))
    appointment = platform("GET", "/appointments?limit=1")["data"][0]["id"]
    local = moment(other["start"])
    target = {"date": local.date().isoformat(), "time": local.strftime("%H:%M")}
    platform("PATCH", f"/appointments/{appointment}", target)

    seen = site.get(f"/v1/bookings/{token}").get_json()["items"][0]
    answer = move(site, token, third["start"], employee=employee)

    assert moment(seen["start"]) == local
    assert answer.status_code == 200, answer.text
    assert is_offered(site, {**other, "employees": [employee]}, "service=1&location=1")


def test_a_moved_booking_can_be_cancelled(site):
    slot, later = site.slots()[0], site.slots()[30]
    token = token_of(book(site, slot, HAIRCUT))
    move(site, token, later["start"])

    answer = site.post(f"/v1/bookings/{token}/cancel", json={})

    assert answer.get_json()["status"] == "canceled"
    assert is_offered(site, slot, "service=1&location=1")


# Several services


def visit(site, slot, key="visit", team=(None, None)):
    items = [
        {"service": part["service"], "start": part["start"], "employee": who}
        for part, who in zip(slot["items"], team, strict=True)
    ]
    customer = {"first_name": "Mia", "last_name": "Keller", "email": f"{key}@example.org"}
    body = {"items": items, "customer": customer}
    return site.post("/v1/bookings", json=body, headers={"Idempotency-Key": key})


SEVERAL = "service=1&service=3&location=1"


def test_several_services_are_one_visit(site, platform):
    slot = site.slots(SEVERAL)[0]
    before = platform("GET", "/appointments?limit=1")["pagination"]["total"]

    answer = visit(site, slot)

    token = token_of(answer)
    items = answer.get_json()["items"]
    assert [item["service"]["id"] for item in items] == [1, 3]
    assert items[0]["end"] == items[1]["start"]
    assert platform("GET", "/appointments?limit=1")["pagination"]["total"] == before + 2
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


def test_a_visit_is_booked_whole_or_not_at_all(site, platform):
    slot = site.slots(SEVERAL)[0]
    second = slot["items"][1]
    for employee in second["employees"]:
        taken = {"start": second["start"], "employees": [employee]}
        site.post(
            "/v1/holds",
            json={"items": [{"service": 3, "employee": employee, "start": taken["start"]}]},
            environ_base={"REMOTE_ADDR": f"192.0.2.{employee}"},
        )
    before = platform("GET", "/appointments?limit=1")["pagination"]["total"]

    answer = visit(site, slot)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "slot_taken")
    assert platform("GET", "/appointments?limit=1")["pagination"]["total"] == before


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


# Holds


def hold(site, slot, address="192.0.2.1"):
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    return site.post("/v1/holds", json={"items": [item]}, environ_base={"REMOTE_ADDR": address})


def test_a_hold_keeps_the_time_for_its_holder_alone(site):
    slot = site.slots()[0]

    held = hold(site, slot)

    assert held.status_code == 201, held.text
    assert not is_offered(site, slot, "service=1&location=1")
    assert book(site, slot, HAIRCUT, "other").get_json()["code"] == "slot_taken"
    mine = book(site, slot, HAIRCUT, "mine", hold=held.get_json()["token"])
    assert mine.status_code == 201, mine.text


def test_a_hold_ends_by_itself(site):
    slot = site.slots()[0]
    held = hold(site, slot).get_json()
    site.clock.moment = moment(held["expires_at"])

    late = site.app.test_client().patch(f"/v1/holds/{held['token']}", json={})

    assert (late.status_code, late.get_json()["code"]) == (409, "hold_expired")
    assert book(site, slot, HAIRCUT, "other").status_code == 201


def test_a_hold_that_ended_costs_nothing_if_the_time_is_still_free(site):
    slot = site.slots()[0]
    held = hold(site, slot).get_json()
    site.clock.advance(timedelta(minutes=6))

    assert book(site, slot, HAIRCUT, "mine", hold=held["token"]).status_code == 201


def test_a_hold_can_be_extended_but_not_for_ever(site):
    held = hold(site, site.slots()[0]).get_json()
    client = site.app.test_client()
    ends = []
    for _ in range(6):
        site.clock.advance(timedelta(minutes=4))
        answer = client.patch(f"/v1/holds/{held['token']}", json={})
        ends.append(answer.status_code)

    assert ends == [200, 200, 200, 200, 409, 409]


def test_a_hold_is_given_back(site):
    slot = site.slots()[0]
    token = hold(site, slot).get_json()["token"]

    answer = site.app.test_client().delete(f"/v1/holds/{token}")

    assert answer.status_code == 204
    assert is_offered(site, slot, "service=1&location=1")


def test_one_visitor_has_few_holds(site):
    slots = [one for one in site.slots() if len(one["employees"]) > 1][:8:2]
    answers = [hold(site, slot) for slot in slots]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert answers[3].get_json()["code"] == "limit_reached"
    assert hold(site, slots[3], "192.0.2.2").status_code == 201


def test_a_holds_token_opens_no_booking_and_the_other_way_round(site):
    slot = site.slots()[0]
    held = hold(site, slot).get_json()["token"]
    booked = token_of(book(site, site.slots()[5], HAIRCUT))

    assert site.get(f"/v1/bookings/{held}").status_code == 404
    assert site.app.test_client().patch(f"/v1/holds/{booked}", json={}).status_code == 404


# Coupons


@pytest.fixture
def coupon(platform):
    return platform(
        "POST",
        "/coupons",
        {
            "code": "Half", "discount_value": 50, "expiration_date": "2026-12-31",
            "usage_limit": 1, "limit_per_user": None, "booking_limit_amount": None,
        },
    )  # fmt: skip


def test_a_coupon_for_each_visitor_is_used_once_by_each(site, platform):
    platform(
        "POST",
        "/coupons",
        {
            "code": "ONCE", "discount_value": 10, "expiration_date": "2026-12-31",
            "usage_limit": None, "limit_per_user": 1, "booking_limit_amount": None,
        },
    )  # fmt: skip
    first, second = site.slots()[0], site.slots()[40]
    assert book(site, first, HAIRCUT, "mia", coupon="ONCE").status_code == 201
    item = {"service": 1, "start": second["start"]}

    def valid(email):
        body = {"code": "once", "items": [item], "email": email}
        return site.post("/v1/coupons/check", json=body).get_json()["valid"]

    assert (valid("mia@example.org"), valid("leo@example.org")) == (False, True)


def check_coupon(site, code, slot):
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    return site.post("/v1/coupons/check", json={"code": code, "items": [item]}).get_json()


def test_a_coupon_takes_off_what_it_said(site, coupon):
    slot = site.slots()[0]
    price = float(book(site, site.slots()[40], HAIRCUT, "full").get_json()["total"])

    checked = check_coupon(site, "half", slot)
    booked = book(site, slot, HAIRCUT, "mine", coupon="half").get_json()

    assert checked["valid"] is True
    assert (booked["total"], booked["discount"]) == (checked["total"], checked["discount"])
    assert float(checked["total"]) <= price
    assert checked["currency"] == "EUR"


def test_whatever_is_wrong_with_a_coupon_the_answer_is_the_same(site, coupon, platform):
    slot, other = site.slots()[0], site.slots()[40]
    assert book(site, other, HAIRCUT, "first", coupon="HALF").status_code == 201

    assert check_coupon(site, "half", slot) == {"valid": False}
    assert check_coupon(site, "nonsense", slot) == {"valid": False}
    refused = book(site, slot, HAIRCUT, "second", coupon="half")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "coupon_invalid")
    assert list(refused.get_json()["errors"]) == ["coupon"]
    assert is_offered(site, slot, "service=1&location=1")


@pytest.mark.parametrize("email", ["", "mia", "mia@", "nobody@example.org", None])
def test_a_coupon_is_checked_whatever_has_been_typed_so_far(site, coupon, email):
    slot = site.slots()[0]
    item = {"service": 1, "start": slot["start"]}
    body = {"code": "half", "items": [item], "email": email}

    assert site.post("/v1/coupons/check", json=body).get_json()["valid"] is True


def test_a_coupon_that_takes_everything_off_is_free(site, platform):
    platform(
        "POST",
        "/coupons",
        {
            "code": "GIFT", "discount_type": "fixed", "discount_value": 500,
            "expiration_date": "2026-12-31", "usage_limit": None, "limit_per_user": None,
            "booking_limit_amount": None,
        },
    )  # fmt: skip
    slot = site.slots()[0]

    assert check_coupon(site, "GIFT", slot)["total"] == "0.00"
