"""The ledger: exclusive claims, compare-and-set, keys; on both kinds of databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from widget_server.booking.ledger.keys import KEY_LIFETIME, Key, KeyLost
from widget_server.booking.ledger.ledger import ClaimConflict, Ledger
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.booking.ledger.terms import NO_TERMS
from widget_server.booking.manage_links import new_booking_id
from widget_server.site import DEFAULT_SITE

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def claim_at(minute=0, employee=1, persons=1, capacity=1, service=1, location=None):
    start = START + timedelta(minutes=minute)
    return Claim(
        employee=employee, service=service, location=location, start=start, busy_from=start,
        busy_until=start + timedelta(minutes=30), end=start + timedelta(minutes=30),
        persons=persons, capacity=capacity, item=0,
    )  # fmt: skip


def put(
    ledger: Ledger, *, held_until=None, now=NOW, visitor=None, instead_of=None, key=None,
    terms=NO_TERMS, details=None, **claim,
):  # fmt: skip
    """Claim half an hour and return the booking."""
    booking = Booking(
        id=new_booking_id(), created_at=now, updated_at=now, token_version=1, sequence=0,
        generation=1, status="processing", details=details or {}, expires_at=held_until,
        visitor=visitor,
    )  # fmt: skip
    ledger.claim(booking, [claim_at(**claim)], now, key=key, instead_of=instead_of, terms=terms)
    return booking


@pytest.mark.parametrize("minute", [-29, -10, 0, 10, 29])
def test_an_overlapping_claim_is_refused_and_names_the_holder(ledger, minute):
    holder = put(ledger)

    with pytest.raises(ClaimConflict) as caught:
        put(ledger, minute=minute)

    assert [holder.id] == caught.value.bookings


@pytest.mark.parametrize(("minute", "employee"), [(30, 1), (-30, 1), (0, 2)])
def test_a_neighbouring_claim_is_taken(ledger, minute, employee):
    put(ledger)

    assert put(ledger, minute=minute, employee=employee).state == State.CLAIMED


def test_claims_of_one_group_share_its_places(ledger):
    put(ledger, persons=2, capacity=3)
    put(ledger, persons=1, capacity=3)

    with pytest.raises(ClaimConflict):
        put(ledger, persons=1, capacity=3)


def test_another_service_does_not_join_a_group(ledger):
    put(ledger, capacity=3)

    with pytest.raises(ClaimConflict):
        put(ledger, capacity=3, service=2)


@pytest.mark.parametrize(
    ("path", "free"),
    [
        ([State.FAILED], True),
        ([State.SENT, State.REJECTED], True),
        ([State.SENT, State.UNKNOWN, State.FAILED], True),
        ([State.SENT, State.COMPENSATING, State.LOST], True),
        ([State.SENT, State.CONFIRMED, State.CANCELED], True),
        ([State.SENT], False),
        ([State.SENT, State.UNKNOWN], False),
        ([State.SENT, State.COMPENSATING], False),
        ([State.SENT, State.CONFIRMED], False),
    ],
)
def test_a_claim_blocks_in_every_state_but_the_freeing_ones(ledger, path, free):
    booking = put(ledger)
    for state in path:
        assert ledger.move(booking, state, NOW)

    if free:
        assert put(ledger).state == State.CLAIMED
    else:
        with pytest.raises(ClaimConflict):
            put(ledger)


def test_a_state_moves_for_one_of_two(ledger):
    booking = put(ledger)
    twin = ledger.booking(booking.id)
    assert twin is not None

    moved = [ledger.move(booking, State.SENT, NOW), ledger.move(twin, State.FAILED, NOW)]

    assert moved == [True, False]


def test_a_state_does_not_jump(ledger):
    booking = put(ledger)

    with pytest.raises(ValueError, match="does not lead"):
        ledger.move(booking, State.CONFIRMED, NOW)


def test_a_key_is_entered_once(ledger):
    first = ledger.keys.begin("key", "hash", NOW)
    second = ledger.keys.begin("key", "hash", NOW + timedelta(hours=23))
    later = ledger.keys.begin("key", "other", NOW + KEY_LIFETIME)

    assert [first.is_new, second.is_new, later.is_new] == [True, False, True]


def test_a_key_knows_its_booking_and_its_answer(ledger):
    ledger.keys.begin("key", "hash", NOW)
    booking = put(ledger, key=Key("key", NOW))
    ledger.keys.answer(Key("key", NOW), {"booking": booking.id})

    known = ledger.keys.begin("key", "hash", NOW)

    assert (known.booking_id, known.answer) == (booking.id, {"booking": booking.id})


def test_a_forgotten_key_is_new_again(ledger):
    ledger.keys.begin("key", "hash", NOW)
    ledger.keys.forget(Key("key", NOW))

    assert ledger.keys.begin("key", "other", NOW).is_new


def test_a_key_whose_request_died_is_taken_over_once(ledger):
    ledger.keys.begin("key", "hash", NOW)
    later = NOW + timedelta(minutes=1)

    assert [ledger.keys.take_over("key", NOW, later) for _ in range(2)] == [True, False]


def test_whoever_has_lost_a_key_changes_nothing_with_it(ledger):
    ledger.keys.begin("key", "hash", NOW)
    later = NOW + timedelta(minutes=1)
    ledger.keys.take_over("key", NOW, later)
    lost = Key("key", NOW)

    with pytest.raises(KeyLost):
        put(ledger, key=lost)
    ledger.keys.answer(lost, {"code": "slot_taken"})
    ledger.keys.forget(lost)

    known = ledger.keys.find("key")
    assert (known.created_at, known.booking_id, known.answer) == (later, None, None)
    assert put(ledger, key=Key("key", later)).state == State.CLAIMED


def test_of_many_threads_one_enters_a_key(ledger):
    outcomes = at_once(16, lambda: ledger.keys.begin("key", "hash", NOW).is_new)

    assert sorted(outcomes) == [False] * 15 + [True]


def test_a_hold_blocks_until_it_ends(ledger):
    put(ledger, held_until=NOW + timedelta(minutes=5))

    with pytest.raises(ClaimConflict):
        put(ledger, now=NOW + timedelta(minutes=4))
    assert put(ledger, now=NOW + timedelta(minutes=5)).state == State.CLAIMED


def test_a_hold_ends_with_the_booking_that_takes_its_place(ledger):
    held = put(ledger, held_until=NOW + timedelta(minutes=5))

    booking = put(ledger, instead_of=held.id)

    assert ledger.booking(held.id).state == State.FAILED
    assert booking.state == State.CLAIMED


def test_a_hold_stays_when_its_booking_does_not_come_about(ledger):
    held = put(ledger, held_until=NOW + timedelta(minutes=5))
    put(ledger, minute=30)

    with pytest.raises(ClaimConflict):
        put(ledger, minute=15, instead_of=held.id)

    assert ledger.booking(held.id).state == State.HELD


def confirmed(ledger, **claim):
    booking = put(ledger, **claim)
    assert ledger.move(booking, State.SENT, NOW)
    assert ledger.move(booking, State.CONFIRMED, NOW)
    return ledger.booking(booking.id)


def test_a_move_keeps_both_times_and_then_the_new_one(ledger):
    booking = confirmed(ledger)
    assert ledger.claim_move(booking, [claim_at(minute=15)], {}, NOW)
    moving = ledger.booking(booking.id)

    for minute in (-15, 0, 30):
        with pytest.raises(ClaimConflict):
            put(ledger, minute=minute)
    assert ledger.move(moving, State.MOVE_SENT, NOW)
    assert ledger.move(moving, State.CONFIRMED, NOW, generation=2)

    assert put(ledger, minute=-15).state == State.CLAIMED
    with pytest.raises(ClaimConflict):
        put(ledger, minute=30)


def test_an_abandoned_move_gives_the_new_time_back(ledger):
    booking = confirmed(ledger)
    ledger.claim_move(booking, [claim_at(minute=60)], {}, NOW)
    moving = ledger.booking(booking.id)
    assert ledger.move(moving, State.CONFIRMED, NOW)

    assert put(ledger, minute=60).state == State.CLAIMED
    with pytest.raises(ClaimConflict):
        put(ledger, minute=0)
    again = ledger.booking(booking.id)
    assert [claim.start for claim in again.current_claims] == [START]
    assert again.next_claims == []


def test_one_of_two_movers_moves(ledger):
    booking = confirmed(ledger)

    moved = [ledger.claim_move(booking, [claim_at(minute=m)], {}, NOW) for m in (60, 120)]

    assert moved == [True, False]


def test_two_that_move_into_one_gap_do_not_both_get_it(ledger):
    first, second = confirmed(ledger), confirmed(ledger, minute=30)
    ledger.claim_move(first, [claim_at(minute=90)], {}, NOW)

    with pytest.raises(ClaimConflict):
        ledger.claim_move(second, [claim_at(minute=100)], {}, NOW)
    assert ledger.booking(second.id).state == State.CONFIRMED


def test_what_the_platform_does_not_show_yet_is_held(ledger):
    put(ledger)
    confirmed(ledger, minute=30)
    put(ledger, minute=60, held_until=NOW + timedelta(minutes=5))
    hour = (START, START + timedelta(hours=2))

    assert [claim.start for claim in ledger.held(*hour, NOW)] == [
        START,
        START + timedelta(minutes=60),
    ]
    assert len(ledger.held(*hour, NOW + timedelta(minutes=5))) == 1


def test_what_staff_have_moved_blocks_where_it_is_now(ledger):
    booking = confirmed(ledger)
    there = START + timedelta(hours=3)

    ledger.follow(booking, [(there, there + timedelta(minutes=30))])

    assert put(ledger).state == State.CLAIMED
    with pytest.raises(ClaimConflict):
        put(ledger, minute=180)


def test_postgresql_refuses_overlaps_even_when_nobody_looks(database):
    if database.engine.dialect.name != "postgresql":
        return  # SQLite has one writer at a time; there is no such constraint
    ledger = Ledger(database, DEFAULT_SITE)
    put(ledger)
    other = put(ledger, minute=60)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(
            update(Claim)
            .where(Claim.booking_id == other.id)
            .values(busy_from=START, busy_until=START + timedelta(minutes=5))
        )


def test_of_many_threads_one_claims(ledger):
    def visit():
        try:
            return put(ledger).state
        except ClaimConflict:
            return "refused"

    assert sorted(at_once(16, visit)) == ["claimed"] + ["refused"] * 15


def at_once(threads, act):
    start = threading.Barrier(threads)

    def go(_number):
        start.wait()
        return act()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(go, range(threads)))
