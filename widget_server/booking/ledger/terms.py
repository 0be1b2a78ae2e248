"""What a claim is subject to besides free time: asked inside the transaction that claims it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State

# Where in a hold's details a further name of its visitor stands.
ALSO_KNOWN_AS = "also_known_as"


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one visitor may have at once; `names` are all that the visitor is known by.

    Counted are the parts of bookings that are still to come, or whole visits.
    """

    names: tuple[str, ...]
    most: int
    whole_visits: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """`queue` names what the claim must wait its turn for, so that claims have one order."""

    quota: Quota | None = None
    queue: tuple[str, ...] = ()

    @property
    def turns(self) -> set[str]:
        """Return the names of all that the claim must wait its turn for."""
        return {*self.queue, *(f"visitor:{name}" for name in (self.quota or _NOBODY).names)}


NO_TERMS = Terms()
_NOBODY = Quota((), 0)


class QuotaReached(Exception):
    """The visitor has as much as is allowed; `bookings` are the visitor's."""

    def __init__(self, bookings: Sequence[str]) -> None:
        super().__init__("The visitor has as much as is allowed.")
        self.bookings = list(bookings)


def refuse_beyond(
    session: Session, site: str, quota: Quota, claims: Sequence[Claim], now: datetime
) -> None:
    """Raise QuotaReached when these claims would be more than the visitor may have."""
    rows = session.execute(
        # A part that is being moved has two claims and counts once.
        select(Claim.booking_id, Claim.item)
        .join(Booking)
        .where(
            Booking.site == site,
            _is_of_visitor(quota),
            Claim.blocking,
            Claim.end > now,
        )
        .distinct()
    ).all()
    bookings = {row.booking_id for row in rows}
    has, wants = (len(bookings), 1) if quota.whole_visits else (len(rows), len(claims))
    if has + wants > quota.most:
        raise QuotaReached(sorted(bookings))


def _is_of_visitor(quota: Quota) -> ColumnElement[bool]:
    by_name = Booking.visitor.in_(quota.names)
    if not quota.whole_visits:
        return by_name
    other_name = Booking.details[ALSO_KNOWN_AS].as_string()
    return or_(by_name, and_(Booking.state == State.HELD, other_name.in_(quota.names)))
