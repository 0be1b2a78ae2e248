"""What was claimed, sent and confirmed: the durable memory behind every booking.

Every method is one short transaction. No transaction stays open across a call to the platform.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from widget_server.booking.ledger.keys import Keys
from widget_server.booking.ledger.models import Booking, Claim, HistoryEntry, IdempotencyRecord
from widget_server.booking.ledger.overlaps import (
    ClaimConflict,
    is_held,
    lock_employees,
    refuse_overlaps,
)
from widget_server.booking.ledger.states import BLOCKING, NEXT, ON_THE_WAY, UNSETTLED, State
from widget_server.database import Database
from widget_server.site import Site

# The platform's names of a part: (claim id, booking, appointment).
PlatformIds = Sequence[tuple[int, int, int | None]]


class Ledger:
    """The ledger of one site; `keys` are its idempotency keys."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site
        self.keys = Keys(database, site)

    def ping(self) -> None:
        """Touch the database; raises what the database raises when it cannot be used."""
        with self._database.reading() as session:
            session.execute(select(1))

    # Claiming

    def claim(
        self,
        booking: Booking,
        claims: Sequence[Claim],
        now: datetime,
        *,
        key: str | None = None,
        instead_of: str | None = None,
    ) -> None:
        """Enter a booking with its claims; raise ClaimConflict when the time is held.

        It is CLAIMED, or HELD when it has an end. `key` is the idempotency key it answers,
        `instead_of` a hold that ends with it.
        """
        booking.site = self._site.id
        booking.state = State.HELD if booking.expires_at else State.CLAIMED
        with self._claiming(claims, now) as session:
            if instead_of:
                _end_holds(session, Booking.id == instead_of, now)
            self._enter(session, booking, claims, booking.generation)
            session.add(booking)
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=booking.state))
            if key:
                session.execute(
                    update(IdempotencyRecord)
                    .where(IdempotencyRecord.site == self._site.id, IdempotencyRecord.key == key)
                    .values(booking_id=booking.id)
                )

    def claim_move(
        self, booking: Booking, claims: Sequence[Claim], details: Mapping[str, Any], now: datetime
    ) -> bool:
        """Claim the new time of a CONFIRMED booking besides the old one: it is MOVING then.

        Returns False when somebody else has moved the booking on; raises ClaimConflict.
        """
        with self._claiming(claims, now) as session:
            known = session.get(Booking, booking.id)
            if known is None or known.state != State.CONFIRMED:
                return False
            newest = max(claim.generation for claim in known.claims)
            self._enter(session, known, claims, newest + 1)
            known.state, known.updated_at = State.MOVING, now
            known.next_details = dict(details)
            session.add(HistoryEntry(booking_id=known.id, at=now, event=State.MOVING))
        return True

    @contextmanager
    def _claiming(self, claims: Sequence[Claim], now: datetime) -> Iterator[Session]:
        try:
            with self._database.writing() as session:
                lock_employees(session, self._site.id, claims)
                expired = and_(Booking.site == self._site.id, Booking.expires_at <= now)
                _end_holds(session, expired, now)
                yield session
        except IntegrityError as error:
            if "claims_do_not_overlap" not in str(error.orig):
                raise
            raise ClaimConflict from None

    def _enter(
        self, session: Session, booking: Booking, claims: Sequence[Claim], generation: int
    ) -> None:
        refuse_overlaps(session, self._site.id, claims, besides=booking.id)
        for claim in claims:
            claim.site, claim.generation, claim.blocking = self._site.id, generation, True
            claim.booking_id = booking.id
            booking.claims.append(claim)

    # Reading

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

    def held(
        self, start: datetime, end: datetime, now: datetime, besides: str | None = None
    ) -> list[Claim]:
        """Return the claims on [start, end) that the platform may not show yet."""
        on_the_way = Booking.state.in_(ON_THE_WAY)
        moving = and_(
            Booking.state.in_((State.MOVING, State.MOVE_SENT)),
            Claim.generation > Booking.generation,
        )
        with self._database.reading() as session:
            rows = session.scalars(
                select(Claim)
                .join(Booking)
                .where(
                    Claim.site == self._site.id,
                    Claim.blocking,
                    Claim.busy_from < end,
                    Claim.busy_until > start,
                    or_(on_the_way, moving),
                    or_(Booking.expires_at.is_(None), Booking.expires_at > now),
                    Booking.id != (besides or ""),
                )
            )
            return list(rows)

    def holds_of(self, visitor: str, now: datetime) -> int:
        """Return how many holds a visitor has."""
        with self._database.reading() as session:
            held = session.scalars(
                select(Booking.details).where(
                    Booking.site == self._site.id,
                    Booking.state == State.HELD,
                    Booking.expires_at > now,
                )
            )
            return sum(details.get("visitor") == visitor for details in held)

    def recorded(self, platform_bookings: Sequence[int], besides: str) -> set[int]:
        """Return which of the platform's bookings belong to other bookings of the ledger."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(Claim.platform_booking).where(
                    Claim.site == self._site.id,
                    Claim.booking_id != besides,
                    Claim.platform_booking.in_(platform_bookings),
                )
            )
            return {row for row in rows if row is not None}

    # Moving on

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
                .where(Booking.id == booking.id, *_as_seen(booking, origin))
                .values(state=target, updated_at=now, **values)
            )
            if not moved.rowcount:  # type: ignore[attr-defined]
                return False
            generation = values.get("generation", booking.generation)
            _block(session, booking.id, target, generation)
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=target))
        for name, value in {"state": target, "updated_at": now, **values}.items():
            setattr(booking, name, value)
        return True

    def identify(self, booking: Booking, ids: PlatformIds) -> None:
        """Note what the platform calls the parts of a booking."""
        with self._database.writing() as session:
            for claim_id, platform_booking, appointment in ids:
                session.execute(
                    update(Claim)
                    .where(Claim.id == claim_id)
                    .values(platform_booking=platform_booking, platform_appointment=appointment)
                )
        known = {claim_id: (made, appointment) for claim_id, made, appointment in ids}
        for claim in booking.claims:
            if claim.id in known:
                claim.platform_booking, claim.platform_appointment = known[claim.id]

    def note(self, booking: Booking, now: datetime, event: str, **values: Any) -> None:
        """Set columns without moving the state, and remember why."""
        with self._database.writing() as session:
            session.execute(update(Booking).where(Booking.id == booking.id).values(**values))
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=event))
        for name, value in values.items():
            setattr(booking, name, value)

    def follow(self, booking: Booking, times: Sequence[tuple[datetime, datetime]]) -> None:
        """Let the claims of a booking be where the business has moved its parts to.

        What stands on the platform stands, whoever else claims that time here: where it overlaps,
        the claim keeps nobody away.
        """
        for claim, (start, end) in zip(booking.current_claims, times, strict=True):
            if (claim.start, claim.end) == (start, end):
                continue
            busy_from = start - (claim.start - claim.busy_from)
            busy_until = end + (claim.busy_until - claim.end)
            claim.start, claim.end = start, end
            claim.busy_from, claim.busy_until = busy_from, busy_until
            with self._database.writing() as session:
                lock_employees(session, self._site.id, [claim])
                blocking = not is_held(session, self._site.id, claim)
                session.execute(
                    update(Claim)
                    .where(Claim.id == claim.id)
                    .values(
                        start=start, end=end, busy_from=busy_from, busy_until=busy_until,
                        blocking=blocking,
                    )
                )  # fmt: skip

    def release(self, claims: Sequence[Claim]) -> None:
        """Let others have the time of these parts of a booking."""
        with self._database.writing() as session:
            ids = [claim.id for claim in claims]
            session.execute(update(Claim).where(Claim.id.in_(ids)).values(blocking=False))

    def prolong(self, held: Booking, until: datetime, now: datetime) -> bool:
        """Let a hold end later; False when it has ended already."""
        with self._database.writing() as session:
            changed = session.execute(
                update(Booking)
                .where(Booking.id == held.id, Booking.state == State.HELD, Booking.expires_at > now)
                .values(expires_at=until, updated_at=now)
            )
        held.expires_at = until
        return bool(changed.rowcount)  # type: ignore[attr-defined]


def _as_seen(booking: Booking, origin: State) -> tuple[ColumnElement[bool], ...]:
    """Return what must still hold of a booking for it to be moved on."""
    if origin not in (State.MOVING, State.MOVE_SENT):
        return (Booking.state == origin,)
    # A booking may be moved more than once: the state alone does not tell which move it is.
    return (Booking.state == origin, Booking.updated_at == booking.updated_at)


def _block(session: Session, booking_id: str, state: State, generation: int) -> None:
    """Let the claims block as the state says; at rest only those of the present generation."""
    of_booking = Claim.booking_id == booking_id
    if state in (State.MOVING, State.MOVE_SENT):
        return  # both times are kept, as they were claimed
    if state not in BLOCKING:
        session.execute(update(Claim).where(of_booking).values(blocking=False))
        return
    others = and_(of_booking, Claim.generation != generation)
    session.execute(update(Claim).where(others).values(blocking=False))


def _end_holds(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    ids = list(session.scalars(select(Booking.id).where(which, Booking.state == State.HELD)))
    if not ids:
        return
    session.execute(
        update(Booking)
        .where(Booking.id.in_(ids), Booking.state == State.HELD)
        .values(state=State.FAILED, updated_at=now)
    )
    session.execute(update(Claim).where(Claim.booking_id.in_(ids)).values(blocking=False))


__all__ = ["ClaimConflict", "Ledger"]
