"""Which mails a change of a booking calls for, written in the transaction of that change.

Mails to one person about one booking, or one series, keep their order. A reminder waits for its
day, so it stands in nobody's way: it has an order of its own, and is not sent if the visit is no
longer as it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from widget_server.booking.ledger.changes import TOLD, Change
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking, Mail
from widget_server.booking.ledger.states import State
from widget_server.booking.messages.occasions import Kind, Occasion, Role
from widget_server.outbox import Outbox, new_row
from widget_server.site import Site

JUST_SENT = (State.SENT, State.UNKNOWN)
# What the business itself has decided it need not be told.
FOR_THE_TEAM = (Kind.CONFIRMED, Kind.PENDING, Kind.CHANGED, Kind.CANCELED)
# From now on the visit will take place, then and there.
SETTLED = (Kind.CONFIRMED, Kind.APPROVED, Kind.CHANGED)
# Not a mail: staff have changed something, see what has become of a booking.
LOOK = "look"
# Who cancels a series, or decides on it, changes it date by date and tells of all at once. Whoever
# looked in the meantime would tell of each.
SERIES_IS_CHANGED_WITHIN = timedelta(seconds=20)
NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts mails into the outbox; `remind_before` a visit begins, None for never."""

    owner: bool
    remind_before: timedelta | None

    def __call__(self, session: Session, change: Change) -> None:
        """Write what is to be told of a change."""
        for alike in _by_status(change):
            self._tell(session, alike)

    def _tell(self, session: Session, change: Change) -> None:
        kind = kind_of(change)
        if kind is None:
            return
        for occasion in self._occasions(kind, change):
            about = change.booking.series or change.booking.id
            key = f"{about}/{occasion.role}/{occasion.employee or ''}"
            session.add(_row(occasion, key, change.at))
        self._remind(session, kind, change)

    def _occasions(self, kind: Kind, change: Change) -> Iterator[Occasion]:
        booking = change.booking_after()
        before = change.booking.details["items"] if kind == Kind.CHANGED else []
        told = Occasion(kind, Role.VISITOR, booking, None, before, change.others)
        yield told
        if kind not in FOR_THE_TEAM:
            return
        for employee in _employees([*told.items, *before]):
            yield replace(told, role=Role.EMPLOYEE, employee=employee)
        if self.owner:
            yield replace(told, role=Role.OWNER)

    def _remind(self, session: Session, kind: Kind, change: Change) -> None:
        if self.remind_before is None or kind not in SETTLED:
            return
        for booking in (change.booking_after(), *change.others):
            occasion = Occasion(Kind.REMINDER, Role.VISITOR, booking)
            due = occasion.start - self.remind_before
            if booking.status == "approved" and due > change.at:
                key = f"{booking.id}/reminder/{booking.sequence}"
                session.add(_row(occasion, key, change.at, due))


def look_again(outbox: Outbox[Mail], ledger: Ledger, site: Site, appointment: int) -> None:
    """Have the bookings in one of the platform's appointments looked at, for it has changed.

    What is found is told like any other change; looking costs nobody's patience but the worker's.
    """
    standing = ledger.standing_in(appointment)
    if not standing:
        return
    with outbox.database.writing() as session:
        for booking, series in sorted(standing.items()):
            look = outbox.add(session, LOOK, f"{booking}/{LOOK}", {"id": booking}, site=site.id)
            look.next_at += SERIES_IS_CHANGED_WITHIN if series else NO_TIME


def kind_of(change: Change) -> Kind | None:
    """Return what a change is to those who are told; None for what concerns nobody."""
    before, after = change.booking.state, change.after("state")
    if after not in (State.CONFIRMED, State.CANCELED) or _end(change) <= change.at:
        return None
    if after == State.CANCELED:
        return Kind.REJECTED if change.after("status") == "rejected" else Kind.CANCELED
    if before in JUST_SENT:
        return Kind.PENDING if change.after("status") == "pending" else Kind.CONFIRMED
    if _places(change.booking.details) != _places(change.after("details")):
        return Kind.CHANGED
    approved = (change.booking.status, change.after("status")) == ("pending", "approved")
    return Kind.APPROVED if approved else None


def _by_status(change: Change) -> Iterator[Change]:
    """Yield the change, or one for each status: of a series some dates may wait and others not."""
    now, others = change.booking_after(), change.others
    yield replace(change, others=[one for one in others if one.status == now.status])
    for status in sorted({one.status for one in others} - {now.status}):
        first, *rest = (one for one in others if one.status == status)
        before = {name: getattr(first, name) for name in TOLD} | {"state": change.booking.state}
        row = Booking(id=first.id, site=first.site, updated_at=first.updated_at, **before)
        yield Change(row, {"state": first.state}, change.at, rest)


def _places(details: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(item["start"], item["end"], item["employee"]["id"]) for item in details["items"]]


def _end(change: Change) -> datetime:
    last = change.others[-1].details if change.others else change.after("details")
    return datetime.fromisoformat(last["items"][-1]["end"])


def _employees(items: list[dict[str, Any]]) -> list[int]:
    return list(dict.fromkeys(item["employee"]["id"] for item in items))


def _row(occasion: Occasion, key: str, now: datetime, due: datetime | None = None) -> Mail:
    row = new_row(Mail, occasion.kind, key, occasion.as_json(), now, site=occasion.booking.site)
    row.next_at = due or now
    return row
