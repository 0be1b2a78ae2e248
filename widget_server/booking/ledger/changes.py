"""What happens to a booking, told within the transaction in which it happens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Booking, Claim, HistoryEntry
from widget_server.booking.ledger.states import BLOCKING, NEXT, State

# Of a booking, what others are told of.
TOLD = ("state", "status", "sequence", "details")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a booking: the row as it was, and the columns that get other values.

    `others` are bookings of its series with which the same happens, as they are afterwards.
    """

    booking: Booking
    values: Mapping[str, Any]
    at: datetime
    others: Sequence[Booking] = ()

    def after(self, column: str) -> Any:
        """Return what a column holds once the change is done."""
        return self.values.get(column, getattr(self.booking, column))

    def booking_after(self) -> Booking:
        """Return the booking as it is once the change is done: what is told of it, no more."""
        columns = {name: self.after(name) for name in TOLD}
        return Booking(id=self.booking.id, site=self.booking.site, updated_at=self.at, **columns)

    def carry_over(self) -> None:
        """Let the booking itself carry the new values, once they are committed."""
        for name, value in self.values.items():
            setattr(self.booking, name, value)


# Writes into the open transaction what is to be told of the change.
Tell = Callable[[Session, Change], None]


def tell_nobody(_session: Session, _change: Change) -> None:
    """Let a change pass untold."""


def advance(
    session: Session, booking: Booking, target: State, now: datetime, values: Mapping[str, Any]
) -> Change | None:
    """Move a booking on by compare-and-set; return None when somebody else has.

    Its claims block as the state says; `values` are columns to set besides.
    """
    origin = State(booking.state)
    if target not in NEXT.get(origin, frozenset()):
        raise ValueError(f"{origin} does not lead to {target}")
    change = Change(booking, {"state": target, "updated_at": now, **values}, now)
    moved = session.execute(
        update(Booking).where(Booking.id == booking.id, *as_seen(booking)).values(**change.values)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return None
    _block(session, booking.id, target, change.after("generation"))
    session.add(HistoryEntry(booking_id=booking.id, at=now, event=target))
    return change


def as_seen(booking: Booking) -> tuple[ColumnElement[bool], ...]:
    """Return what must still hold of a booking for it to be moved on."""
    if booking.state not in (State.MOVING, State.MOVE_SENT):
        return (Booking.state == booking.state,)
    # A booking may be moved more than once: the state alone does not tell which move it is.
    return (Booking.state == booking.state, Booking.updated_at == booking.updated_at)


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
