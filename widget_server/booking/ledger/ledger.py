"""What was claimed, sent and confirmed: the durable memory behind every booking.

Every method is one short transaction. No transaction stays open across a call to the platform.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from widget_server.booking.ledger import series
from widget_server.booking.ledger.changes import Change, Tell, advance, as_seen, tell_nobody
from widget_server.booking.ledger.customers import Customers
from widget_server.booking.ledger.keys import Key, Keys
from widget_server.booking.ledger.leases import Leases
from widget_server.booking.ledger.models import Booking, Claim, HistoryEntry
from widget_server.booking.ledger.overlaps import (
    ClaimConflict,
    is_held,
    refuse_overlaps,
    take_turns,
)
from widget_server.booking.ledger.reading import LedgerReading
from widget_server.booking.ledger.spent import SpentChallenges
from widget_server.booking.ledger.states import State
from widget_server.booking.ledger.terms import NO_TERMS, QuotaReached, Terms, refuse_beyond
from widget_server.database import Database
from widget_server.site import Site

# The platform's names of a part: (claim id, booking, appointment).
PlatformIds = Sequence[tuple[int, int, int | None]]
# Changes a booking within a transaction; None when somebody else has been faster.
Step = Callable[[Session, Booking], Change | None]


class Ledger(LedgerReading):
    """The ledger of one site.

    `keys` are its idempotency keys, `leases` say who does what, `customers` who
    is whom on the platform, `challenges` which were spent, `tell` hears of every change.
    """

    def __init__(self, database: Database, site: Site, tell: Tell = tell_nobody) -> None:
        super().__init__(database, site)
        self._tell = tell
        self.keys = Keys(database, site)
        self.leases = Leases(database, site)
        self.customers = Customers(database, site)
        self.challenges = SpentChallenges(database, site)

    # Claiming

    def claim(
        self,
        booking: Booking,
        claims: Sequence[Claim],
        now: datetime,
        *,
        key: Key | None = None,
        instead_of: str | None = None,
        terms: Terms = NO_TERMS,
    ) -> None:
        """Enter a booking with its claims; raise ClaimConflict when the time is held.

        Raises QuotaReached when its visitor has as much as the terms allow, and KeyLost.

        It is CLAIMED, or HELD when it has an end. `key` is the idempotency key it answers,
        `instead_of` a hold that ends with it.
        """
        booking.site = self._site.id
        booking.state = State.HELD if booking.expires_at else State.CLAIMED
        with self._claiming(claims, now, terms) as session:
            if instead_of:
                _end_holds(session, Booking.id == instead_of, now)
            self._enter(session, booking, claims, booking.generation)
            if terms.quota:
                refuse_beyond(session, self._site.id, terms.quota, claims, now)
            session.add(booking)
            session.add(HistoryEntry(booking_id=booking.id, at=now, event=booking.state))
            if key:
                self.keys.note_booking(session, key, booking.id)

    def claim_move(
        self,
        booking: Booking,
        claims: Sequence[Claim],
        details: Mapping[str, Any],
        now: datetime,
        terms: Terms = NO_TERMS,
    ) -> bool:
        """Claim the new time of a CONFIRMED booking besides the old one: it is MOVING then.

        Returns False when somebody else has moved the booking on; raises ClaimConflict.
        """
        with self._claiming(claims, now, terms) as session:
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
    def _claiming(self, claims: Sequence[Claim], now: datetime, terms: Terms) -> Iterator[Session]:
        try:
            with self._database.writing() as session:
                take_turns(session, self._site.id, claims, terms.turns)
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

    # Moving on

    def move(self, booking: Booking, target: State, now: datetime, **values: Any) -> bool:
        """Move a booking on by compare-and-set; tell whether it was this call that moved it.

        `values` are columns to set besides. On success `booking` carries the new values.
        """

        def moved(session: Session, one: Booking) -> Change | None:
            return advance(session, one, target, now, values)

        return self._change([booking], moved)

    def note(self, booking: Booking, now: datetime, event: str, **values: Any) -> bool:
        """Set columns without moving the state, and remember why; False if it has changed since."""
        return self._change(
            [booking], lambda session, one: _noted(session, one, now, event, values)
        )

    def confirm(self, booking: Booking, now: datetime, statuses: Sequence[str]) -> bool:
        """Confirm what was sent, as `move` does; `statuses` are those of its parts.

        A series comes apart: `booking` is the one of its first date from then on.
        """
        if booking.series is None:
            status = next((one for one in statuses if one != "approved"), "approved")
            return self.move(booking, State.CONFIRMED, now, status=status)
        own = {"status": statuses[0], "details": series.first_details(booking)}

        def confirmed(session: Session, one: Booking) -> Change | None:
            change = advance(session, one, State.CONFIRMED, now, own)
            return change and replace(change, others=series.come_apart(session, one, statuses, now))

        return self._change([booking], confirmed)

    def end_all(self, bookings: Sequence[Booking], now: datetime, status: str) -> None:
        """Let bookings of a series be CANCELED, as far as nobody else has moved them on.

        It is told once; `status` says whether the visitor or the business wanted it.
        """

        def ended(session: Session, one: Booking) -> Change | None:
            return advance(session, one, State.CANCELED, now, _with_status(one, status))

        self._change(bookings, ended)

    def note_all(self, bookings: Sequence[Booking], now: datetime, status: str) -> None:
        """Give bookings of a series a status, as `note` does; it is told once."""

        def noted(session: Session, one: Booking) -> Change | None:
            return _noted(session, one, now, status, _with_status(one, status))

        self._change(bookings, noted)

    def _change(self, bookings: Sequence[Booking], step: Step) -> bool:
        """Take a step with each booking, and tell of it once; False if others were faster."""
        with self._database.writing() as session:
            changes = [change for one in bookings if (change := step(session, one))]
            if changes:
                first, *rest = changes
                others = [*first.others, *(change.booking_after() for change in rest)]
                self._tell(session, replace(first, others=others))
        for change in changes:
            change.carry_over()
        return bool(changes)

    def renew(self, booking: Booking, now: datetime, **values: Any) -> bool:
        """Say that somebody is still at work on a booking; False when it has been moved on.

        `values` are columns to set besides; nobody is told of them.
        """
        values["updated_at"] = now
        with self._database.writing() as session:
            renewed = session.execute(
                update(Booking).where(Booking.id == booking.id, *as_seen(booking)).values(**values)
            )
        is_ours = bool(renewed.rowcount)  # type: ignore[attr-defined]
        if is_ours:
            for name, value in values.items():
                setattr(booking, name, value)
        return is_ours

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
                take_turns(session, self._site.id, [claim])
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

    def end_holds(self, now: datetime) -> list[Claim]:
        """End the holds whose time is over; return what they kept."""
        over = and_(Booking.site == self._site.id, Booking.expires_at <= now)
        with self._database.reading() as session:
            query = select(Claim).join(Booking).where(over, Booking.state == State.HELD)
            kept = list(session.scalars(query))
        if kept:
            with self._database.writing() as session:
                _end_holds(session, over, now)
        return kept

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


def _with_status(booking: Booking, status: str) -> Mapping[str, Any]:
    return {"status": status, "sequence": booking.sequence + 1}


def _noted(
    session: Session, booking: Booking, now: datetime, event: str, values: Mapping[str, Any]
) -> Change | None:
    """Set columns, unless the booking has changed since it was read."""
    seen = (Booking.state == booking.state, Booking.sequence == booking.sequence)
    noted = session.execute(update(Booking).where(Booking.id == booking.id, *seen).values(**values))
    if not noted.rowcount:  # type: ignore[attr-defined]
        return None
    session.add(HistoryEntry(booking_id=booking.id, at=now, event=event))
    return Change(booking, values, now)


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


__all__ = ["ClaimConflict", "Ledger", "QuotaReached"]
