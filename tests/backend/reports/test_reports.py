"""Reports against the appointments that the lists show, day by day; clock changes; currencies."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from widget_server.backend.auth import create_client

BERLIN = ZoneInfo("Europe/Berlin")
NOVEMBER = "date_from=2026-11-15&date_to=2026-12-16"
DAYS = [date(2026, 11, 15) + timedelta(days=number) for number in range(32)]
REPORTS = ("appointments", "revenue", "utilisation", "cancellations", "no-shows")
USING = ("approved", "pending", "no-show")


def report(api, name, query=NOVEMBER):
    return api.get(f"/reports/{name}?{query}")["data"]


def listed(api):
    """Every appointment, read from the list page by page."""
    found, page = [], 1
    while True:
        answer = api.get(f"/appointments?limit=100&page={page}")
        found += answer["data"]
        if page >= answer["pagination"]["pages"]:
            return found
        page += 1


def token(studio, client_id, secret):
    form = {"client_id": client_id, "client_secret": secret}
    return studio.app.test_client().post("/api/v2/token", data=form).json["access_token"]


def let_pass(studio, days):
    studio.clock.moment += timedelta(days=days)
    studio.token = studio.fresh_token()


def start_of(appointment):
    return datetime.fromisoformat(appointment["start_date_time"]).astimezone(BERLIN)


LABELS = {
    "total": lambda _one: None,
    "day": lambda one: start_of(one).date().isoformat(),
    "week": lambda one: "{}-W{:02}".format(*start_of(one).isocalendar()),
    "month": lambda one: start_of(one).strftime("%Y-%m"),
    "service": lambda one: one["service"]["id"],
    "employee": lambda one: one["employees"][0]["id"],
    "location": lambda one: one["location"]["id"] if one["location"] else None,
}


@pytest.mark.parametrize("group", LABELS)
def test_appointments_are_those_of_the_list(demo, group):
    expected: Counter[Any] = Counter()
    for one in listed(demo):
        if start_of(one).date() in DAYS:
            label = LABELS[group](one)
            expected[label, "appointments"] += 1
            expected[label, one["status"].replace("-", "_")] += 1
            for booking in one["bookings"]:
                if booking["status"] in ("approved", "pending"):
                    expected[label, "bookings"] += 1
                    expected[label, "persons"] += 1 + booking["additional_persons"]
    told = {
        (row.get(group), name): count
        for row in report(demo, "appointments", f"{NOVEMBER}&group_by={group}")
        for name, count in row.items()
        if name not in (group, "name") and count
    }
    assert told == dict(expected)


@pytest.mark.parametrize("group", LABELS)
def test_revenue_is_the_prices_of_the_list(demo, group):
    expected: Counter[Any] = Counter()
    columns = {"approved": "revenue", "pending": "pending"}
    for one in listed(demo):
        if start_of(one).date() in DAYS:
            for booking in one["bookings"]:
                column = columns.get(booking["status"], "lost")
                expected[LABELS[group](one), column] += booking["price"]
    told = {
        (row.get(group), name): row[name]
        for row in report(demo, "revenue", f"{NOVEMBER}&group_by={group}")
        for name in ("revenue", "pending", "lost")
        if row[name]
    }
    assert told == {key: price for key, price in expected.items() if price}


@pytest.mark.parametrize("group", LABELS)
def test_booked_minutes_are_those_of_the_list(demo, group):
    expected: Counter[Any] = Counter()
    for one in listed(demo):
        if start_of(one).date() in DAYS and one["status"] in USING:
            end = datetime.fromisoformat(one["end_date_time"])
            expected[LABELS[group](one)] += (end - start_of(one)) // timedelta(minutes=1)
    rows = report(demo, "utilisation", f"{NOVEMBER}&group_by={group}")
    assert {row.get(group): row["booked_minutes"] for row in rows if row["booked_minutes"]} == dict(
        expected
    )


def test_every_stretch_has_a_row_also_without_anything(studio):
    rows = report(studio, "appointments", "date_from=2026-12-30&date_to=2027-01-04&group_by=week")
    assert [row["week"] for row in rows] == ["2026-W53", "2027-W01"]
    assert [row["appointments"] for row in rows] == [0, 0]
    assert report(studio, "revenue", "group_by=total") == [
        {"currency": "EUR", "bookings": 0, "revenue": 0, "pending": 0, "lost": 0}
    ]


def test_without_dates_it_is_the_present_month(studio):
    answer = studio.get("/reports/appointments")
    assert (answer["date_from"], answer["date_to"]) == ("2026-11-01", "2026-11-30")


def test_filters_narrow_what_is_counted(studio):
    studio.book()
    studio.book(employee=2, service=2, additional_persons=1)
    query = "date_from=2026-12-01&date_to=2026-12-01&group_by=total"
    counted = {
        name: report(studio, "appointments", f"{query}&{name}")[0]["appointments"]
        for name in ("employee=1", "service=2", "location=1", "location=7", "employee=1&service=2")
    }
    assert counted == {
        "employee=1": 1, "service=2": 1, "location=1": 2, "location=7": 0,
        "employee=1&service=2": 0,
    }  # fmt: skip


def test_cancellations_and_no_shows_are_counted_by_booking(studio):
    for customer in (1, 2):
        studio.book(service=2, customer=customer)
    studio.call("DELETE", "/bookings/2")
    studio.book(employee=2, time="11:00")
    studio.call("PATCH", "/appointments/2", {"status": "no-show"})
    day = "date_from=2026-12-01&date_to=2026-12-01"
    assert report(studio, "cancellations", day) == [
        {"day": "2026-12-01", "bookings": 3, "canceled": 1, "rejected": 0, "rate": 0.3333}
    ]
    assert report(studio, "no-shows", day) == [
        {"day": "2026-12-01", "bookings": 0, "no_shows": 0, "rate": None}
    ]
    let_pass(studio, days=2)
    assert report(studio, "no-shows", day) == [
        {"day": "2026-12-01", "bookings": 1, "no_shows": 1, "rate": 1.0}
    ]


NIGHTS = [{"weekday": day, "periods": [{"start": "22:00", "end": "06:00"}]} for day in range(1, 8)]


def working(studio, day):
    (row,) = report(studio, "utilisation", f"date_from={day}&date_to={day}&employee=1")
    return row["working_minutes"]


def test_working_time_is_as_long_as_the_day_really_is(studio):
    studio.call("PATCH", "/employees/1", {"working_hours": NIGHTS})
    assert working(studio, "2026-03-28") == 8 * 60
    assert working(studio, "2026-03-29") == 7 * 60  # clocks go forward at two
    assert working(studio, "2026-10-25") == 9 * 60  # and back at three


def test_working_time_is_read_in_the_employees_zone(studio):
    hours = [{"weekday": 1, "periods": [{"start": "09:00", "end": "17:00"}]}]
    change = {"working_hours": hours, "timezone": "Asia/Tokyo"}
    studio.call("PATCH", "/employees/1", change)
    # In Berlin this Monday's hours begin at one in the night.
    assert working(studio, "2026-12-07") == 8 * 60
    change["timezone"] = "Pacific/Auckland"
    studio.call("PATCH", "/employees/1", change)
    assert [working(studio, day) for day in ("2026-12-06", "2026-12-07")] == [180, 300]


def test_working_time_counts_once_where_periods_overlap_and_not_on_days_off(studio):
    periods = [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]
    change = {
        "working_hours": [{"weekday": 1, "periods": periods}],
        "days_off": [{"start_date": "2026-12-14", "end_date": "2026-12-14"}],
    }
    studio.call("PATCH", "/employees/1", change)
    assert [working(studio, day) for day in ("2026-12-07", "2026-12-14")] == [240, 0]


def test_working_time_of_a_service_and_of_a_location(studio):
    periods = [
        {"start": "09:00", "end": "12:00", "services": [1]},
        {"start": "13:00", "end": "14:00", "services": None},
    ]
    studio.call("PATCH", "/employees/1", {"working_hours": [{"weekday": 1, "periods": periods}]})
    monday = "date_from=2026-12-07&date_to=2026-12-07"
    by_service = report(studio, "utilisation", f"{monday}&group_by=service")
    assert {row["service"]: row["working_minutes"] for row in by_service} == {1: 240, 2: 60}
    (by_location,) = report(studio, "utilisation", f"{monday}&group_by=location")
    assert by_location["working_minutes"] == 240


def test_a_visit_past_midnight_takes_time_of_both_days(studio):
    studio.book(service=2, time="23:30", additional_persons=1)
    days = report(studio, "utilisation", "date_from=2026-12-01&date_to=2026-12-03")
    assert [row["booked_minutes"] for row in days] == [30, 30, 0]
    (next_day,) = report(studio, "utilisation", "date_from=2026-12-02&date_to=2026-12-02")
    assert next_day["booked_minutes"] == 30


def test_a_visit_belongs_to_the_date_on_the_businesss_clock(studio):
    studio.book(date="2026-12-05", time="00:30")
    days = report(studio, "appointments", "date_from=2026-12-04&date_to=2026-12-05")
    assert [row["appointments"] for row in days] == [0, 1]


def test_money_of_different_currencies_is_never_added_up(studio):
    studio.book()
    studio.call("PATCH", "/settings", {"currency": "CHF"})
    studio.book(time="12:00")
    day = "date_from=2026-12-01&date_to=2026-12-01"
    assert report(studio, "revenue", day) == [
        {"day": "2026-12-01", "currency": currency, "bookings": 1, "revenue": 45,
         "pending": 0, "lost": 0}
        for currency in ("CHF", "EUR")
    ]  # fmt: skip


def test_a_deleted_employee_is_told_where_something_was_booked(studio):
    studio.book()
    let_pass(studio, days=7)
    assert studio.call("DELETE", "/employees/1").status_code == 204
    by_employee = "date_from={0}&date_to={0}&group_by=employee"
    then = report(studio, "appointments", by_employee.format("2026-12-01"))
    later = report(studio, "appointments", by_employee.format("2026-12-20"))
    assert [row["employee"] for row in then] == [1, 2]
    assert [row["employee"] for row in later] == [2]


@pytest.mark.parametrize("name", REPORTS)
def test_csv_says_the_same_as_json(demo, name):
    answer = demo.call("GET", f"/reports/{name}?{NOVEMBER}&format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{name}-by-day-2026-11-15-2026-12-16.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    told = [
        {key: "" if value is None else str(value) for key, value in row.items()}
        for row in report(demo, name)
    ]
    assert rows == told


def test_a_name_is_no_formula_in_csv(studio):
    studio.call("PATCH", "/locations/1", {"name": "=1+1"})
    answer = studio.call("GET", "/reports/appointments?group_by=location&format=csv")
    assert "1,'=1+1," in answer.get_data(as_text=True)


def test_csv_without_rows_has_its_names(api):
    answer = api.call("GET", "/reports/revenue?group_by=service&format=csv")
    assert (
        answer.get_data(as_text=True) == "service,name,currency,bookings,revenue,pending,lost\r\n"
    )


@pytest.mark.parametrize("name", REPORTS)
def test_empty_rows_ask_the_database_nothing(studio, name):
    def statements(group):
        heard = []

        def note(_c, _cursor, statement, *_rest):
            heard.append(statement)

        event.listen(studio.database.engine, "before_cursor_execute", note)
        report(studio, name, f"date_from=2026-12-01&date_to=2026-12-30&group_by={group}")
        event.remove(studio.database.engine, "before_cursor_execute", note)
        return len(heard)

    before = statements("employee")
    for last in ("Three", "Four"):
        studio.make("/employees", {"first_name": "Number", "last_name": last})
    assert statements("employee") == before
    # One question a day at the most, and what every call asks besides.
    assert statements("day") <= 30 + before


def test_a_report_is_sent_while_it_is_counted(demo):
    days = "date_from=2026-01-01&date_to=2026-12-31"
    answer = demo.call("GET", f"/reports/appointments?{days}", buffered=False)
    first = next(answer.iter_encoded())
    assert b'"data": [' in first
    assert b'2026-12-31", "appointments' not in first
    answer.close()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("date_from=2026-12-02&date_to=2026-12-01", "date_to"),
        ("date_from=2026-12-02", "date_to"),
        ("date_to=2026-12-02", "date_from"),
        ("date_from=2026-13-02&date_to=2026-12-01", "date_from"),
        ("date_from=1950-01-01&date_to=2026-12-01", "date_to"),
        ("group_by=hour", "group_by"),
        ("date_from=2025-01-01&date_to=2026-12-01", "group_by"),
        ("format=xml", "format"),
        ("service=x", "service"),
        ("employee=0", "employee"),
        ("color=red", "color"),
    ],
)
@pytest.mark.parametrize("name", REPORTS)
def test_a_question_that_makes_no_sense_names_the_field(studio, name, query, field):
    answer = studio.call("GET", f"/reports/{name}?{query}")
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_reports_need_a_scope_of_their_own(studio):
    for scope, status in (("reports:read", 200), ("appointments:read", 403)):
        client_id, secret = create_client(studio.database, scope, [scope])
        headers = {"Authorization": f"Bearer {token(studio, client_id, secret)}"}
        assert studio.call("GET", "/reports/revenue", headers=headers).status_code == status
