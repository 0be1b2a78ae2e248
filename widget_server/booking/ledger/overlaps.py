"""Who holds a time: asked inside the transaction that claims it."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Claim
from widget_server.database import is_sqlite


class ClaimConflict(Exception):
    """Others hold the time; `bookings` are theirs, as far as they are known."""

    def __init__(self, bookings: Sequence[str] = ()) -> None:
        super().__init__("The time is claimed.")
        self.bookings = list(bookings)


def lock_employees(session: Session, site: str, claims: Sequence[Claim]) -> None:
    """Let nobody else claim time of these employees until the transaction ends.

    SQLite has one writer at a time anyway. Locks are taken in one order, so that two claimers never
    wait for each other.
    """
    if is_sqlite(session):
        return
    for employee in sorted({claim.employee for claim in claims}):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"claims:{site}:{employee}"},
        )


def refuse_overlaps(session: Session, site: str, claims: Sequence[Claim], besides: str) -> None:
    """Raise ClaimConflict when other bookings than `besides` hold the time of a claim."""
    for claim in claims:
        held = _overlapping(session, site, claim, besides)
        others = [one for one in held if not _same_visit(one, claim)]
        if others:
            raise ClaimConflict([one.booking_id for one in others])
        if sum(one.persons for one in held) + claim.persons > claim.capacity:
            raise ClaimConflict([one.booking_id for one in held])


def is_held(session: Session, site: str, claim: Claim) -> bool:
    """Tell whether another booking holds the time of a claim."""
    try:
        refuse_overlaps(session, site, [claim], besides=claim.booking_id)
    except ClaimConflict:
        return True
    return False


def _overlapping(session: Session, site: str, claim: Claim, besides: str) -> Sequence[Claim]:
    return session.scalars(
        select(Claim).where(
            Claim.site == site,
            Claim.employee == claim.employee,
            Claim.blocking,
            Claim.busy_from < claim.busy_until,
            Claim.busy_until > claim.busy_from,
            Claim.booking_id != besides,
        )
    ).all()


def _same_visit(held: Claim, claim: Claim) -> bool:
    same_place = None in (held.location, claim.location) or held.location == claim.location
    return held.service == claim.service and held.start == claim.start and same_place
