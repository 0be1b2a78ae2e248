"""Customers, coupons and bookings as they are written; each test tidies up after itself."""

import uuid

import pytest

from tests.contract.facts import BOOKS, EMBEDDED, FULL, PLATFORM, STRICT, WRITES, fact

LIMITS = {"usage_limit": None, "limit_per_user": None, "booking_limit_amount": None}


@pytest.fixture
def fields():
    email = f"contract-{uuid.uuid4().hex[:12]}@example.org"
    return {"first_name": "Contract", "last_name": "Test", "email": email, "phone": ""}


@pytest.fixture
def customer(target, fields):
    """A customer that is deleted when the test is over."""
    made = target.call("POST", "/customers", json=fields)
    assert made.status_code in (200, 201), made.text
    yield made.json()["id"]
    target.call("DELETE", f"/customers/{made.json()['id']}")


@pytest.fixture
def coupon(fields):
    code = fields["email"][9:21].upper()
    return {"code": code, "discount_value": 10, "expiration_date": "2027-12-31", **LIMITS}


@fact("L", "`POST /customers` answers the new customer with its `id`",
      "a live audit and two sites", effect=WRITES)  # fmt: skip
def test_a_customer_is_made(target, customer, fields):
    shown = target.get(f"/customers/{customer}")

    assert (customer, fields["email"]) == (shown["id"], shown["email"])


@fact("L", "a customer's `phone` is written, `phone_number` is read", "a live client",
      effect=WRITES)  # fmt: skip
def test_a_phone_is_written_and_read_under_two_names(target, customer, fields):
    changed = {**fields, "phone": "+491512345678"}
    target.call("PATCH", f"/customers/{customer}", json=changed)

    shown = target.get(f"/customers/{customer}")
    assert ("512345678" in shown["phone_number"], "phone" in shown) == (True, False)


@pytest.mark.parametrize("left_out", ["first_name", "last_name", "email", "phone"])
@fact("L", "a change of a customer without all of names, `email` and `phone` is answered with 500",
      "a live audit", holds=PLATFORM, effect=WRITES)  # fmt: skip
def test_a_partial_change_breaks(target, customer, fields, left_out):
    del fields[left_out]

    assert target.call("PATCH", f"/customers/{customer}", json=fields).status_code == 500


@fact("V", "a change of a customer may be partial", "the vendor's API page: update",
      holds=(FULL,), effect=WRITES)  # fmt: skip
def test_a_partial_change_is_made(target, customer):
    answer = target.call("PATCH", f"/customers/{customer}", json={"last_name": "Other"})

    assert (answer.status_code, answer.json()["last_name"]) == (200, "Other")


@fact("L", "a change with all four is made; `phone` may be empty, `description` left out",
      "a live audit", effect=WRITES)  # fmt: skip
def test_a_whole_change_is_made(target, customer, fields):
    answer = target.call("PATCH", f"/customers/{customer}", json={**fields, "last_name": "Other"})

    assert answer.status_code == 200
    assert target.get(f"/customers/{customer}")["last_name"] == "Other"


@fact("L", "`DELETE /customers/id` deletes, and may answer nothing", "a live audit", effect=WRITES)
def test_a_customer_is_deleted(target, fields):
    made = target.call("POST", "/customers", json=fields).json()["id"]
    answer = target.call("DELETE", f"/customers/{made}")

    assert answer.status_code in (200, 204)


@fact("U", "a customer that was deleted is answered with 404", "our default", effect=WRITES)
def test_a_deleted_customer_is_gone(target, fields):
    made = target.call("POST", "/customers", json=fields).json()["id"]
    target.call("DELETE", f"/customers/{made}")

    assert target.call("GET", f"/customers/{made}").status_code == 404


@fact("U", "`DELETE` answers 204 and an empty body", "our default", holds=PLATFORM, effect=WRITES)
def test_a_delete_answers_nothing(target, fields):
    made = target.call("POST", "/customers", json=fields).json()["id"]
    answer = target.call("DELETE", f"/customers/{made}")

    assert (answer.status_code, answer.content) == (204, b"")


@fact("L", "`POST /coupons` takes limits that are null, `DELETE /coupons/id` deletes",
      "a live audit", effect=WRITES)  # fmt: skip
