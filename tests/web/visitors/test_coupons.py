"""What coupons take off, and what they tell."""

import pytest

from tests.web.visitors.conftest import HAIRCUT, book, is_offered


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
