"""What a change makes old, and what it leaves alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from widget_server.catalogue import keys

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
employees = st.sets(st.integers(1, 12), max_size=12)
moments = st.integers(0, 24 * 28).map(lambda hours: MONDAY + hours * HOUR)


def meets(changed, watched):
    return not changed.isdisjoint(watched)


@given(moments, employees, st.integers(1, 48), moments, employees.filter(bool))
def test_an_answer_is_made_old_by_every_change_that_touches_it(at, whose, hours, start, about):
    """Of its employees or of nobody knows whom, in the time that it is about."""
    end = start + hours * HOUR
    changed = keys.changed([(at, at + HOUR)], whose)
    touches = (not whose or whose & about) and at < end and at + HOUR > start
    if touches:
        assert meets(changed, keys.watched(start, end, about))


def test_others_changes_leave_an_answer_alone():
    span = (MONDAY, MONDAY + HOUR)
    watched = keys.watched(MONDAY, MONDAY + 24 * HOUR, [1, 2])
    assert [meets(keys.changed([span], whose), watched) for whose in ([3], [2], [])] == [
        False, True, True,
    ]  # fmt: skip
    other_week = (MONDAY + 7 * 24 * HOUR, MONDAY + 7 * 24 * HOUR)
    assert not meets(keys.changed([other_week], [1]), watched)


def test_an_answer_about_many_watches_everybody():
    span = (MONDAY, MONDAY + HOUR)
    watched = keys.watched(MONDAY, MONDAY + HOUR, range(1, keys.MOST_WATCHED + 2))
    assert watched == ["busy:2026-11-30"]
    assert meets(keys.changed([span], [99]), watched)
