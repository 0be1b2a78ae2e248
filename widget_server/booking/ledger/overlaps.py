"""Who holds a time: asked inside the transaction that claims it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Claim
from widget_server.database import is_sqlite


class ClaimConflict(Exception):
    """Others hold the time; `bookings` are theirs, as far as they are known."""

    def __init__(self, bookings: Sequence[str] = ()) -> None:
        super().__init__("The time is claimed.")
        self.bookings = list(bookings)


def take_turns(
    session: Session, site: str, claims: Sequence[Claim], others: Iterable[str] = ()
) -> None:
    """Let nobody else claim time of these employees, or of `others`, until the transaction ends.

    SQLite has one writer at a time anyway. Locks are taken in one order, so that two claimers never
    wait for each other.
    """
    if is_sqlite(session):
        return
    for turn in sorted({*(str(claim.employee) for claim in claims), *others}):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"claims:{site}:{turn}"},
        )


def refuse_overlaps(session: Session, site: str, claims: Sequence[Claim], besides: str) -> None:
    """Raise ClaimConflict when other bookings than `besides` hold the time of any claim."""
    refusals = [_in_the_way(session, site, claim, besides) for claim in claims]
    if any(held is not None for held in refusals):
        raise ClaimConflict([one.booking_id for held in refusals for one in held or ()])


def is_held(session: Session, site: str, claim: Claim) -> bool:
    """Tell whether another booking holds the time of a claim."""
    try:
        refuse_overlaps(session, site, [claim], besides=claim.booking_id)
    except ClaimConflict:
        return True
    return False


def _in_the_way(session: Session, site: str, claim: Claim, besides: str) -> Sequence[Claim] | None:
    """Return who keeps a claim from its time; None when nobody does."""
    held = _overlapping(session, site, claim, besides)
    others = [one for one in held if not _same_visit(one, claim)]
    is_full = sum(one.persons for one in held) + claim.persons > claim.capacity
    return others or (held if is_full else None)


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
