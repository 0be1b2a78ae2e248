"""The dates of a recurring visit, without any business."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.booking.conftest import NINE
from widget_server.booking.series import starts
from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Recurrence("weekly", 1, 4)


def test_dates_keep_the_wall_clock_and_skip_what_no_clock_shows():
    first = datetime(2027, 3, 21, 1, 30, tzinfo=UTC)  # half past two in Berlin
    found = starts(first, WEEKLY, BERLIN)
    # On 28 March the clocks go from two to three.
    assert [real for _, real in found] == [True, False, True, True]
    assert [at.astimezone(BERLIN).hour for at, real in found if real] == [2, 2, 2]
    assert found[2][0] - found[0][0] == timedelta(days=14) - timedelta(hours=1)


def test_dates_beyond_the_calendar_are_refused():
    with pytest.raises(InvalidInput):
        starts(datetime(9999, 12, 20, 8, tzinfo=UTC), WEEKLY, BERLIN)


def test_a_month_without_the_day_takes_its_last():
    found = Recurrence("monthly", 1, 3).dates(date(2027, 1, 31))
    assert found == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_starts_are_where_the_first_is():
    assert starts(NINE, WEEKLY, BERLIN)[0] == (NINE, True)
