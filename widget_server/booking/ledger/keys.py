"""Idempotency keys: which request a key came with, what it booked, what it was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import IdempotencyRecord
from widget_server.database import Database
from widget_server.site import Site

# How long the visitor's key keeps meaning the same booking.
KEY_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Key:
    """A visitor's key in the hands of the request that entered it, or took it over, at `since`."""

    text: str
    since: datetime


class KeyLost(Exception):
    """Another request has taken the key over."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the ledger knows of an idempotency key."""

    is_new: bool
    body_hash: str
    booking_id: str | None
    created_at: datetime
    answer: dict[str, Any] | None
    sequence: int | None


class Keys:
    """The idempotency keys of one site; every method is one short transaction."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def begin(
        self, key: str, body_hash: str, now: datetime, sequence: int | None = None
    ) -> KeyRecord:
        """Enter the key, or return what is known of it; after a day it counts as new.

        `sequence` is that of the booking that is to be changed.
        """
        try:
            return self._begin(key, body_hash, now, sequence)
        except IntegrityError:
            # Somebody entered it between our look and our writing; now there is something to see.
            return self._begin(key, body_hash, now, sequence)

    def find(self, key: str) -> KeyRecord | None:
        """Return what is known of the key."""
        with self._database.reading() as session:
            known = session.scalar(self._of(key))
            return known and _record(known)

    def take_over(self, key: str, since: datetime, now: datetime) -> bool:
        """Take over a key whose request died without a booking; one taker wins."""
        with self._database.writing() as session:
            taken = session.execute(
                update(IdempotencyRecord)
                .where(
                    *self._is(key),
                    IdempotencyRecord.created_at == since,
                    IdempotencyRecord.answer.is_(None),
                )
                .values(created_at=now, booking_id=None, answer=None)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def answer(self, key: Key, answer: Mapping[str, Any]) -> None:
        """Remember the answer, so that the same question gets the same one."""
        with self._database.writing() as session:
            session.execute(
                update(IdempotencyRecord).where(*self._held(key)).values(answer=dict(answer))
            )

    def forget(self, key: Key) -> None:
        """Forget a key whose request has changed nothing, so that it can be tried again."""
        with self._database.writing() as session:
            session.execute(delete(IdempotencyRecord).where(*self._held(key)))

    def forget_old(self, now: datetime) -> None:
        """Forget the keys that count as new by now."""
        with self._database.writing() as session:
            session.execute(
                delete(IdempotencyRecord).where(
                    IdempotencyRecord.site == self._site.id,
                    IdempotencyRecord.created_at <= now - KEY_LIFETIME,
                )
            )

    def note_booking(self, session: Session, key: Key, booking_id: str) -> None:
        """Tie the key to a booking in the transaction that enters it; raise KeyLost."""
        tied = session.execute(
            update(IdempotencyRecord).where(*self._held(key)).values(booking_id=booking_id)
        )
        if not tied.rowcount:  # type: ignore[attr-defined]
            raise KeyLost

    def _begin(self, key: str, body_hash: str, now: datetime, sequence: int | None) -> KeyRecord:
        with self._database.writing() as session:
            known = session.scalar(self._of(key))
            if known and now - known.created_at < KEY_LIFETIME:
                return _record(known)
            if known:
                session.delete(known)
                session.flush()
            fresh = IdempotencyRecord(
                site=self._site.id, key=key, body_hash=body_hash, created_at=now, sequence=sequence
            )
            session.add(fresh)
            return _record(fresh, is_new=True)

    def _of(self, key: str) -> Any:
        return select(IdempotencyRecord).where(*self._is(key))

    def _held(self, key: Key) -> tuple[Any, ...]:
        """Return what must still hold for a key that nobody else has taken over."""
        return (*self._is(key.text), IdempotencyRecord.created_at == key.since)

    def _is(self, key: str) -> tuple[Any, ...]:
        return (IdempotencyRecord.site == self._site.id, IdempotencyRecord.key == key)


def _record(row: IdempotencyRecord, *, is_new: bool = False) -> KeyRecord:
    return KeyRecord(
        is_new, row.body_hash, row.booking_id, row.created_at, row.answer, row.sequence
    )
