"""Accounts that speak in another way than usual: which settings make up for it."""

import json
from typing import Any

import pytest

from tests.doctor.account.answers import listed, visit
from tests.doctor.conftest import look

SERVICES = "GET */services"


def test_records_that_cannot_be_read_are_named_by_their_fields(simulator, at):
    body = listed({"id": 1, "name": "canary", "duration": "canary"})
    simulator.on(SERVICES, "status", status=200, body=body)

    seen = at()

    [wrong, right] = [one for one in seen.document["findings"] if one["name"] == "/services"]
    assert wrong["seen"] == "The booking system's service cannot be read: duration."
    assert (wrong["status"], right["status"]) == ("fix", "ok")
    assert seen.seen("/services shape") == "data[]: {id: int, name: str, duration: str}"
    assert "canary" not in seen.text


def test_keys_that_somebody_has_written_are_not_told(simulator, at):
    member = {"id": 1, "duration": 30, "extras": [], "Mia Keller": 1, "mia@example.org": {"7": 2}}
    simulator.on(SERVICES, "status", status=200, body=listed(member))

    seen = at()

    assert seen.seen("/services shape") == (
        "data[]: {id: int, duration: int, extras: [], <text>: int|{<number>: int}}"
    )


def test_no_places_is_no_fault(simulator, at):
    message = '{"message": "This feature is disabled."}'
    simulator.on("GET */locations", "status", status=403, body=message)

    seen = at()

    assert seen.status("/locations") == "ok"


def test_durations_in_seconds_are_noticed(simulator, at):
    body = listed({"id": 1, "duration": 1800}, {"id": 2, "duration": 3600})
    simulator.on(SERVICES, "status", status=200, body=body)

    assert at().changes["BOOKABLESITES_DURATION_UNIT"] == "seconds"
    assert at(DURATION_UNIT="seconds").status("durations") == "ok"


def test_durations_in_minutes_are_noticed(at):
    seen = at(DURATION_UNIT="seconds")

    assert seen.status("durations") == "fix"
    assert seen.changes["BOOKABLESITES_DURATION_UNIT"] == "minutes"


def test_filters_that_are_ignored_are_told_from_those_refused(simulator, at):
    visits = [visit(number, employee=number % 2 + 1) for number in range(1, 5)]
    body = listed(*visits, pagination={"total": 4, "page": 1, "limit": 50, "pages": 1})
    simulator.on("GET */appointments", "status", status=200, body=body)

    ignored = at(APPOINTMENT_FILTERS="from:since,employee:who")
    simulator.reset()
    simulator.strict()
    refused = at(APPOINTMENT_FILTERS="from:since")

    filters = [one for one in ignored.document["findings"] if one["name"] == "filters"]
    assert [one["seen"] for one in filters] == [
        "from:since is ignored",
        "employee:who is ignored",
        "none is known to work; a copy of all busy times is kept here",
    ]
    assert [one["status"] for one in filters] == ["warning", "warning", "ok"]
    wrong, _ = [one for one in refused.document["findings"] if one["name"] == "filters"]
    assert (wrong["status"], wrong["seen"]) == ("fix", "from:since is refused")
    assert refused.changes["BOOKABLESITES_APPOINTMENT_FILTERS"] == ""


def test_a_filter_that_hides_what_it_should_show_must_go(answering, here):
    visits = {"data": [visit(number, employee=number % 2 + 1) for number in range(1, 5)]}
    answers: dict[str, Any] = {
        "/api/v2/token": (200, {"access_token": "token"}, {}),
        "/api/v2/appointments": (200, {"data": []}, {}),
        "/api/v2/appointments?page=1&limit=50": (200, visits, {}),
    }
    filters = "from:since,employee:who"
    with answering(answers) as origin:
        account = {"URL": origin, "CLIENT_ID": "id", "CLIENT_SECRET": "s"}
        account |= {"APPOINTMENT_FILTERS": filters}
        seen = look(here | {f"BOOKABLESITES_{name}": value for name, value in account.items()})

    found = [one for one in seen.document["findings"] if one["name"] == "filters"]
    assert [(one["status"], one["seen"]) for one in found[:2]] == [
        ("fix", "from:since hides what it should show"),
        ("fix", "employee:who hides what it should show"),
    ]
    assert seen.changes["BOOKABLESITES_APPOINTMENT_FILTERS"] == ""


def test_a_filter_that_works_is_kept_by_its_name(at):
    seen = at(APPOINTMENT_FILTERS="from:date_from,to:date_to,employee:employee")

    assert seen.status("filters") == "ok"
    assert "BOOKABLESITES_APPOINTMENT_FILTERS" not in seen.changes


