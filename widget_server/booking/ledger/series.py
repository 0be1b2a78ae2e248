"""A recurring series: booked as one, so that it is all or none; living on as many.

Until it is confirmed a series is one booking with a claim for each date. When it is confirmed it
comes apart, in the same transaction: each date becomes a booking of its own, to be seen, moved and
cancelled like any other. What still tells that they belong together is the name of their series.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Booking, Claim, HistoryEntry
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import new_booking_id

Record = dict[str, Any]


def new_series_id() -> str:
    """Return a name for a new series."""
    return f"s_{secrets.token_urlsafe(12)}"


def first_details(booking: Booking) -> Record:
    """Return the details of a series' first date."""
    return _details(booking, 0)


def come_apart(
    session: Session, booking: Booking, statuses: Sequence[str], now: datetime
) -> list[Booking]:
    """Enter a booking for each date of a series but the first, which stays what it is.

    `booking` is the whole series yet; returns the new ones.
    """
    claims = booking.current_claims
    others = [
        _apart(booking, number, status, now) for number, status in enumerate(statuses) if number > 0
    ]
    session.add_all(others)
    session.flush()  # claims refer to them
    for claim, other in zip(claims[1:], others, strict=True):
        own = {"booking_id": other.id, "item": 0}
        session.execute(update(Claim).where(Claim.id == claim.id).values(**own))
        session.add(HistoryEntry(booking_id=other.id, at=now, event=other.state))
    return others


def members(session: Session, site: str, series: str) -> list[Booking]:
    """Return the bookings of a series, in order of time."""
    rows = session.scalars(select(Booking).where(Booking.site == site, Booking.series == series))
    return sorted(rows, key=lambda one: (one.current_claims[0].start, one.id))


def _apart(booking: Booking, number: int, status: str, now: datetime) -> Booking:
    return Booking(
        id=new_booking_id(), site=booking.site, state=State.CONFIRMED, status=status,
        created_at=booking.created_at, updated_at=now, token_version=1, sequence=0, generation=1,
        customer=booking.customer, visitor=booking.visitor, series=booking.series,
        details=_details(booking, number),
    )  # fmt: skip


def _details(booking: Booking, number: int) -> Record:
    item: Record = booking.details["items"][number]
    discount = Decimal(item["discount"])
    total = Decimal(item["price"]) - discount
    own = {"items": [item], "total": f"{total:.2f}", "discount": f"{discount:.2f}"}
    return booking.details | own
