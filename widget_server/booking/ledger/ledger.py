"""What was claimed, sent and confirmed: the durable memory behind every booking.

Every method is one short transaction. No transaction stays open across a call to the platform.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Booking, Claim, HistoryEntry, IdempotencyRecord
from widget_server.booking.ledger.states import BLOCKING, NEXT, UNSETTLED, State
from widget_server.database import Database
from widget_server.site import Site

# How long the visitor's key keeps meaning the same booking.
KEY_LIFETIME = timedelta(hours=24)


class ClaimConflict(Exception):
    """Others hold the time; `bookings` are theirs."""

    def __init__(self, bookings: list[str]) -> None:
        super().__init__("The time is claimed.")
        self.bookings = bookings


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the ledger knows of an idempotency key."""

    is_new: bool
    body_hash: str
    booking_id: str | None
    created_at: datetime
    answer: dict[str, Any] | None


class Ledger:
    """The ledger of one site."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def ping(self) -> None:
        """Touch the database; raises what the database raises when it cannot be used."""
        with self._database.reading() as session:
            session.execute(select(1))

    # Keys

    def begin(self, key: str, body_hash: str, now: datetime) -> KeyRecord:
        """Enter the key, or return what is known of it; after a day it counts as new."""
        with self._database.writing() as session:
            known = session.scalar(self._of_key(key))
            if known and now - known.created_at < KEY_LIFETIME:
                return _record(known)
            if known:
                session.delete(known)
                session.flush()
            fresh = IdempotencyRecord(
                site=self._site.id, key=key, body_hash=body_hash, created_at=now
            )
            session.add(fresh)
            return _record(fresh, is_new=True)

    def key(self, key: str) -> KeyRecord | None:
        """Return what is known of the key."""
        with self._database.reading() as session:
            known = session.scalar(self._of_key(key))
            return known and _record(known)

    def take_over(self, key: str, since: datetime, now: datetime) -> bool:
        """Take over a key whose request died without a booking; one taker wins."""
        with self._database.writing() as session:
            taken = session.execute(
                update(IdempotencyRecord)
                .where(
                    IdempotencyRecord.site == self._site.id,
                    IdempotencyRecord.key == key,
                    IdempotencyRecord.created_at == since,
                    IdempotencyRecord.answer.is_(None),
                )
                .values(created_at=now, booking_id=None, answer=None)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Remember the answer, so that the same question gets the same one."""
        with self._database.writing() as session:
            known = session.scalar(self._of_key(key))
            if known:
                known.answer = dict(answer)

    def forget(self, key: str) -> None:
        """Forget a key whose request has changed nothing, so that it can be tried again."""
        with self._database.writing() as session:
            known = session.scalar(self._of_key(key))
            if known:
                session.delete(known)

    def _of_key(self, key: str) -> Any:
        return select(IdempotencyRecord).where(
            IdempotencyRecord.site == self._site.id, IdempotencyRecord.key == key
        )

    # Claims

    def claim(self, booking: Booking, claim: Claim, capacity: int, key: str) -> None:
        """Enter a booking as CLAIMED with its claim; raise ClaimConflict when the time is held."""
        booking.site = claim.site = self._site.id
        booking.state = State.CLAIMED
        claim.blocking = True
        with self._database.writing() as session:
            self._refuse_overlap(session, claim, capacity)
            booking.claims = [claim]
            session.add(booking)
            session.add(HistoryEntry(booking_id=booking.id, at=booking.created_at, event="claimed"))
            known = session.scalar(self._of_key(key))
            if known:
                known.booking_id = booking.id

    def _refuse_overlap(self, session: Session, claim: Claim, capacity: int) -> None:
        overlapping = session.scalars(
            select(Claim).where(
                Claim.site == self._site.id,
                Claim.employee == claim.employee,
                Claim.blocking,
                and_(Claim.busy_from < claim.busy_until, Claim.busy_until > claim.busy_from),
            )
        ).all()
        others = [held for held in overlapping if not _same_visit(held, claim)]
        if others:
            raise ClaimConflict([held.booking_id for held in others])
        if sum(held.persons for held in overlapping) + claim.persons > capacity:
            raise ClaimConflict([held.booking_id for held in overlapping])

    # Bookings

    def booking(self, booking_id: str) -> Booking | None:
        """Return a booking of this site."""
        with self._database.reading() as session:
            return session.scalar(
                select(Booking).where(Booking.id == booking_id, Booking.site == self._site.id)
            )

    def unsettled(self, before: datetime, limit: int = 100) -> list[Booking]:
        """Return bookings whose outcome is open and that nobody has touched since `before`."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(Booking)
                .where(
                    Booking.site == self._site.id,
                    Booking.state.in_(UNSETTLED),
                    Booking.updated_at < before,
                )
                .order_by(Booking.updated_at)
                .limit(limit)
            )
            return list(rows)

    def recorded(self, platform_bookings: Sequence[int], besides: str) -> set[int]:
        """Return which of the platform's bookings belong to other bookings of the ledger."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(Booking.platform_booking).where(
                    Booking.site == self._site.id,
                    Booking.id != besides,
                    Booking.platform_booking.in_(platform_bookings),
                )
            )
            return {row for row in rows if row is not None}

    def move(self, booking: Booking, target: State, now: datetime, **values: Any) -> bool:
        """Move a booking on by compare-and-set; tell whether it was this call that moved it.

        `values` are columns to set besides. On success `booking` carries the new values.
        """
        origin = State(booking.state)
        if target not in NEXT.get(origin, frozenset()):
            raise ValueError(f"{origin} does not lead to {target}")
        with self._database.writing() as session:
            moved = session.execute(
                update(Booking)
                .where(Booking.id == booking.id, Booking.state == origin)
                .values(state=target, updated_at=now, **values)
            )
            if not moved.rowcount:  # type: ignore[attr-defined]
                return False
            session.execute(
                update(Claim)
                .where(Claim.booking_id == booking.id)
                .values(blocking=target in BLOCKING)
            )
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=target))
        for name, value in {"state": target, "updated_at": now, **values}.items():
            setattr(booking, name, value)
        return True

    def note(self, booking: Booking, now: datetime, event: str, **values: Any) -> None:
        """Set columns without moving the state, and remember why."""
        with self._database.writing() as session:
            session.execute(update(Booking).where(Booking.id == booking.id).values(**values))
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=event))
        for name, value in values.items():
            setattr(booking, name, value)


def _record(row: IdempotencyRecord, *, is_new: bool = False) -> KeyRecord:
    return KeyRecord(is_new, row.body_hash, row.booking_id, row.created_at, row.answer)


def _same_visit(held: Claim, claim: Claim) -> bool:
    same_place = None in (held.location, claim.location) or held.location == claim.location
    return held.service == claim.service and held.start == claim.start and same_place
