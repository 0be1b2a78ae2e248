"""Booking: claim the time, look once more, send once, read back.

The claim is committed before anything leaves this machine; it keeps every other visitor of ours
from the time, in any worker. The look comes after the claim and past every cache; it finds what
others have put there. Sending happens once: if no answer comes, the booking's outcome is looked up,
never tried again. Reading back finds whoever came in between; then ours yields.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import (
    Conflict,
    CouponRefused,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)
from widget_server.booking.coupons import discounts_of, lowest_prices
from widget_server.booking.customers import customer_of
from widget_server.booking.desk import Desk
from widget_server.booking.details import booking_details
from widget_server.booking.errors import (
    CouponInvalid,
    LimitReached,
    NotOpen,
    SeriesTaken,
    SlotTaken,
    StillProcessing,
)
from widget_server.booking.gone import claim_past_gone
from widget_server.booking.holds import open_hold
from widget_server.booking.ledger.keys import Key, KeyLost
from widget_server.booking.ledger.ledger import ClaimConflict, QuotaReached
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.series import new_series_id
from widget_server.booking.ledger.states import STANDING, UNSETTLED, State
from widget_server.booking.ledger.terms import Quota, Terms
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.requests import BookingRequest, check
from widget_server.booking.series import Plan, plan_series
from widget_server.booking.settle import take_back, verify
from widget_server.booking.visits import (
    Chosen,
    Visit,
    Wanted,
    claims,
    in_turn,
    is_open,
    nearest,
    open_visits,
)
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError

# So often a series is planned anew because somebody else was faster.
PLANS = 3
TOO_MANY_BOOKINGS = (
    "That is more than this business takes at once from one visitor. "
    "Please book less, or call the business."
)


def attempt(desk: Desk, request: BookingRequest, key: Key) -> Booking:
    """Book, with one team after the other where the visitor named none.

    Raises NotOpen with alternatives, InvalidInput, CouponInvalid, LimitReached, PlatformError, and
    StillProcessing when the platform has not said what became of it.
    """
    offer = desk.catalogue.offer(old_will_do=False).value
    check(request, offer)
    request = replace(request, hold=open_hold(desk, request.hold))
    if request.coupon:
        # Before any time is claimed: which of them can be had does not matter to most coupons.
        prices, email = lowest_prices(offer, request.items), request.customer.email
        discounts_of(desk, offer, request.coupon, request.items, prices, email)
    return (_book_series if request.recurrence else _book_visit)(desk, offer, request, key)


def _book_visit(desk: Desk, offer: Offer, request: BookingRequest, key: Key) -> Booking:
    wanted = _wanted(desk, request, request.hold)
    for visit in open_visits(desk, offer, wanted):
        try:
            return _book(desk, offer, Plan(request, [Chosen(wanted, visit)]), key)
        except SlotTaken:
            continue
    raise SlotTaken(nearest(desk, wanted), request.timezone)


def _book_series(desk: Desk, offer: Offer, request: BookingRequest, key: Key) -> Booking:
    for _ in range(PLANS):
        plan = plan_series(desk, offer, request)
        try:
            return _book(desk, offer, plan, key)
        except SlotTaken:
            continue  # somebody was faster: another look at what is left
    raise SeriesTaken


def wanted_by(desk: Desk, request: BookingRequest) -> Wanted:
    """Return the visit of a request, with what is held for others left out."""
    return _wanted(desk, request, open_hold(desk, request.hold))


def _wanted(desk: Desk, request: BookingRequest, hold: str | None) -> Wanted:
    starts = tuple(item.start for item in request.items)
    return Wanted(request.search(), starts, desk.held_around(request.start, besides=hold))


def _book(desk: Desk, offer: Offer, plan: Plan, key: Key) -> Booking:
    booking = _claim(desk, offer, plan, key)
    try:
        if not _is_open(desk, offer, plan, booking):
            raise SlotTaken
        customer = customer_of(desk, plan.request.customer)
    except (NotOpen, DomainError):
        desk.ledger.move(booking, State.FAILED, desk.now())
        desk.announce(booking)
        raise
    # The fence: who was paused so long that the claim was given up must not send any more.
    if not desk.ledger.move(booking, State.SENT, desk.now(), customer=customer):
        raise SlotTaken
    made = _send(desk, offer, plan.request, booking)
    return _read_back(desk, booking, made)


def _is_open(desk: Desk, offer: Offer, plan: Plan, booking: Booking) -> bool:
    for number, (one, mine) in enumerate(zip(plan.chosen, booking.visits, strict=True)):
        # All dates of a series together may take longer than a record may rest.
        if number and not desk.ledger.renew(booking, desk.now()):
            return False
        if not is_open(desk, offer, one.wanted, one.visit, mine):
            return False
    return True


def _claim(desk: Desk, offer: Offer, plan: Plan, key: Key) -> Booking:
    request, visits = plan.request, [one.visit for one in plan.chosen]
    details = booking_details(offer, request, visits, _discounts(desk, offer, request, visits))
    series = new_series_id() if request.recurrence else None
    if series:
        details["left_out"] = [start.isoformat() for start in plan.left_out]
    names = desk.links.pseudonyms(request.customer.email.casefold())
    most = offer.settings.get("max_active_bookings")
    turns = {turn for visit in visits for turn in in_turn(offer, visit)}
    terms = Terms(most and Quota(names, most), tuple(sorted(turns)))

    def claim() -> Booking:
        now = desk.now()
        booking = Booking(
            id=new_booking_id(), created_at=now, updated_at=now, token_version=1, sequence=0,
            generation=1, status="processing", details=details, visitor=names[0], series=series,
        )  # fmt: skip
        rows = _claims(offer, visits)
        desk.ledger.claim(booking, rows, now, key=key, instead_of=request.hold, terms=terms)
        return booking

    try:
        return claim_past_gone(desk, offer, claim)
    except ClaimConflict:
        raise SlotTaken from None
    except QuotaReached:
        # The ledger counts by a name of the address, the same way for customers and for strangers.
        raise LimitReached(TOO_MANY_BOOKINGS) from None
    except KeyLost:
        # This took so long that the same request, sent again, is being answered by itself.
        raise StillProcessing(None) from None


def _claims(offer: Offer, visits: Sequence[Visit]) -> list[Claim]:
    rows = [claim for visit in visits for claim in claims(offer, visit)]
    for number, claim in enumerate(rows):
        claim.item = number
    return rows


def _discounts(
    desk: Desk, offer: Offer, request: BookingRequest, visits: Sequence[Visit]
) -> tuple[Decimal, ...]:
    if not request.coupon:
        return ()
    team = [employee for visit in visits for employee in visit.team]
    prices = [
        offer.price(item.service, employee, item.persons, item.extras)
        for item, employee in zip(request.items, team, strict=True)
    ]
    email = request.customer.email
    return discounts_of(desk, offer, request.coupon, request.items, prices, email)


def _send(
    desk: Desk, offer: Offer, request: BookingRequest, booking: Booking
) -> Sequence[MadeBooking]:
    try:
        return desk.client.create_bookings(
            _new_bookings(offer, request, booking),
            # Whoever finds a record that has rested too long settles it: then send no more.
            goes_on=lambda: desk.ledger.renew(booking, desk.now()),
        )
    except OutcomeUnknown:
        desk.ledger.move(booking, State.UNKNOWN, desk.now())
        raise StillProcessing(booking.id) from None
    except (Rejected, PlatformError) as error:
        desk.ledger.move(booking, State.REJECTED, desk.now())
        desk.announce(booking)
        if isinstance(error, Conflict):
            raise SlotTaken from None
        if isinstance(error, CouponRefused):
            raise CouponInvalid from None
        raise


def _new_bookings(offer: Offer, request: BookingRequest, booking: Booking) -> list[NewBooking]:
    return [
        NewBooking(
            service=item.service,
            employee=claim.employee,
            customer=booking.customer or 0,
            location=claim.location,
            start=claim.start,
            end=claim.end,
            zone=offer.zone,
            persons=item.persons,
            extras=item.extras,
            custom_fields=request.custom_fields,
            note=request.note,
            coupon=request.coupon if Decimal(part["discount"]) else None,
        )
        for item, claim, part in zip(
            request.items, booking.current_claims, booking.details["items"], strict=True
        )
    ]


def _read_back(desk: Desk, booking: Booking, made: Sequence[MadeBooking]) -> Booking:
    try:
        if verify(desk, booking, made, desk.now()):
            return desk.ledger.booking(booking.id) or booking
        take_back(desk, booking, desk.now())
    except PlatformError:
        raise StillProcessing(booking.id) from None
    # If it was not this call that settled it, somebody else has: as they found, so it is told.
    known = desk.ledger.booking(booking.id) or booking
    if known.state in STANDING:
        return known
    if known.state in UNSETTLED:
        raise StillProcessing(booking.id)
    raise SlotTaken
