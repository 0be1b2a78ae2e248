"""The open times that an account lists, in whatever shape."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.bookablesites.canned import BERLIN, NINE, account_with
from widget_server.bookablesites.bookings import OpenTimes
from widget_server.bookablesites.contract import AVAILABILITY_PARAMS
from widget_server.bookablesites.errors import InvalidAnswer


@pytest.fixture
def account():
    return account_with


DECEMBER = OpenTimes(1, date(2026, 12, 1), date(2026, 12, 2), employee=2)
SHAPES = {
    "times": {"2026-12-01": ["09:00", "10:30:00"], "2026-12-02": []},
    "slots": {"2026-12-01": {"09:00": {"employees": [1]}, "10:30": {}}, "2026-12-02": []},
    "days": [
        {"date": "2026-12-01", "times": [{"time": "10:30"}, "09:00"]},
        {"date": "2026-12-02", "slots": {}},
    ],
}
STARTS = [NINE, NINE + timedelta(minutes=90)]


@pytest.mark.parametrize("wrap", [lambda days: days, lambda days: {"data": days}])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("asked", ["auto", "same"])
def test_open_times_come_in_three_shapes(account, shape, asked, wrap):
    answer = wrap(SHAPES[shape])
    said = shape if asked == "same" else "auto"
    client, _ = account({"GET /available-times": answer}, AVAILABILITY_SHAPE=said)

    assert client.open_times(DECEMBER, BERLIN) == STARTS


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_is_not_the_one_that_is_set_is_an_error(account, shape):
    for other in set(SHAPES) - {shape}:
        client, _ = account({"GET /available-times": SHAPES[shape]}, AVAILABILITY_SHAPE=other)
        with pytest.raises(InvalidAnswer):
            client.open_times(DECEMBER, BERLIN)


def test_open_times_are_asked_for_by_the_accounts_names_and_trimmed_here(account):
    rolling = {f"2026-12-{day:02}": ["09:00"] for day in range(1, 32)}
    client, platform = account(
        {"GET /available-times": {"data": rolling}}, AVAILABILITY_PARAMS="service:s,from:since"
    )

    assert client.open_times(DECEMBER, BERLIN) == [NINE, NINE + timedelta(days=1)]
    assert platform.said("GET /available-times") == [{"s": "1", "since": "2026-12-01"}]


def test_an_account_that_refuses_dates_is_asked_without(account):
    client, platform = account(
        {"GET /available-times": iter([(422, {"message": "no"}), (200, SHAPES["times"])])}
    )

    assert client.open_times(DECEMBER, BERLIN) == STARTS
    assert [set(said) for said in platform.said("GET /available-times")] == [
        set(AVAILABILITY_PARAMS.values()) - {"location", "additional_guest_count"},
        {"service", "employee"},
    ]


def test_guests_are_asked_for_and_left_out_where_they_are_refused(account):
    client, platform = account(
        {"GET /available-times": iter([(422, {"message": "no"}), (200, SHAPES["times"])])}
    )

    assert client.open_times(replace(DECEMBER, persons=3), BERLIN) == STARTS
    guests = [said.get("additional_guest_count") for said in platform.said("GET /available-times")]
    assert guests == ["2", None]
