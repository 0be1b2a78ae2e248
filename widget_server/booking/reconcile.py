"""Bringing every record of the ledger to rest, whoever has left it behind.

Each round looks at all that nobody has touched for a while. Rounds may overlap, in one process or
in several: every step is a compare-and-set. The lease only keeps them from doing the same work.
"""

import logging
import secrets
import threading
from dataclasses import dataclass

from widget_server.booking.desk import Desk
from widget_server.booking.settle import settle
from widget_server.errors import DomainError

LEASE = "reconcile"
# How many rounds the leader may miss before another one takes over.
ROUNDS_OF_A_LEASE = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round: how many records were looked at, how many are still open."""

    looked_at: int
    still_open: int


def settle_all(desk: Desk) -> Round:
    """Settle every booking that has rested unsettled for a period.

    And end holds that are over, and forget keys that nobody can repeat any more.
    """
    _end_holds(desk)
    desk.ledger.keys.forget_old(desk.now())
    waiting = desk.ledger.unsettled(desk.now() - desk.period)
    for booking_id in waiting:
        _settle(desk, booking_id)
    still_open = set(desk.ledger.unsettled()) & set(waiting)
    return Round(len(waiting), len(still_open))


def settle_for_ever(desk: Desk, stop: threading.Event) -> None:
    """Settle everything in rounds, while no other process does, until told to stop."""
    holder = secrets.token_hex(8)
    while not stop.wait(desk.period.total_seconds()):
        try:
            settle_in_turn(desk, holder)
        except Exception:
            # The database may be away for a while; what is open in it does not go away.
            log.exception("The reconciler stumbled; it goes on.")


def settle_in_turn(desk: Desk, holder: str) -> Round | None:
    """Settle everything if `holder` has the lease or gets it; None if another one has."""
    now = desk.now()
    until = now + ROUNDS_OF_A_LEASE * desk.period
    return settle_all(desk) if desk.ledger.leases.take(LEASE, holder, now, until) else None


def _end_holds(desk: Desk) -> None:
    kept = desk.ledger.end_holds(desk.now())
    if kept:
        desk.free_or_taken(kept)


def _settle(desk: Desk, booking_id: str) -> None:
    """Settle one booking; what it meets must neither stop the others nor end the round."""
    try:
        # Read anew: an earlier one of the round may have taken its time.
        booking = desk.ledger.booking(booking_id)
        if booking is not None:
            settle(desk, booking, desk.now())
    except DomainError as error:
        log.info("Booking %s stays open for now: %s", booking_id, error.code)
    except Exception:
        log.exception("Booking %s could not be settled; the next round tries again.", booking_id)
