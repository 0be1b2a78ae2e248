"""Open starts among given ones."""

from datetime import UTC, date, datetime, timedelta

import pytest

from widget_server.availability import BusyTimes, SlotQuery, find_slots
from widget_server.shapes import business_from_json

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOURS = [{"weekday": 2, "periods": [{"start": "09:00", "end": "10:30"}]}]


@pytest.fixture
def found():
    business = business_from_json(
        {
            "settings": {"timezone": "UTC"},
            "services": [{"id": 1, "duration_minutes": 30}],
            "employees": [
                {"id": 1, "services": [{"id": 1}], "working_hours": HOURS},
                {"id": 2, "services": [{"id": 1}]},
            ],
        }
    )
    query = SlotQuery((1,), (date(2026, 12, 1), date(2026, 12, 1)))
    return find_slots(query, business, BusyTimes.of(business, ()), NOW)


@pytest.mark.parametrize(
    ("given", "left"),
    [((), ()), ((0, 60), (0, 60)), ((15, 30, 90), (30,)), ((-100_000, 0, 100_000), (0,))],
)
def test_only_those_that_are_open_and_given_are_left(found, given, left):
    among = found.among(NINE + timedelta(minutes=after) for after in given)

    assert among.starts() == [NINE + timedelta(minutes=after) for after in left]
    assert [slot.employees for slot in among.slots()] == [(1,)] * len(left)
    assert len(found) == 3


def test_of_nothing_nothing_is_left(found):
    query = SlotQuery((1,), (date(2020, 1, 1), date(2020, 1, 1)))
    business = business_from_json({"services": [{"id": 1, "duration_minutes": 30}]})
    past = find_slots(query, business, BusyTimes.of(business, ()), NOW)

    assert past.among([NINE]).starts() == []
