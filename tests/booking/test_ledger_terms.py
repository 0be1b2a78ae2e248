"""What a claim is subject to besides free time, and leases; on both kinds of databases."""

from datetime import timedelta

from tests.booking.test_ledger import NOW, START, at_once, claim_at, confirmed, put
from widget_server.booking.ledger.ledger import QuotaReached
from widget_server.booking.ledger.states import State
from widget_server.booking.ledger.terms import ALSO_KNOWN_AS, Quota, Terms


def claim_for(ledger, employee, terms):
    """Claim time of an employee of one's own for Mia, if the terms allow it."""
    try:
        return put(ledger, employee=employee, terms=terms, visitor="mia").state
    except QuotaReached:
        return "refused"


def test_a_visitor_has_as_many_parts_as_the_quota_says(ledger):
    terms = Terms(Quota(("mia", "mia of before"), 2))
    first = put(ledger, employee=1, visitor="mia of before")
    put(ledger, employee=2, visitor="leo")

    assert [claim_for(ledger, employee, terms) for employee in (3, 4)] == ["claimed", "refused"]
    ledger.move(first, State.FAILED, NOW)
    assert claim_for(ledger, 4, terms) == "claimed"


def test_a_booking_that_is_over_counts_no_more(ledger):
    put(ledger, visitor="mia")
    terms = Terms(Quota(("mia",), 1))

    assert claim_for(ledger, 2, terms) == "refused"
    late = START + timedelta(minutes=30)
    assert put(ledger, employee=2, terms=terms, visitor="mia", now=late).state == State.CLAIMED


def test_a_booking_that_is_being_moved_counts_once(ledger):
    booking = confirmed(ledger, visitor="mia")
    assert ledger.claim_move(booking, [claim_at(minute=60)], {}, NOW)

    assert claim_for(ledger, 2, Terms(Quota(("mia",), 2))) == "claimed"


def test_a_hold_counts_for_every_name_of_its_visitor(ledger):
    until, known = NOW + timedelta(minutes=5), {ALSO_KNOWN_AS: "mia"}
    put(ledger, employee=1, held_until=until, visitor="an address", details=known)

    def claimed_by(*names):
        return claim_for(ledger, 2, Terms(Quota(names, 1, whole_visits=True)))

    assert [claimed_by("an address"), claimed_by("another", "mia")] == ["refused"] * 2
    assert claimed_by("another", "leo") == "claimed"


def test_of_many_threads_as_many_claim_as_the_quota_says(ledger):
    employees = iter(range(1, 17))
    terms = Terms(Quota(("mia",), 3))

    outcomes = at_once(16, lambda: claim_for(ledger, next(employees), terms))

    assert sorted(outcomes) == ["claimed"] * 3 + ["refused"] * 13


def test_of_many_threads_the_first_ones_fill_a_day(ledger):
    """Each looks, after its claim, at what was claimed before: nobody overlooks anybody."""
    employees = iter(range(1, 17))
    hour = (START, START + timedelta(hours=1))

    def claim():
        booking = put(ledger, employee=next(employees), terms=Terms(queue=("service:1",)))
        mine = booking.claims[0].id
        if len(ledger.held(*hour, NOW, besides=booking.id, before=mine)) < 3:
            return "claimed"
        ledger.move(booking, State.FAILED, NOW)
        return "refused"

    assert sorted(at_once(16, claim)) == ["claimed"] * 3 + ["refused"] * 13


class OutOfTurn(Terms):
    """Terms that wait for nobody."""

    turns: set[str] = set()  # noqa: RUF012 - nobody changes it


def test_without_waiting_their_turn_more_would_claim(ledger, database):
    """The negative control; SQLite lets nobody out of turn."""
    if database.engine.dialect.name != "postgresql":
        return
    employees = iter(range(1, 161))
    claimed = 0
    for number in range(10):
        terms = OutOfTurn(Quota((f"mia {number}",), 1))
        name = f"mia {number}"

        def claim(terms=terms, name=name):
            try:
                return bool(put(ledger, employee=next(employees), terms=terms, visitor=name))
            except QuotaReached:
                return False

        claimed += sum(at_once(16, claim))
    assert claimed > 10


def test_of_many_threads_one_takes_a_lease(ledger):
    names = iter([f"worker {number}" for number in range(32)])
    later = NOW + timedelta(seconds=30)

    first = at_once(16, lambda: ledger.leases.take("work", next(names), NOW, later))
    second = at_once(
        16, lambda: ledger.leases.take("work", next(names), later, later + timedelta(seconds=30))
    )

    assert [sorted(first), sorted(second)] == [[False] * 15 + [True]] * 2
