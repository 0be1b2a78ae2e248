"""One idempotency key, one booking, one answer, however often the request comes."""

from collections.abc import Callable

from widget_server.booking.book import attempt, wanted_by
from widget_server.booking.desk import Desk
from widget_server.booking.errors import (
    KeyReused,
    LinksRevoked,
    StillProcessing,
    from_answer,
)
from widget_server.booking.ledger.keys import Key, KeyRecord
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import NEVER_MADE, UNSETTLED, State
from widget_server.booking.observing import CONFIRMED, PENDING, REPLAYED, told
from widget_server.booking.repeats import make, wait_for_answer
from widget_server.booking.requests import BookingRequest
from widget_server.booking.settle import settle
from widget_server.booking.visits import nearest

# Raises a DomainError for whoever is not to book; is asked before anything is done.
Admit = Callable[[], None]


def everybody() -> None:
    """Let everybody book."""


def book(desk: Desk, request: BookingRequest, key: str, admit: Admit = everybody) -> Booking:
    """Book, or give the answer that the same request got before.

    Raises what `attempt` raises, KeyReused when the key came with another body, and LinksRevoked
    when the links to what it booked were revoked. Who only gets an answer again need not be
    admitted.
    """
    return told(desk.observer.booked, lambda: _book(desk, request, key, admit))


def _book(desk: Desk, request: BookingRequest, key: str, admit: Admit) -> tuple[Booking, str]:
    now = desk.now()
    record = desk.ledger.keys.begin(key, request.fingerprint(), now)
    if record.is_new:
        return _first(desk, request, Key(key, record.created_at), admit)
    if record.body_hash != request.fingerprint():
        raise KeyReused
    return _again(desk, request, record, key, admit), REPLAYED


def _first(desk: Desk, request: BookingRequest, key: Key, admit: Admit) -> tuple[Booking, str]:
    def change() -> tuple[Booking, str]:
        admit()
        booking = attempt(desk, request, key)
        return booking, PENDING if booking.status == "pending" else CONFIRMED

    return make(desk, key, change)


def _again(
    desk: Desk, request: BookingRequest, record: KeyRecord, key: str, admit: Admit
) -> Booking:
    record = wait_for_answer(desk, key) or record
    if record.answer and "code" in record.answer:
        # Of a series it has been told which dates are open.
        instead = [] if request.recurrence else nearest(desk, wanted_by(desk, request))
        raise from_answer(record.answer, instead, request.timezone)
    booking = desk.ledger.booking(record.booking_id) if record.booking_id else None
    if booking is not None:
        settle(desk, booking, desk.now())
        booking = desk.ledger.booking(booking.id) or booking
        _refuse_revoked(booking)
        if booking.state in UNSETTLED:
            raise StillProcessing(booking.id)
        if booking.state in (State.CONFIRMED, State.CANCELED):
            return booking
    elif desk.now() - record.created_at < desk.grace:
        raise StillProcessing(None)
    # The first request died, and it is certain that it has booked nothing.
    now = desk.now()
    if desk.ledger.keys.take_over(key, record.created_at, now):
        booking, _ = _first(desk, request, Key(key, now), admit)
        return booking
    raise StillProcessing(None)


def _refuse_revoked(booking: Booking) -> None:
    """Raise LinksRevoked: whoever has an old link may have the key that it came with, too.

    Bookings begin with version 1, and a key is older than its booking.
    """
    if booking.token_version > 1 and booking.state not in NEVER_MADE:
        raise LinksRevoked
