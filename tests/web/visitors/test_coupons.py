"""What coupons take off, and what they tell."""

import pytest

from tests.web.visitors.conftest import HAIRCUT, book, is_offered

WASHED = "service=1&location=1&extras=1:1"


@pytest.fixture
def coupon(staff):
    return staff(
        "POST",
        "/coupons",
        {
            "code": "Half", "discount_value": 50, "expiration_date": "2026-12-31",
            "usage_limit": 1, "limit_per_user": None, "booking_limit_amount": None,
        },
    )  # fmt: skip


def test_a_coupon_for_each_visitor_is_used_once_by_each(site, staff):
    staff(
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


def test_whatever_is_wrong_with_a_coupon_the_answer_is_the_same(site, coupon, staff):
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


def test_a_coupon_that_takes_everything_off_is_free(site, staff):
    staff(
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


def anyone(slot=None):
    """A haircut with a wash in Berlin: 57.00 with Ada, 54.00 with Jonas; in Lisbon it is 50.00."""
    item = {"service": HAIRCUT, "location": 1, "extras": [{"id": 1}]}
    return item | ({"start": slot["start"]} if slot else {})


def total_told(site, item, **more):
    body = {"code": "WELCOME10", "items": [item], **more}
    return site.post("/v1/coupons/check", json=body).get_json()["total"]


def total_booked(site, item, name, **more):
    customer = {"first_name": "Mia", "last_name": "Keller", "email": f"{name}@example.org"}
    body = {"items": [item], "customer": customer, "coupon": "WELCOME10", **more}
    answer = site.post("/v1/bookings", json=body, headers={"Idempotency-Key": name})
    assert answer.status_code == 201, answer.text
    return answer.get_json()["total"]


def test_before_a_time_is_chosen_a_coupon_is_checked_at_the_lowest_price_of_the_location(site):
    assert total_told(site, anyone()) == "48.60"


def test_the_total_told_with_anyone_is_the_total_booked(site):
    slots = site.slots(WASHED)
    ada, jonas, both = (
        next(slot for slot in slots if slot["employees"] == team) for team in ([1], [2], [1, 2])
    )

    totals = {
        name: (total_told(site, anyone(slot)), total_booked(site, anyone(slot), name))
        for name, slot in (("ada", ada), ("jonas", jonas), ("both", both), ("other", both))
    }

    assert totals["ada"] == ("51.30", "51.30")
    assert totals["jonas"] == ("48.60", "48.60")
    assert {totals["both"], totals["other"]} == {("51.30", "51.30"), ("48.60", "48.60")}


def test_what_is_kept_for_a_visitor_is_not_in_the_way_of_the_price(site):
    slot = next(slot for slot in site.slots(WASHED) if slot["employees"] == [1, 2])
    before = total_told(site, anyone(slot))
    hold = site.post("/v1/holds", json={"items": [anyone(slot)]}).get_json()["token"]

    told = total_told(site, anyone(slot), hold=hold)

    assert total_told(site, anyone(slot)) != before
    assert (told, total_booked(site, anyone(slot), "mia", hold=hold)) == (before, before)


def test_a_start_that_is_not_open_is_priced_at_the_lowest_of_the_location(site):
    slot = {"start": "2026-12-01T03:07:00+01:00"}

    assert total_told(site, anyone(slot)) == "48.60"
