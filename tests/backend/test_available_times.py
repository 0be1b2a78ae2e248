"""Open starts by date, in the business's zone; booked ones are not among them."""

import pytest

WEEK = [{"weekday": weekday, "periods": [{"start": "09:00", "end": "12:00"}]} for weekday in (2, 3)]


@pytest.fixture
def working(studio):
    studio.call("PUT", "/employees/1/working-hours", WEEK)
    studio.call("PATCH", "/settings", {"booking_window_days": 30})
    return studio


def test_the_open_starts_of_two_days(working):
    working.book(time="09:30")
    path = "/available-times?service=1&calendar_start_date=2026-12-01&calendar_end_date=2026-12-02"
    whole = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    # The visit at 09:30 and its buffer end at 10:10; one at 09:00 would need its own until 09:40.
    assert working.get(path) == {
        "data": {"2026-12-01": ["10:30", "11:00", "11:30"], "2026-12-02": whole}
    }


def test_what_is_offered_can_be_booked_and_nothing_else(working):
    working.book(time="10:15")
    path = "/available-times?service=1&calendar_start_date=2026-12-01&calendar_end_date=2026-12-01"
    offered = working.get(path)["data"]["2026-12-01"]
    for time in ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30"):
        made = working.book(time=time)
        assert (made.status_code == 201) == (time in offered)
        if made.status_code == 201:
            working.call("DELETE", f"/bookings/{made.json['id']}")


AUTUMN = "/available-times?service=1&calendar_start_date=2027-10-31&calendar_end_date=2027-10-31"


def test_an_hour_that_the_clocks_show_twice_is_told_once(studio):
    nights = [{"weekday": 7, "periods": [{"start": "01:00", "end": "04:00"}]}]
    for employee in (1, 2):
        studio.call("PUT", f"/employees/{employee}/working-hours", nights)
    offered = ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
    assert studio.get(AUTUMN)["data"] == {"2027-10-31": offered}
    # What is told can be booked, though two hours of the night are called the same.
    for employee in (1, 2):
        made = studio.book(date="2027-10-31", time="02:00", employee=employee)
        assert made.json["start_date_time"] == "2027-10-31T02:00:00+02:00"
    # With its buffer it ends at 02:40; the second hour, which is free, is not told.
    assert studio.get(AUTUMN)["data"] == {"2027-10-31": ["01:00", "03:00", "03:30"]}


def test_a_group_is_offered_while_it_has_places(working):
    working.book(service=2, additional_persons=2)
    path = "/available-times?service=2&calendar_start_date=2026-12-01&calendar_end_date=2026-12-01"
    assert "09:00" in working.get(path)["data"]["2026-12-01"]
    assert "09:00" not in working.get(f"{path}&additional_guest_count=1")["data"]["2026-12-01"]


def test_without_dates_it_begins_today(working):
    days = working.get("/available-times?service=1&employee=1&location=1")["data"]
    assert (min(days), max(days)) == ("2026-12-01", "2026-12-30")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "service"),
        ("service=99", "service"),
        ("service=1&employee=99", "employee"),
        ("service=1&location=99", "location"),
        ("service=1&additional_guest_count=-1", "additional_guest_count"),
        ("service=1&calendar_start_date=soon", "calendar_start_date"),
        (
            "service=1&calendar_start_date=2026-12-02&calendar_end_date=2026-12-01",
            "calendar_end_date",
        ),
        (
            "service=1&calendar_start_date=2026-12-02&calendar_end_date=2028-12-01",
            "calendar_end_date",
        ),
        ("service=1&calendar_end_date=2126-10-31", "calendar_end_date"),
        ("service=1&calendar_end_date=2026-11-29", "calendar_end_date"),
    ],
)
def test_nonsense(working, query, field):
    answer = working.call("GET", f"/available-times?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
