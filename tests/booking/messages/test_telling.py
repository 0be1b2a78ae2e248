"""Mails are written with the change they tell of, or not at all; on both kinds of databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.booking.conftest import NOW
from widget_server.booking.ledger.changes import Change
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking, Claim, Mail
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.messages.telling import LOOK, Teller, kind_of, look_again
from widget_server.clock import FixedClock
from widget_server.outbox import Outbox
from widget_server.site import DEFAULT_SITE

START = NOW + timedelta(days=3)
DAY = timedelta(hours=24)


def details(start=START, employee=1):
    end = start + timedelta(minutes=30)
    item = {"start": start.isoformat(), "end": end.isoformat(), "employee": {"id": employee}}
    return {"items": [item]}


@pytest.fixture
def ledger(database):
    return Ledger(database, DEFAULT_SITE, Teller(owner=True, remind_before=DAY))


def put(ledger, start=START, appointment=None, series=None):
    booking = Booking(
        id=new_booking_id(), created_at=NOW, updated_at=NOW, token_version=1, sequence=0,
        generation=1, status="processing", details=details(start), customer=5, series=series,
    )  # fmt: skip
    claim = Claim(
        employee=1, service=1, location=None, start=start, end=start + timedelta(minutes=30),
        busy_from=start, busy_until=start + timedelta(minutes=30), persons=1, capacity=1, item=0,
        platform_appointment=appointment,
    )  # fmt: skip
    ledger.claim(booking, [claim], NOW)
    return booking


def confirm(ledger, booking, status="approved"):
    assert ledger.move(booking, State.SENT, NOW)
    assert ledger.move(booking, State.CONFIRMED, NOW, status=status)
    return booking


def told(database):
    with database.reading() as session:
        rows = session.scalars(select(Mail).order_by(Mail.id))
        return [(row.topic, row.ordering_key.split("/", 1)[1], row.next_at) for row in rows]


def test_a_booking_calls_for_three_mails_and_a_reminder(ledger, database):
    confirm(ledger, put(ledger))

    assert told(database) == [
        ("confirmed", "visitor/", NOW),
        ("confirmed", "employee/1", NOW),
        ("confirmed", "owner/", NOW),
        ("reminder", "reminder/0", START - DAY),
    ]


def test_a_pending_booking_is_remembered_once_it_is_approved(ledger, database):
    booking = confirm(ledger, put(ledger), "pending")
    before = told(database)
    ledger.note(booking, NOW, "approved", status="approved", sequence=1)

    assert [topic for topic, _, _ in before] == ["pending"] * 3
    assert told(database)[3:] == [
        ("approved", "visitor/", NOW), ("reminder", "reminder/1", START - DAY),
    ]  # fmt: skip


def test_what_is_not_committed_is_not_told(database):
    class Refused(Exception):
        pass

    def tell(session, change: Change):
        Teller(owner=True, remind_before=DAY)(session, change)
        session.flush()
        if change.after("state") == State.CONFIRMED:
            raise Refused

    ledger = Ledger(database, DEFAULT_SITE, tell)
    booking = put(ledger)
    with pytest.raises(Refused):
        confirm(ledger, booking)

    found = ledger.booking(booking.id)
    assert found
    assert (found.state, told(database)) == (State.SENT, [])


def test_of_two_who_learn_the_same_one_tells(ledger, database):
    first = confirm(ledger, put(ledger), "pending")
    second = ledger.booking(first.id)
    noted = [
        ledger.note(seen, NOW, "approved", status="approved", sequence=1)
        for seen in (first, second)
    ]

    assert noted == [True, False]
    assert [topic for topic, _, _ in told(database)].count("approved") == 1


def test_a_move_is_told_to_both_employees(ledger, database):
    booking = confirm(ledger, put(ledger))
    later = details(START + DAY, employee=2)
    ledger.note(booking, NOW, "moved", details=later, sequence=1)

    assert told(database)[4:] == [
        ("changed", "visitor/", NOW),
        ("changed", "employee/2", NOW),
        ("changed", "employee/1", NOW),
        ("changed", "owner/", NOW),
        ("reminder", "reminder/1", START),
    ]


@pytest.mark.parametrize("status", ["canceled", "rejected"])
def test_an_end_is_told_as_what_it_is(ledger, database, status):
    booking = confirm(ledger, put(ledger))
    ledger.move(booking, State.CANCELED, NOW, status=status, sequence=1)

    kinds = [topic for topic, _, _ in told(database)[4:]]
    assert kinds == {"canceled": ["canceled"] * 3, "rejected": ["rejected"]}[status]


def test_what_comes_to_nothing_or_is_over_is_not_told(ledger, database):
    failed = put(ledger)
    ledger.move(failed, State.FAILED, NOW)
    long_ago = confirm(ledger, put(ledger, start=NOW - DAY))
    ledger.move(long_ago, State.CANCELED, NOW, status="canceled")

    assert told(database) == []


def test_nobody_who_is_not_there_is_told(database):
    ledger = Ledger(database, DEFAULT_SITE, Teller(owner=False, remind_before=None))
    confirm(ledger, put(ledger))

    assert [key for _, key, _ in told(database)] == ["visitor/", "employee/1"]


def test_a_missed_visit_is_nobodys_mail(ledger):
    booking = confirm(ledger, put(ledger))

    assert kind_of(Change(booking, {"status": "no-show"}, NOW)) is None


def test_what_staff_change_is_looked_at_where_it_is_ours(ledger, database):
    mine = confirm(ledger, put(ledger, appointment=7))
    put(ledger, start=START + DAY, appointment=8)  # on its way: its sender sees for itself
    outbox = Outbox(database, Mail, FixedClock(NOW), keeps_payload=False)
    before = len(told(database))

    for appointment in (7, 8, 9):
        look_again(outbox, ledger, DEFAULT_SITE, appointment)

    with database.reading() as session:
        rows = session.scalars(select(Mail).where(Mail.topic == LOOK)).all()
        assert [(row.payload, row.site) for row in rows] == [({"id": mine.id}, "default")]
    assert len(told(database)) == before + 1


def test_a_series_is_looked_at_when_whoever_changes_all_of_it_has_told(ledger, database):
    confirm(ledger, put(ledger, appointment=7))
    confirm(ledger, put(ledger, START + DAY, appointment=8, series="s_1"))
    outbox = Outbox(database, Mail, FixedClock(NOW), keeps_payload=False)

    for appointment in (7, 8):
        look_again(outbox, ledger, DEFAULT_SITE, appointment)

    looks = [due for topic, _, due in told(database) if topic == LOOK]
    assert looks == [NOW, NOW + timedelta(seconds=20)]


def test_a_hold_is_nobodys_mail(ledger, database):
    held = Booking(
        id=new_booking_id(), created_at=NOW, updated_at=NOW, token_version=1, sequence=0,
        generation=1, status="processing", details={"visitor": "x"}, expires_at=NOW + DAY,
    )  # fmt: skip
    ledger.claim(held, [], NOW)

    assert ledger.move(held, State.FAILED, NOW)
    assert told(database) == []
