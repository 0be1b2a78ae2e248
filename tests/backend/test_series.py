"""Recurring bookings: every date, or none."""

import pytest


@pytest.mark.parametrize(
    ("first", "recurrence", "starts"),
    [
        (
            "2026-12-30",
            {"frequency": "daily", "count": 3},
            ["2026-12-30T09:00:00+01:00", "2026-12-31T09:00:00+01:00", "2027-01-01T09:00:00+01:00"],
        ),
        (
            "2027-03-15",
            {"frequency": "weekly", "interval": 2, "count": 2},
            ["2027-03-15T09:00:00+01:00", "2027-03-29T09:00:00+02:00"],  # the clocks change
        ),
        (
            "2027-01-31",
            {"frequency": "monthly", "count": 3},
            ["2027-01-31T09:00:00+01:00", "2027-02-28T09:00:00+01:00", "2027-03-31T09:00:00+02:00"],
        ),
    ],
)
def test_each_date_of_a_series(studio, first, recurrence, starts):
    made = studio.book(date=first, recurrence=recurrence).json
    assert starts == [item["start_date_time"] for item in made["items"]]
    assert len(starts) == studio.get("/appointments")["pagination"]["total"]


def test_one_date_taken_none_is_made(studio):
    studio.book(date="2026-12-03")
    answer = studio.book(recurrence={"frequency": "daily", "count": 5})
    assert (answer.status_code, answer.json["code"]) == (409, "slot_taken")
    assert studio.get("/appointments")["pagination"]["total"] == 1


@pytest.mark.parametrize(
    "recurrence",
    [
        {"frequency": "hourly", "count": 2},
        {"frequency": "daily"},
        {"frequency": "daily", "count": 0},
        {"frequency": "daily", "count": 101},
        {"frequency": "daily", "count": 2, "interval": 0},
        [],
        "daily",
    ],
)
def test_a_series_that_makes_no_sense(studio, recurrence):
    answer = studio.book(recurrence=recurrence)
    assert answer.status_code == 422
    assert [name for name in answer.json["errors"] if name.startswith("recurrence")]
