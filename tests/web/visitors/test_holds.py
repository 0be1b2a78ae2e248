"""Holding a time while one types."""

from datetime import timedelta

from tests.web.visitors.conftest import HAIRCUT, book, is_offered, moment, token_of


def hold(site, slot, address="192.0.2.1", **more):
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    body = {"items": [item], **more}
    return site.post("/v1/holds", json=body, environ_base={"REMOTE_ADDR": address})


def test_a_hold_keeps_the_time_for_its_holder_alone(site):
    slot = site.slots()[0]

    held = hold(site, slot)

    assert held.status_code == 201, held.text
    assert not is_offered(site, slot, "service=1&location=1")
    assert book(site, slot, HAIRCUT, "other").get_json()["code"] == "slot_taken"
    mine = book(site, slot, HAIRCUT, "mine", hold=held.get_json()["token"])
    assert mine.status_code == 201, mine.text


def test_a_hold_that_is_asked_for_twice_with_one_key_is_one(site):
    slot = site.slots()[0]
    body = {"items": [{"service": 1, "employee": slot["employees"][0], "start": slot["start"]}]}
    asked = [site.post("/v1/holds", json=body, headers={"Idempotency-Key": key}) for key in "aab"]

    assert [answer.status_code for answer in asked] == [201, 201, 409]
    assert asked[0].get_json() == asked[1].get_json()


def test_a_hold_says_how_long_it_lasts_by_nobodys_clock(site):
    held = hold(site, site.slots()[0]).get_json()
    site.clock.advance(timedelta(minutes=4))

    longer = site.app.test_client().patch(f"/v1/holds/{held['token']}", json={}).get_json()

    assert (held["seconds_left"], longer["seconds_left"]) == (300, 300)
    assert moment(longer["expires_at"]) - moment(held["expires_at"]) == timedelta(minutes=4)


def test_the_same_request_with_another_hold_is_the_same_request(site):
    slot = site.slots()[0]
    held = hold(site, slot).get_json()

    first = book(site, slot, HAIRCUT, "mine", hold=held["token"]).get_json()
    again = book(site, slot, HAIRCUT, "mine").get_json()

    assert again["id"] == first["id"]


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


def test_one_visitor_has_few_holds_from_however_many_addresses(site):
    slots = [one for one in site.slots() if len(one["employees"]) > 1][:8:2]
    emails = ["mia@example.org", "MIA@example.org", "mia@example.org", "mia@example.org"]
    answers = [
        hold(site, slot, f"192.0.2.{number}", email=email)
        for number, (slot, email) in enumerate(zip(slots, emails, strict=True))
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert hold(site, slots[3], "192.0.2.3", email="leo@example.org").status_code == 201
    assert hold(site, slots[3], email="leo").json["errors"].keys() == {"email"}


def test_a_holds_token_opens_no_booking_and_the_other_way_round(site):
    slot = site.slots()[0]
    held = hold(site, slot).get_json()["token"]
    booked = token_of(book(site, site.slots()[5], HAIRCUT))

    assert site.get(f"/v1/bookings/{held}").status_code == 404
    assert site.app.test_client().patch(f"/v1/holds/{booked}", json={}).status_code == 404
