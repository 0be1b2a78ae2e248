"""The ledger: exclusive claims, compare-and-set, keys; on a real SQLite file."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from widget_server.booking.ledger import migrate
from widget_server.booking.ledger.keys import KEY_LIFETIME
from widget_server.booking.ledger.ledger import ClaimConflict, Ledger
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import new_booking_id
from widget_server.database import open_database, sqlite_url
from widget_server.site import DEFAULT_SITE

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
START = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    database = open_database(sqlite_url(tmp_path / "ledger.sqlite"))
    migrate(database)
    return Ledger(database, DEFAULT_SITE)


def put(ledger: Ledger, *, minute=0, employee=1, persons=1, capacity=1, service=1, location=None):
    """Claim half an hour and return the booking."""
    start = START + timedelta(minutes=minute)
    booking = Booking(
        id=new_booking_id(), created_at=NOW, updated_at=NOW, token_version=1, sequence=0,
        generation=1, status="processing", details={},
    )  # fmt: skip
    claim = Claim(
        employee=employee, service=service, location=location, start=start, busy_from=start,
        busy_until=start + timedelta(minutes=30), end=start + timedelta(minutes=30),
        persons=persons, capacity=capacity, item=0,
    )  # fmt: skip
    ledger.claim(booking, [claim], NOW, key="key")
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


def test_of_many_threads_one_claims(ledger):
    start = threading.Barrier(16)
    outcomes: list[str] = []

    def visit() -> None:
        start.wait()
        try:
            outcomes.append(put(ledger).state)
        except ClaimConflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=visit) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["claimed"] + ["refused"] * 15
