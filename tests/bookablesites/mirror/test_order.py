"""The account's order as numbers."""

from hypothesis import given
from hypothesis import strategies as st

from widget_server.bookablesites.mirror.order import ROOM, longest_run, placed

RANKS = st.lists(st.none() | st.integers(-50, 50), max_size=12)


@given(RANKS)
def test_the_longest_run_increases_and_no_row_could_be_added(ranks):
    run = longest_run(ranks)
    values = [ranks[at] for at in run]

    assert run == sorted(set(run))
    assert values == sorted(set(values))
    assert len(run) == longest(ranks)


def longest(ranks):
    """Return how long the longest run is, by trying all that end at each row."""
    lengths: list[int] = []
    for at, rank in enumerate(ranks):
        before = [lengths[n] for n in range(at) if ranks[n] is not None and rank is not None
                  and ranks[n] < rank]  # fmt: skip
        lengths.append(0 if rank is None else 1 + max(before, default=0))
    return max(lengths, default=0)


def test_who_has_moved_is_not_in_the_run():
    assert longest_run([90, 10, None, 20, 30]) == [1, 3, 4]


def test_new_rows_get_room_at_the_ends_and_between():
    assert placed([None, 0, None, None, 30, None], None, None) == [-ROOM, 0, 10, 20, 30, 30 + ROOM]
    assert placed([None, None], 0, 30) == [10, 20]
    assert placed([None, None], None, None) == [ROOM, 2 * ROOM]
    assert placed([], None, 3) == []


def test_where_there_is_no_room_some_are_equal():
    assert placed([None, None, None], 4, 5) == [4, 4, 4]
