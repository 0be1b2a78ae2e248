"""Challenges are spent once; on both kinds of databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from widget_server.booking.ledger.models import SpentChallenge
from widget_server.booking.ledger.spent import KEPT_BEYOND, SpentChallenges
from widget_server.site import Site

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ENDS = NOW + timedelta(minutes=30)


def kept(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SpentChallenge))


def test_a_challenge_is_its_first_keys_alone(ledger):
    spend = ledger.challenges.spend

    assert [spend("one", key, ENDS, NOW) for key in ("mia", "leo", "mia")] == [True, False, True]
    assert spend("two", "leo", ENDS, NOW)


def test_of_many_at_once_one_spends_it(ledger):
    def spend(number):
        return ledger.challenges.spend("one", f"key {number}", ENDS, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(24))) == 1


def test_each_site_has_its_own(ledger, database):
    ledger.challenges.spend("one", "mia", ENDS, NOW)

    assert SpentChallenges(database, Site("other")).spend("one", "leo", ENDS, NOW)


def test_what_is_long_over_is_forgotten(ledger, database):
    ledger.challenges.spend("one", "mia", ENDS, NOW)
    ledger.challenges.spend("two", "mia", ENDS, ENDS + KEPT_BEYOND)
    assert kept(database) == 2

    later = ENDS + KEPT_BEYOND + timedelta(seconds=1)
    ledger.challenges.spend("three", "mia", later, later)
    assert kept(database) == 1
