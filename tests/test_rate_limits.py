"""Counting alone, with others, and when that cannot be done."""

import pytest

from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.shared_file import SharedFileCache
from widget_server.rate_limits import RateLimited, RateLimiter, SharedStorage, per_minutes

LIMIT = per_minutes(20)


class Counters:
    """Counts for all who are given it, and notes what it was told."""

    def __init__(self):
        self.told = []

    def count(self, name, by, seconds):
        self.told.append((name, by, seconds))
        return sum(told[1] for told in self.told if told[0] == name), 30.0

    def counted(self, name):
        return sum(told[1] for told in self.told if told[0] == name)


class Broken:
    """Cannot count."""

    def count(self, _name, _by, _seconds):
        return None

    def counted(self, _name):
        return None


def limiter(counters, at_a_time=1):
    return RateLimiter("Too many.", SharedStorage(counters, str.upper, at_a_time))


def admitted(*limiters, tries=60, who="a"):
    """Return how many of so many tries pass, by turns."""
    passed = 0
    for turn in range(tries):
        try:
            limiters[turn % len(limiters)].hit(LIMIT, who)
            passed += 1
        except RateLimited:
            continue
    return passed


def test_workers_admit_together_what_is_allowed():
    counters = Counters()
    assert admitted(limiter(counters), limiter(counters)) == 20


def test_callers_are_counted_apart():
    counters = Counters()
    one = limiter(counters)
    assert [admitted(one, who=who) for who in "ab"] == [20, 20]


def test_told_some_at_a_time_workers_admit_a_few_more_at_most():
    counters = Counters()
    workers = [limiter(counters, 5) for _ in range(3)]
    assert 20 <= admitted(*workers) <= 20 + 3 * 5


def test_who_comes_often_is_told_some_hits_at_a_time_and_others_not_at_all():
    counters = Counters()
    one = limiter(counters, 5)
    for who in "a" * 12 + "bcd":
        one.hit(LIMIT, who)
    assert [by for _, by, _ in counters.told] == [5, 5]


def test_names_are_told_as_pseudonyms_and_for_the_time_of_the_limit():
    counters = Counters()
    limiter(counters).hit(LIMIT, "read", "192.0.2.7")
    assert counters.told == [("LIMITER/READ/192.0.2.7/20/1/MINUTE", 1, 60)]


def test_who_is_refused_hears_when_to_come_again():
    counters = Counters()
    one = limiter(counters)
    admitted(one)
    with pytest.raises(RateLimited) as refused:
        one.hit(LIMIT, "a")
    assert (refused.value.detail, refused.value.seconds) == ("Too many.", 30)


def test_checking_counts_nothing_and_sees_what_others_counted():
    counters = Counters()
    one, other = limiter(counters), limiter(counters)
    one.check(LIMIT, "a")
    assert counters.told == []
    assert admitted(other, tries=20) == 20
    with pytest.raises(RateLimited):
        one.check(LIMIT, "a")


@pytest.mark.parametrize("at_a_time", [1, 5])
def test_where_nothing_can_be_counted_with_others_each_counts_alone(at_a_time):
    one = limiter(Broken(), at_a_time)
    assert admitted(one) == 20
    with pytest.raises(RateLimited):
        one.check(LIMIT, "a")


def test_alone_it_counts_for_itself():
    assert admitted(RateLimiter("Too many.")) == 20


def test_no_address_is_in_the_file(tmp_path):
    path = tmp_path / "cache.sqlite"
    store = FlaskStore(SharedFileCache(path))
    storage = SharedStorage(store, lambda _name: "somebody")
    RateLimiter("Too many.", storage).hit(LIMIT, "read", "192.0.2.7")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"192.0.2.7" in written, b"somebody" in written) == (False, True)
