"""How long the platform's starts say that the time is free."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.catalogue.sources.told import Asked, long_enough


def at(clock):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 12, 1, hour, minute, tzinfo=UTC)


def question(needs):
    half_an_hour = timedelta(minutes=30)
    return Asked(1, None, None, 1, lasts=half_an_hour, needs=timedelta(minutes=needs))


@pytest.mark.parametrize(
    ("starts", "needs", "enough"),
    [
        ("", 45, ""),
        ("9:00 9:30 11:00", 30, "9:00 9:30 11:00"),
        ("9:00 9:30 11:00", 45, "9:00"),
        ("9:00 9:30 10:00", 60, "9:00 9:30"),
        ("9:00 9:30 10:00", 61, "9:00"),
        ("9:00 9:15 9:50", 35, "9:00"),
        ("9:00 9:15 9:45 11:00", 40, "9:00 9:15"),
        ("11:00 9:30 9:00", 45, "9:00"),
    ],
)
def test_a_start_is_long_enough_when_the_next_ones_join(starts, needs, enough):
    found = long_enough(map(at, starts.split()), question(needs))

    assert found == set(map(at, enough.split()))
