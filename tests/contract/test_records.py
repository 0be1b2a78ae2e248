"""What a record shows, and of which type."""

import re

import pytest

from tests.contract.facts import FULL, PLATFORM, STRICT, fact

NUMBER = (int, float)
TEXT, TEXT_OR_NULL = (str,), (str, type(None))
SAMPLED = "fields sampled from a tenant"
CONTACT = {
    "id": (int,), "first_name": TEXT, "last_name": TEXT, "email": TEXT_OR_NULL,
    "phone_country_code": TEXT_OR_NULL, "phone_number": TEXT_OR_NULL,
}  # fmt: skip
FIELDS = {
    "/services": {
        "id": (int,), "name": TEXT, "price": NUMBER, "duration": NUMBER,
        "buffer_time_before": NUMBER, "buffer_time_after": NUMBER,
    },
    "/employees": {**CONTACT, "timezone": TEXT_OR_NULL},
    "/customers": CONTACT,
    "/appointments": {
        "id": (int,), "status": TEXT, "start_date_time": TEXT, "end_date_time": TEXT,
        "created_at": TEXT, "note": TEXT_OR_NULL, "service": (dict,), "employees": (list,),
        "location": (dict, type(None)), "bookings": (list,),
    },
}  # fmt: skip
STATUSES = {"approved", "pending", "canceled", "rejected", "no-show", "no_show"}


def _shown(path):
    return ", ".join(f"`{name}`" for name in FIELDS[path])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=fact("P", f"`{path}` shows {_shown(path)}", SAMPLED))
        for path in FIELDS
    ],
)
def test_a_record_has_the_known_fields(target, path):
    record = target.one(path)

    wrong = {
        name: record.get(name, "missing")
        for name, types in FIELDS[path].items()
        if name not in record or type(record[name]) not in types
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=fact("U", f"`{path}` shows nothing more", "absent until seen",
                                      holds=PLATFORM))
        for path in FIELDS
    ],
)  # fmt: skip
def test_a_record_has_no_other_fields(target, path):
    assert sorted(FIELDS[path]) == sorted(target.one(path))


@fact("L", "employees show neither schedules nor the services assigned", "a live client",
      holds=PLATFORM)  # fmt: skip
def test_employees_show_no_schedules(target):
    hidden = {"services", "working_hours", "special_days", "days_off"}

    assert hidden & set(target.one("/employees")) == set()


@fact("U", "a location shows `id` and `name` alone", "the booking site shows them", holds=(STRICT,))
def test_a_location_shows_its_name(target):
    assert target.one("/locations") == {"id": 1, "name": "Main street"}


@fact("P", "a single customer shows `gender` and `birthday` besides", SAMPLED)
def test_a_single_customer_shows_more(target):
    customer = target.get(f"/customers/{target.one('/customers')['id']}")

    assert {"gender", "birthday"} - set(customer) == set()


@fact("P", "the list of customers shows neither `gender` nor `birthday`", SAMPLED, holds=PLATFORM)
def test_the_list_of_customers_shows_less(target):
    assert {"gender", "birthday"} & set(target.one("/customers")) == set()


@fact("P", "customers do not show when they were created, nor their `description`", "a sync job")
def test_customers_hide_when_they_were_created(target):
    customer = target.get(f"/customers/{target.one('/customers')['id']}")

    assert {"created_at", "description"} & set(customer) == set()


@fact("P", "an appointment's `employees` are a list of names with ids", "a sync job")
def test_an_appointment_names_its_employees(target):
    for appointment in target.get("/appointments", limit=20)["data"]:
        for employee in appointment["employees"]:
            assert {"id", "first_name", "last_name"} - set(employee) == set()


@fact("P", "a booking names its customer with e-mail and without phone", "a sync job")
def test_the_customer_of_a_booking_has_no_phone(target):
    for appointment in target.get("/appointments", limit=20)["data"]:
        for booking in appointment["bookings"]:
            assert {"id", "status", "additional_persons", "customer"} - set(booking) == set()
            named = [name for name in booking["customer"] or {} if name.startswith("phone")]
            assert named == []


@fact("P", "answers to custom fields are shown nowhere", "a sync job", holds=PLATFORM)
def test_answers_to_custom_fields_are_not_shown(target):
    for appointment in target.get("/appointments", limit=20)["data"]:
        for record in (appointment, *appointment["bookings"]):
            assert {"custom_fields", "customFields"} & set(record) == set()


@fact("P", "an appointment without a location shows an empty object", SAMPLED, holds=(STRICT,))
def test_no_location_is_an_empty_object(target):
    shown = [row["location"] for row in target.records("/appointments")]

    assert {} in shown
    assert None not in shown


@fact("L", "statuses are texts: approved, pending, canceled, rejected, no-show or no_show",
      "two live clients")  # fmt: skip
def test_statuses_are_texts(target):
    rows = target.get("/appointments", limit=50)["data"]
    bookings = [booking for row in rows for booking in row["bookings"]]

    assert {one["status"] for one in (*rows, *bookings)} - STATUSES == set()


@fact("U", "times are `YYYY-MM-DD HH:MM:SS` in the business's zone", "as in the dashboard",
      holds=PLATFORM)  # fmt: skip
def test_times_have_no_offset(target):
    shown = target.one("/appointments")

    for name in ("start_date_time", "end_date_time", "created_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", shown[name])


@fact("U", "times carry their offset", "an addition of ours", holds=(FULL,))
def test_times_have_an_offset(target):
    shown = target.one("/appointments")

    assert shown["start_date_time"][10:] == "T09:00:00+01:00"
