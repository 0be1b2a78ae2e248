"""What a mail is about: a booking as it was at that moment, whom to tell, and of what.

Kept as JSON in the outbox. Nothing personal is in it, as nothing personal is in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from widget_server.booking.ledger.changes import TOLD
from widget_server.booking.ledger.models import Booking

Record = dict[str, Any]


class Kind(StrEnum):
    """What happened."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGED = "changed"
    CANCELED = "canceled"
    REMINDER = "reminder"


class Role(StrEnum):
    """Who is told."""

    VISITOR = "visitor"
    EMPLOYEE = "employee"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing to tell one person.

    `booking` is as it was then, and a row of no session; `others` are those of its series that the
    same happened to. `employee` is which one, for that role; `before` the parts of the visit where
    they were, when they have moved.
    """

    kind: Kind
    role: Role
    booking: Booking
    employee: int | None = None
    before: Sequence[Record] = ()
    others: Sequence[Booking] = ()

    @property
    def bookings(self) -> list[Booking]:
        """Return all that it is about, in order of time."""
        return [self.booking, *self.others]

    @property
    def items(self) -> list[Record]:
        """Return the parts of the visit, or of all visits."""
        return [item for booking in self.bookings for item in booking.details["items"]]

    @property
    def start(self) -> datetime:
        """Return when the visit begins."""
        return datetime.fromisoformat(self.items[0]["start"])

    @property
    def end(self) -> datetime:
        """Return when the visit ends, or the last of them."""
        return datetime.fromisoformat(self.items[-1]["end"])

    def as_json(self) -> Record:
        """Return it as it is kept."""
        return {
            "kind": self.kind,
            "role": self.role,
            "employee": self.employee,
            "before": list(self.before),
            **_kept(self.booking),
            "others": [_kept(other) for other in self.others],
        }


def occasion_from_json(kept: Record) -> Occasion:
    """Return the occasion that was kept."""
    return Occasion(
        Kind(kept["kind"]),
        Role(kept["role"]),
        _booking(kept),
        kept["employee"],
        kept["before"],
        # Mails that were waiting when series came speak of none.
        [_booking(other) for other in kept.get("others", ())],
    )


def _kept(booking: Booking) -> Record:
    told = {name: getattr(booking, name) for name in TOLD}
    return {
        "id": booking.id, "site": booking.site, "at": booking.updated_at.isoformat(), **told,
    }  # fmt: skip


def _booking(kept: Record) -> Booking:
    return Booking(
        id=kept["id"],
        site=kept["site"],
        updated_at=datetime.fromisoformat(kept["at"]),
        **{name: kept[name] for name in TOLD},
    )
