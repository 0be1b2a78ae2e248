"""How many mails one address gets."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.booking.conftest import NOW
from widget_server.booking.ledger.models import Mail
from widget_server.booking.messages.caps import CAPS, Caps, inbox
from widget_server.outbox import new_row

(HOUR, PER_HOUR), (DAY, PER_DAY) = CAPS


@pytest.fixture
def caps(database):
    return Caps(database, pseudonym=lambda name: f"{abs(hash(name)):032x}"[:32])


@pytest.fixture
def admit(caps, database):
    """Count mails to an address; return how many were let through."""

    def count(number, address="mia@example.org", now=NOW):
        return sum(caps.admit(row, address, now) for row in rows(database, number))

    return count


def rows(database, number):
    with database.writing() as session:
        made = [new_row(Mail, "x", "k", {}, NOW, site="default") for _ in range(number)]
        session.add_all(made)
        session.flush()
        return [row.id for row in made]


def test_so_many_an_hour_and_so_many_a_day(admit):
    let_through = [admit(PER_HOUR + 2, now=NOW + n * HOUR) for n in range(5)]

    assert let_through == [PER_HOUR, PER_HOUR, PER_HOUR, 0, 0]
    assert sum(let_through) == PER_DAY
    assert admit(1, now=NOW + DAY) == 1


def test_others_are_not_counted(admit):
    admit(PER_HOUR)

    assert (admit(1), admit(1, "leo@example.org")) == (0, 1)


def test_a_mail_that_is_tried_again_counts_once(caps, database):
    (row,) = rows(database, 1)

    tries = [caps.admit(row, "mia@example.org", NOW + timedelta(seconds=n)) for n in range(20)]

    assert tries == [True] * 20


def test_of_many_at_once_no_more_are_let_through(caps, database):
    with ThreadPoolExecutor(8) as pool:
        admitted = list(
            pool.map(lambda row: caps.admit(row, "mia@example.org", NOW), rows(database, 40))
        )

    assert sum(admitted) == PER_HOUR


@pytest.mark.parametrize("address", ["MIA@example.org", "mia+a@example.org", "Mia+b+c@Example.Org"])
def test_an_inbox_has_many_spellings(address):
    assert inbox(address) == "mia@example.org"
