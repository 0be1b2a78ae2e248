"""Walking through lists that say little about themselves."""

import pytest

from widget_server.bookablesites.errors import InvalidAnswer
from widget_server.bookablesites.paging import iter_records

ROWS = [{"id": number} for number in range(1, 6)]


def pages(envelope, *, size=2, deaf=False):
    """Return a list of five in pages of two, in an envelope; a deaf one knows only page one."""

    def fetch(page):
        first = 0 if deaf else (page - 1) * size
        return envelope(ROWS[first : first + size], page)

    return fetch


def told(rows, page):
    return {"data": rows, "pagination": {"total": 5, "page": page, "limit": 2, "pages": 3}}


ENVELOPES = [
    told,
    lambda rows, page: {"data": rows, "pagination": {"page": page, "limit": 2}},
    lambda rows, page: {"data": rows, "pagination": {"page": page, "pages": "3"}},
    lambda rows, _page: {"data": rows, "pagination": None},
    lambda rows, _page: {"data": rows},
    lambda rows, _page: {"items": rows},
    lambda rows, _page: rows,
]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_every_record_comes_once_however_little_is_told(envelope):
    assert list(iter_records(pages(envelope))) == ROWS


@pytest.mark.parametrize("envelope", ENVELOPES[1:])
def test_a_list_that_repeats_itself_has_ended(envelope):
    assert list(iter_records(pages(envelope, deaf=True))) == ROWS[:2]


def test_no_page_is_asked_for_beyond_the_last():
    asked = []

    def fetch(page):
        asked.append(page)
        return pages(told)(page)

    list(iter_records(fetch))

    assert asked == [1, 2, 3]


def test_a_list_that_goes_round_in_circles_is_not_walked_for_ever():
    asked = []

    def fetch(page):
        asked.append(page)
        return {"data": ROWS[:2], "pagination": {"pages": 10_000}}

    with pytest.raises(InvalidAnswer):
        list(iter_records(fetch))

    assert len(asked) == 4


def test_a_list_without_end_is_an_error():
    with pytest.raises(InvalidAnswer):
        for _ in iter_records(lambda page: [{"id": page}]):
            pass


def test_records_that_move_on_while_pages_are_read_come_once_and_none_is_left_out():
    rows = [{"id": number} for number in range(10, 0, -1)]

    def fetch(page):
        if page > 1:
            rows.insert(0, {"id": 10 + page})  # the newest comes first
        return {"data": rows[2 * page - 2 : 2 * page], "pagination": {"pages": -(-len(rows) // 2)}}

    found = [row["id"] for row in iter_records(fetch)]

    assert sorted(found) == list(range(1, 11))


@pytest.mark.parametrize("pages", [0, -1, True, None, "9", 1.5, [3], 10**30])
def test_a_number_of_pages_that_cannot_be_is_none(pages):
    def fetch(page):
        return {"data": ROWS[2 * page - 2 : 2 * page], "pagination": {"pages": pages}}

    assert list(iter_records(fetch)) == ROWS


@pytest.mark.parametrize("id_", [[1], {"id": 1}, 1.5])
def test_an_id_that_cannot_be_is_an_error(id_):
    with pytest.raises(InvalidAnswer):
        list(iter_records(lambda _page: [{"id": id_}]))
