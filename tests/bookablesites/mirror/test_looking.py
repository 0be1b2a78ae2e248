"""What a look finds, and how many pages that takes."""

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bookablesites.mirror.conftest import Account, Copy
from widget_server.bookablesites.mirror.file import MirrorFile

PLACES = [0, 3, 50, 99, 100, 101, 197, 200]
# Forty pages: by halving one of them is found in six steps; then its neighbour, and the first.
HALVED = 8


def test_where_nothing_has_changed_the_first_page_tells(loaded):
    assert loaded.look() == [1]


def test_new_rows_at_the_front_are_found_on_the_pages_that_they_are_on(loaded, account):
    account.rows[:0] = [(id_, "approved") for id_ in range(212, 200, -1)]

    assert loaded.look() == [1, 2, 3, 4]
    assert loaded.order() == account.ids()
    assert loaded.look() == [1]


@pytest.mark.parametrize("place", PLACES)
def test_a_new_row_is_found_wherever_it_is(loaded, account, place):
    account.rows.insert(place, (999, "approved"))

    assert len(loaded.look()) <= HALVED
    assert loaded.order() == account.ids()
    assert loaded.look() == [1]


@pytest.mark.parametrize("place", [0, 3, 50, 99, 100, 101, 199])
def test_a_row_that_is_gone_is_forgotten_wherever_it_was(loaded, account, place):
    del account.rows[place]

    assert len(loaded.look()) <= HALVED
    assert loaded.rows() == set(account.rows)
    assert loaded.look() == [1]


def test_several_that_came_and_went_are_found(loaded, account):
    for place in (150, 90, 31):
        account.rows.insert(place, (900 + place, "approved"))
    loaded.look()

    assert loaded.rows() == set(account.rows)


def test_what_was_told_of_is_read_where_it_stands(loaded, account):
    account.rows[102] = (98, "canceled")
    assert loaded.look() == [1]
    loaded.file.owe([98])

    assert loaded.look() == [1, 21]
    assert loaded.rows() == set(account.rows)
    assert loaded.look() == [1]


def test_it_is_found_where_others_have_pushed_it(loaded, account):
    account.rows[:0] = [(id_, "approved") for id_ in range(207, 200, -1)]
    account.rows[109] = (98, "canceled")
    loaded.file.owe([98])

    assert loaded.look() == [1, 2, 3, 22]
    assert loaded.rows() == set(account.rows)


def test_what_was_told_of_and_has_moved_is_found_elsewhere(loaded, account):
    del account.rows[102]
    account.rows.insert(30, (98, "moved"))
    loaded.file.owe([98])

    assert len(loaded.look()) <= HALVED + 1
    assert loaded.rows() == set(account.rows)


def test_what_is_told_of_again_while_it_is_looked_at_is_looked_at_again(loaded, account):
    loaded.file.owe([98])
    account.meanwhile = lambda number: loaded.file.owe([98]) if number == 21 else None
    loaded.look()
    account.meanwhile = lambda _: None

    assert loaded.look() == [1, 21]
    assert loaded.look() == [1]


def test_an_appointment_that_nobody_knows_costs_no_page(loaded):
    loaded.file.owe([4711])

    assert loaded.look() == [1]
    assert loaded.look() == [1]


def test_what_is_sorted_by_change_comes_to_the_front(loaded, account):
    del account.rows[102]
    account.rows.insert(0, (98, "canceled"))

    assert loaded.look() == [1, 2]
    assert loaded.order() == account.ids()
    assert loaded.rows() == set(account.rows)


def test_what_is_sorted_by_change_may_come_to_the_end(loaded, account):
    del account.rows[102]
    account.rows.append((98, "canceled"))

    assert loaded.look(ends=True) == [1, 40, 39]
    assert loaded.rows() == set(account.rows)


def test_an_account_that_miscounts_is_searched_once(loaded, account):
    account.miscounted = 7
    assert len(loaded.look()) > 1

    assert loaded.look() == [1]
    account.rows.insert(77, (999, "approved"))
    loaded.look()
    assert loaded.rows() == set(account.rows)
    assert loaded.file.noted("sweep_wanted") == 1


def test_without_a_total_both_ends_are_read(tmp_path):
    account = Account([(number, "approved") for number in range(200, 0, -1)], told=False)
    copy = Copy(MirrorFile(tmp_path / "appointments.sqlite"), account)
    assert copy.load()
    account.rows.append((999, "approved"))

    assert copy.look() == [1, 41, 40]
    assert copy.rows() == set(account.rows)


def test_a_page_that_was_asked_for_earlier_and_came_later_says_nothing(loaded, account):
    late, _ = account.read(1)
    account.rows.insert(0, (999, "approved"))
    loaded.look()
    account.read = lambda _number: (late, [])

    loaded.look()

    assert loaded.order() == account.ids()


EDITS = st.lists(
    st.tuples(st.sampled_from(["come", "go", "change"]), st.floats(0, 0.999)), max_size=4
)


@given(EDITS, EDITS)
def test_whatever_comes_goes_and_changes_is_known_in_the_end(first, second):
    account = Account([(number, "approved") for number in range(60, 0, -1)])
    with TemporaryDirectory() as folder:
        copy = Copy(MirrorFile(Path(folder) / "appointments.sqlite"), account)
        copy.load()
        number, kinds = count(1000), set()
        for edits in (first, second):
            for kind, where in edits:
                edit(account, kind, int(where * len(account.rows)), next(number))
                kinds.add(kind)
            copy.look()
            # As many may have come as have gone: then no number tells.
            if not {"come", "go"} <= kinds:
                assert set(account.ids()) == {id_ for id_, _ in copy.rows()}

        assert copy.load() or copy.load()
        assert copy.rows() == set(account.rows)
        assert copy.order() == account.ids()


def edit(account, kind, place, number):
    if kind == "come":
        account.rows.insert(place, (number, "approved"))
    elif kind == "go":
        del account.rows[place]
    else:
        account.rows[place] = (account.rows[place][0], f"changed {number}")
