"""Holds: keeping a visit's time for some minutes while the visitor types.

A hold is a courtesy, not the guard: booking goes through everything that it would without one.
It stands in the ledger as a booking of nobody whose claims expire by themselves.
"""

from datetime import datetime, timedelta

from widget_server.booking.desk import Desk
from widget_server.booking.errors import HoldExpired, LimitReached, ManageLinkInvalid, SlotTaken
from widget_server.booking.gone import claim_past_gone
from widget_server.booking.ledger.ledger import ClaimConflict, QuotaReached
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.ledger.terms import ALSO_KNOWN_AS, Quota, Terms
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.observing import DONE
from widget_server.booking.repeats import Request, once
from widget_server.booking.requests import Item, check_items, visit_search
from widget_server.booking.visits import (
    Visit,
    Wanted,
    claims,
    in_turn,
    is_open,
    nearest,
    open_visits,
)
from widget_server.catalogue.day_limits import is_limited
from widget_server.catalogue.offer import Offer

LASTS = timedelta(minutes=5)
# However often it is extended.
AT_MOST = timedelta(minutes=20)
# Of one visitor, by address and e-mail: enough for a family at one connection, too few to block
# a day.
HOLDS_OF_ONE_VISITOR = 3
TOO_MANY_HOLDS = "Too many times are kept for you already. Book one, or wait a little."

# Of one visitor: `visitor`, and `also_known_as` if there is one.
Names = tuple[str, ...]


def hold(
    desk: Desk,
    items: tuple[Item, ...],
    timezone: str | None,
    visitor: str,
    key: str | None = None,
    also_known_as: str | None = None,
) -> Booking:
    """Keep the time of a visit.

    `visitor` is an opaque name of who asks, for the limit: of the network address. `also_known_as`
    is a further one, of the e-mail address if that is known.

    Raises NotOpen with alternatives, LimitReached, InvalidInput, PlatformError, and what `once`
    raises for an idempotency key.
    """
    names = (visitor, also_known_as) if also_known_as else (visitor,)
    body = repr((items, timezone, also_known_as))
    request = Request(key, f"hold for {visitor}", body) if key else None
    held, _ = once(desk, request, lambda: (_hold_any(desk, items, timezone, names), DONE))
    if _is_over(held, desk.now()):
        raise HoldExpired
    return held


def _hold_any(desk: Desk, items: tuple[Item, ...], timezone: str | None, names: Names) -> Booking:
    offer = desk.catalogue.offer().value
    check_items(items, offer)
    starts = tuple(item.start for item in items)
    wanted = Wanted(visit_search(items, timezone), starts, desk.held_around(starts[0]))
    for visit in open_visits(desk, offer, wanted):
        held = _hold(desk, offer, visit, names)
        if held and _is_within_limits(desk, offer, wanted, visit, held):
            desk.announce(held)
            return held
    raise SlotTaken(nearest(desk, wanted), timezone)


def _hold(desk: Desk, offer: Offer, visit: Visit, names: Names) -> Booking | None:
    few = Quota(names, HOLDS_OF_ONE_VISITOR, whole_visits=True)
    terms = Terms(few, in_turn(offer, visit))

    def claim() -> Booking:
        held = _new_hold(desk.now(), names)
        desk.ledger.claim(held, claims(offer, visit), held.created_at, terms=terms)
        return held

    try:
        return claim_past_gone(desk, offer, claim)
    except ClaimConflict:
        return None
    except QuotaReached:
        raise LimitReached(TOO_MANY_HOLDS) from None


def _new_hold(now: datetime, names: Names) -> Booking:
    visitor, *others = names
    return Booking(
        id=new_booking_id(), created_at=now, updated_at=now, expires_at=now + LASTS,
        token_version=1, sequence=0, generation=1, status="held", visitor=visitor,
        details={ALSO_KNOWN_AS: others[0]} if others else {},
    )  # fmt: skip


def _is_within_limits(
    desk: Desk, offer: Offer, wanted: Wanted, visit: Visit, held: Booking
) -> bool:
    """Tell whether nobody was a moment faster at a day's last place; else give the time back."""
    if not is_limited(offer, visit.search.services, visit.team):
        return True
    open_to_us = False
    try:
        open_to_us = is_open(desk, offer, wanted, visit, held.current_claims)
    finally:
        if not open_to_us:
            desk.ledger.move(held, State.FAILED, desk.now())
    return open_to_us


def extend(desk: Desk, token: str) -> Booking:
    """Keep the time for longer, up to a limit; raise HoldExpired when it is gone."""
    now = desk.now()
    held = _find(desk, token)
    until = min(now + LASTS, held.created_at + AT_MOST)
    if until <= now or not desk.ledger.prolong(held, until, now):
        raise HoldExpired
    return held


def give_back(desk: Desk, token: str) -> None:
    """Give the time back; a hold that is gone is given back already."""
    try:
        held = _find(desk, token)
    except HoldExpired:
        return
    if desk.ledger.move(held, State.FAILED, desk.now()):
        desk.announce(held)


def open_hold(desk: Desk, token: str | None) -> str | None:
    """Return the id of the hold that a booking comes with, if it still keeps the time."""
    if not token:
        return None
    try:
        return _find(desk, token).id
    except (HoldExpired, ManageLinkInvalid):
        return None  # the time may be free all the same


def _find(desk: Desk, token: str) -> Booking:
    claim = desk.hold_links.verify(token)
    held = desk.ledger.booking(claim.booking_id)
    if held is None or _is_over(held, desk.now()):
        raise HoldExpired
    return held


def _is_over(held: Booking, now: datetime) -> bool:
    return held.state != State.HELD or held.expires_at is None or held.expires_at <= now
