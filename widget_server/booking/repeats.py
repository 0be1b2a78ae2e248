"""A change that comes with an idempotency key is made once, however often the request comes.

Making it again would not always be harmless: a move that the network repeats late would undo the
move that came after it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from widget_server.booking.desk import Desk
from widget_server.booking.errors import (
    KeyReused,
    NotOpen,
    StillProcessing,
    as_answer,
    from_answer,
)
from widget_server.booking.ledger.keys import Key, KeyRecord
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import UNSETTLED
from widget_server.booking.observing import REPLAYED
from widget_server.booking.see import find
from widget_server.booking.settle import settle
from widget_server.errors import DomainError

# What is made of it: the booking as it is then, and what became of the attempt.
Change = Callable[[], tuple[Booking, str]]
# What is open by now, and the zone to tell it in.
Instead = Callable[[], tuple[Sequence[Any], str | None]]
LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """A request with a key; `place` is what it changes, for a key counts there alone.

    `sequence` is that of the booking to be changed, as the request found it.
    """

    key: str
    place: str
    body: str = ""
    booking: str | None = None
    sequence: int | None = None

    @property
    def name(self) -> str:
        """Return what the key is remembered as."""
        return _hashed(self.place, self.key)

    @property
    def body_hash(self) -> str:
        """Return what differs when the body does."""
        return _hashed(self.body)


def of_booking(desk: Desk, token: str, key: str | None, *words: object) -> Request | None:
    """Return the request to change the booking of a manage token; None without a key.

    `words` say what is to be done, and how. Raises ManageLinkInvalid.
    """
    if key is None:
        return None
    booking = find(desk, token)
    what, *how = map(str, words)
    return Request(key, f"{what} {booking.id}", " ".join(how), booking.id, booking.sequence)


def once(
    desk: Desk,
    request: Request | None,
    change: Change,
    instead: Instead = lambda: ((), None),
) -> tuple[Booking, str]:
    """Make the change, or give the answer that the same request got before.

    `instead` returns what is open by now in place of what was not, and the zone to tell it in.
    Raises what `change` raises, KeyReused, and StillProcessing while the first one is under way.
    """
    if request is None:
        return change()
    now = desk.now()
    record = desk.ledger.keys.begin(request.name, request.body_hash, now, request.sequence)
    if record.is_new:
        return make(desk, Key(request.name, record.created_at), change)
    if record.body_hash != request.body_hash:
        raise KeyReused
    record = wait_for_answer(desk, request.name) or record
    if record.answer:
        return _replayed(desk, record.answer, instead), REPLAYED
    return _taken_over(desk, request, record, change)


def wait_for_answer(
    desk: Desk, key: str, pause: Callable[[float], None] = time.sleep
) -> KeyRecord | None:
    """Return what is known of a key, waiting for its answer while the first request may live.

    All who wait do so until the same moment: however many come, they hold no thread for longer.
    """
    record = desk.ledger.keys.find(key)
    # Counted besides: a clock that is put back must not make a wait longer.
    waited = timedelta()
    while record and record.answer is None and waited < desk.patience:
        if desk.now() - record.created_at >= desk.patience:
            break
        pause(LOOK_EVERY_SECONDS)
        waited += timedelta(seconds=LOOK_EVERY_SECONDS)
        record = desk.ledger.keys.find(key)
    return record


def make(desk: Desk, key: Key, change: Change) -> tuple[Booking, str]:
    """Make the change, and keep under its key what is to be answered when it is asked for again."""
    try:
        booking, outcome = change()
    except NotOpen as error:
        desk.ledger.keys.answer(key, as_answer(error))
        raise
    except DomainError:
        # Nothing has changed: it may be tried again with the same key. While it is still processed,
        # or when nobody foresaw what happened, that is not certain: then the key stays.
        desk.ledger.keys.forget(key)
        raise
    desk.ledger.keys.answer(key, {"booking": booking.id})
    return booking, outcome


def _replayed(desk: Desk, answer: dict[str, Any], instead: Instead) -> Booking:
    if "code" in answer:
        raise from_answer(answer, *instead())
    booking = desk.ledger.booking(answer["booking"])
    assert booking  # noqa: S101 - the ledger forgets none
    return booking


def _taken_over(
    desk: Desk, request: Request, record: KeyRecord, change: Change
) -> tuple[Booking, str]:
    """Make the change in place of a request that died; one that may be alive is left to do it.

    What has changed since, by that very request or by a newer one, stays as it is.
    """
    now, began = desk.now(), record.created_at
    if now - began < desk.grace:
        raise StillProcessing(request.booking)
    changed = _changed_since(desk, request, record)
    if not desk.ledger.keys.take_over(request.name, began, now):
        raise StillProcessing(request.booking)
    return make(desk, Key(request.name, now), (lambda: (changed, REPLAYED)) if changed else change)


def _changed_since(desk: Desk, request: Request, record: KeyRecord) -> Booking | None:
    """Return the booking if it is no more as the key found it."""
    booking = desk.ledger.booking(request.booking or "")
    if booking and booking.state in UNSETTLED:
        settle(desk, booking, desk.now())
        booking = desk.ledger.booking(booking.id)
    return booking if booking and booking.sequence > (record.sequence or 0) else None


def _hashed(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()