def test_a_coupon_is_made_and_deleted(target, coupon):
    made = target.call("POST", "/coupons", json=coupon)
    assert made.status_code in (200, 201), made.text

    assert target.call("DELETE", f"/coupons/{made.json()['id']}").status_code in (200, 204)


@pytest.mark.parametrize("limit", sorted(LIMITS))
@fact("L", "a coupon's three limits must all be there", "a live audit", holds=PLATFORM,
      effect=WRITES)  # fmt: skip
def test_a_coupon_without_a_limit_is_refused(target, coupon, limit):
    del coupon[limit]
    answer = target.call("POST", "/coupons", json=coupon)
    if answer.ok:
        target.call("DELETE", f"/coupons/{answer.json()['id']}")

    assert answer.status_code >= 400


@pytest.fixture
def visit(target, customer):
    """A visit; whatever is booked at its hour is canceled when the test is over."""
    service, employee = target.one("/services")["id"], target.one("/employees")["id"]
    hour = {"date": target.day(60), "time": "10:00"}
    yield {"service": service, "employee": employee, "customer": customer, **hour}
    for appointment in target.get("/appointments", limit=50)["data"]:
        if customer in [
            (booking["customer"] or {}).get("id") for booking in appointment["bookings"]
        ]:
            target.call("DELETE", f"/appointments/{appointment['id']}")


@fact("D", "`POST /bookings` takes ids of service, employee and customer, `date`, `time`, and "
      "answers an `id`", "two clients; exercised by none", effect=BOOKS)  # fmt: skip
def test_a_booking_is_made(target, visit):
    answer = target.call("POST", "/bookings", json=visit)

    assert answer.status_code in (200, 201), answer.text
    assert type(answer.json()["id"]) is int


@fact("U", "the `id` that a booking answers is the booking's", "looked up in the list anyway",
      effect=BOOKS)  # fmt: skip
def test_the_id_is_the_bookings(target, visit):
    made = target.call("POST", "/bookings", json=visit).json()["id"]

    booked = [one["id"] for one in target.one("/appointments")["bookings"]]
    assert booked == [made]


@fact("D", "a booking's `status` is an integer; ours has no effect", "the codes are not known",
      holds=(STRICT,), effect=BOOKS)  # fmt: skip
def test_a_status_is_an_integer(target, visit):
    assert target.call("POST", "/bookings", json={**visit, "status": "pending"}).status_code == 422
    assert target.call("POST", "/bookings", json={**visit, "status": 2}).status_code == 201
    assert target.one("/appointments")["status"] == "approved"


@pytest.mark.parametrize("name", ["service", "employee", "customer", "date", "time"])
@fact("D", "a booking needs all of service, employee, customer, `date` and `time`",
      "two clients", effect=BOOKS)  # fmt: skip
def test_a_booking_needs_all_of_it(target, visit, name):
    del visit[name]

    assert 400 <= target.call("POST", "/bookings", json=visit).status_code < 500


@fact("D", "a booking names its customer by id, never inline", "a live client", effect=BOOKS)
def test_a_customer_cannot_be_named_inline(target, visit, fields):
    answer = target.call("POST", "/bookings", json={**visit, "customer": fields})

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", ["note", "coupon", "extras", "custom_fields", "items"])
@fact("U", "a booking takes no guests, extras, coupon, answers or note; they are refused",
      "never seen; ignoring them would hide the loss", holds=(STRICT,), effect=BOOKS)  # fmt: skip
def test_a_booking_takes_nothing_else(target, visit, name):
    answer = target.call("POST", "/bookings", json={**visit, name: None})

    assert (answer.status_code, answer.json()) == (422, {"message": f"Unknown: {name}."})


@fact("U", "a time that is taken is answered with 409", "our default", effect=BOOKS)
def test_a_taken_time_is_a_conflict(target, visit):
    target.call("POST", "/bookings", json=visit)

    assert target.call("POST", "/bookings", json=visit).status_code == 409


@fact("L", "`DELETE /appointments/id` cancels: the record stays", "a live client", holds=EMBEDDED)
def test_a_cancelled_appointment_stays(target):
    assert [row["id"] for row in target.records("/appointments", status="canceled")][-1] == 3
