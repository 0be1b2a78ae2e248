"""Reading all pages of a list that does not stand still."""

import pytest

from tests.bookablesites.mirror.conftest import Account, Copy
from widget_server.bookablesites.errors import InvalidAnswer, PlatformError
from widget_server.bookablesites.mirror.file import MirrorFile
from widget_server.bookablesites.mirror.sweeping import RESUMED_SECONDS


def test_every_page_is_read_once(copy, account):
    assert copy.load()

    assert account.asked == list(range(1, 41))
    assert copy.order() == account.ids()


def test_who_takes_over_goes_on_at_the_last_page_read(copy, account):
    assert not copy.load(pages=17)
    assert copy.load()

    assert account.asked == [*range(1, 18), *range(17, 41)]
    assert copy.rows() == set(account.rows)


def test_what_was_left_alone_for_long_is_begun_anew(copy, account):
    copy.load(pages=17)
    account.seconds += RESUMED_SECONDS
    account.asked.clear()
    assert copy.load()

    assert account.asked == list(range(1, 41))


def at_page(account, number, change):
    """Have the list changed just before a page is read."""

    def meanwhile(asked):
        if asked == number:
            account.meanwhile = lambda _: None
            change(account.rows)

    account.meanwhile = meanwhile


NEW = (999, "approved")
CHANGES = {
    "one comes to the front": lambda rows: rows.insert(0, NEW),
    "many come to the front": lambda rows: rows.__setitem__(
        slice(0, 0), [(id_, "approved") for id_ in range(230, 200, -1)]
    ),
    "one comes to where was read": lambda rows: rows.insert(33, NEW),
    "one comes to where is read": lambda rows: rows.insert(100, NEW),
    "one comes to where will be read": lambda rows: rows.insert(133, NEW),
    "one comes to the end": lambda rows: rows.append(NEW),
    "one goes from where was read": lambda rows: rows.pop(33),
    "many go from where was read": lambda rows: rows.__delitem__(slice(20, 37)),
    "one goes from where is read": lambda rows: rows.pop(100),
    "one goes from where will be read": lambda rows: rows.pop(133),
    "one moves to where was read": lambda rows: rows.insert(33, rows.pop(133)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_comes_and_goes_while_pages_are_read_is_known(copy, account, change):
    at_page(account, 21, CHANGES[change])
    while not copy.load():
        pass

    assert copy.rows() == set(account.rows)


def test_one_that_moves_to_where_will_be_read_is_met_there(copy, account):
    at_page(account, 21, lambda rows: rows.insert(133, rows.pop(33)))
    while not copy.load():
        pass

    assert {id_ for id_, _ in copy.rows()} == set(account.ids())


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_sweep_puts_the_order_right(copy, account, change):
    at_page(account, 21, CHANGES[change])
    copy.load()
    copy.load()

    assert copy.order() == account.ids()


def test_a_change_in_the_middle_is_found(loaded, account):
    account.rows[102] = (98, "canceled")
    loaded.load()

    assert loaded.rows() == set(account.rows)


def test_what_a_look_finds_meanwhile_stays(loaded, account):
    at_page(account, 21, lambda rows: rows.insert(0, NEW))
    account_read = account.read

    def read(number):
        if number == 30:
            loaded.look()
        return account_read(number)

    account.read = read
    loaded.load()

    assert loaded.rows() == set(account.rows)


def test_an_account_that_miscounts_is_believed_the_second_time(copy, account):
    account.miscounted = 7
    assert not copy.load()
    assert copy.load()

    assert copy.rows() == set(account.rows)
    assert copy.look() == [1]


def test_a_list_that_tells_nothing_ends_where_nothing_new_comes(tmp_path):
    account = Account([(number, "approved") for number in range(12, 0, -1)], told=False)
    copy = Copy(MirrorFile(tmp_path / "appointments.sqlite"), account)
    assert not copy.load(pages=2)
    assert copy.load()

    assert account.asked == [1, 2, 2, 3, 4]
    assert copy.rows() == set(account.rows)


def test_an_empty_account_is_read_whole(copy, account):
    account.rows.clear()

    assert copy.load()
    assert copy.look() == [1]


def test_a_list_that_goes_round_in_circles_is_not_walked_for_ever(copy, account):
    first, _ = account.read(1)
    account.read = lambda number: (account.asked.append(number), (first, []))[1]

    with pytest.raises(InvalidAnswer):
        copy.load()

    assert len(account.asked) <= 5


def test_a_page_that_cannot_be_read_costs_no_other(copy, account):
    def fail(number):
        if number == 21:
            account.meanwhile = lambda _: None
            raise InvalidAnswer("The booking system's list cannot be read.")

    account.meanwhile = fail
    with pytest.raises(PlatformError):
        copy.load()
    account.asked.clear()

    assert copy.load()
    assert account.asked == list(range(20, 41))
    assert copy.rows() == set(account.rows)


def test_room_is_made_where_there_is_none_left(loaded, account):
    for number in range(30):
        account.rows.insert(100, (1000 + number, "approved"))
        loaded.look()
    loaded.load()

    ranks = loaded.file.read("SELECT COUNT(*), COUNT(DISTINCT rank) FROM appointments")
    assert ranks == [(230, 230)]
    assert loaded.order() == account.ids()


def test_a_file_that_is_no_database_is_begun_anew(tmp_path, account):
    (tmp_path / "appointments.sqlite").write_bytes(b"nonsense" * 1000)
    copy = Copy(MirrorFile(tmp_path / "appointments.sqlite"), account)

    assert copy.load()
    assert copy.order() == account.ids()