def test_parameters_that_are_refused_are_named(simulator, at):
    simulator.strict()

    seen = at(CUSTOMER_SEARCH_PARAM="email", SORT_PARAMS="sort:id")

    assert (seen.status("customer search"), seen.status("sorting")) == ("fix", "fix")
    assert seen.seen("customer search") == "email is refused"
    assert seen.changes["BOOKABLESITES_CUSTOMER_SEARCH_PARAM"] == ""
    assert seen.changes["BOOKABLESITES_SORT_PARAMS"] == ""


def test_more_than_the_account_gives_at_a_time(simulator, at):
    simulator.strict()

    seen = at(PAGE_SIZE=100)
    body = listed(*({"id": one, "duration": 30} for one in range(20)), pagination={"pages": 9})
    for path in ("services", "customers", "appointments"):
        simulator.on(f"GET */{path}", "status", status=200, body=body)
    fewer = at()

    assert seen.status("page size") == "ok"
    assert fewer.status("page size") == "warning"
    assert fewer.changes["BOOKABLESITES_PAGE_SIZE"] == "20"


def test_a_list_that_never_ends_is_noticed(simulator, at):
    body = listed(*({"id": one, "duration": 30} for one in range(50)))
    for path in ("services", "customers", "appointments"):
        simulator.on(f"GET */{path}", "status", status=200, body=body)

    seen = at()

    assert seen.seen("end of lists") == "pages beyond the last one repeat"
    assert (seen.status("end of lists"), seen.status("turning pages")) == ("warning", "warning")


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ({"2026-12-01": ["10:00"]}, "times"),
        ({"2026-12-01": {"10:00": {"employee": 1}}}, "slots"),
        ([{"date": "2026-12-01", "times": ["10:00"]}], "days"),
    ],
)
def test_each_shape_of_open_times_is_known_again(simulator, at, body, shape):
    simulator.on("GET */available-times", "status", status=200, body=json.dumps(body))

    seen = at()

    assert seen.settings["BOOKABLESITES_AVAILABILITY_SHAPE"] == shape
    assert seen.status("open times") == "ok"


def test_open_times_of_another_shape_than_set(at):
    seen = at(AVAILABILITY_SHAPE="days")

    assert seen.seen("open times") == "cannot be read as days"
    assert seen.changes["BOOKABLESITES_AVAILABILITY_SHAPE"] == "times"


def test_open_times_at_night_make_the_zone_doubtful(simulator, at):
    body = json.dumps({"2026-12-01": ["02:00", "10:00"]})
    simulator.on("GET */available-times", "status", status=200, body=body)
    simulator.strict()

    seen = at()

    assert seen.status("hours of the day") == "warning"
    assert "BOOKABLESITES_TIMEZONE" in seen.advice("hours of the day")


def test_open_times_outside_the_working_hours_make_the_zone_doubtful(simulator, at):
    body = json.dumps({"2026-12-01": ["06:00", "10:00"]})
    simulator.on("GET */available-times", "status", status=200, body=body)
    person = {
        "id": 1, "services": [{"id": 1}],
        "working_hours": [{"weekday": 1, "periods": [{"start": "09:00", "end": "18:00"}]}],
    }  # fmt: skip
    simulator.on("GET */employees", "status", status=200, body=listed(person))

    seen = at()

    assert seen.seen("hours of the day").endswith("outside the employees' hours")


def test_other_parameters_for_open_times_are_found(simulator, at):
    simulator.strict()

    seen = at(AVAILABILITY_PARAMS="service:serviceId,from:calendar_start_date")
    dates = at(AVAILABILITY_PARAMS="service:service,from:since,to:until")

    assert seen.status("available times") == "fix"
    assert seen.changes["BOOKABLESITES_AVAILABILITY_PARAMS"] == (
        "service:service,from:calendar_start_date"
    )
    assert dates.status("available times") == "warning"
    assert dates.changes["BOOKABLESITES_AVAILABILITY_PARAMS"] == "service:service"


@pytest.mark.parametrize(
    ("text", "form"),
    [("21.06.2026 12:45", "%d.%m.%Y %H:%M"), ("June 21, 2026 12:45 pm", "%B %d, %Y %I:%M %p")],
)
def test_times_in_the_words_of_a_country_are_recognised(simulator, at, text, form):
    body = listed(visit(1, employee=1, text=text))
    simulator.on("GET */appointments", "status", status=200, body=body)

    seen = at()

    assert seen.status("appointments' times") == "fix"
    assert seen.changes["BOOKABLESITES_DATETIME_FORMATS"] == form
    assert text not in seen.text


def test_statuses_that_are_not_known_are_counted_not_told(simulator, at):
    body = listed(visit(1, employee=1), visit(2, employee=1, status="storniert"))
    simulator.on("GET */appointments", "status", status=200, body=body)

    seen = at()

    assert seen.seen("statuses") == "1 of 2 appointments have an unknown one"
    assert "storniert" not in seen.text
    assert at(STATUS_ALIASES="storniert:canceled").status("statuses") == "ok"
