"""Booking: claim the time, look once more, send once, read back.

The claim is committed before anything leaves this machine; it keeps every other visitor of ours
from the time, in any worker. The look comes after the claim and past every cache; it finds what
others have put there. Sending happens once: if no answer comes, the booking's outcome is looked up,
never tried again. Reading back finds whoever came in between; then ours yields.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import (
    Conflict,
    CouponRefused,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)
from widget_server.booking.coupons import discounts_of, quote
from widget_server.booking.desk import Desk
from widget_server.booking.details import booking_details
from widget_server.booking.errors import CouponInvalid, NotOpen, SlotTaken, StillProcessing
from widget_server.booking.gone import release_gone
from widget_server.booking.holds import open_hold
from widget_server.booking.ledger.ledger import ClaimConflict
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.requests import BookingRequest, check
from widget_server.booking.settle import take_back, verify
from widget_server.booking.visits import Visit, Wanted, claims, is_open, nearest, open_visits
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError


def attempt(desk: Desk, request: BookingRequest, key: str) -> Booking:
    """Book, with one team after the other where the visitor named none.

    Raises NotOpen with alternatives, InvalidInput, NotFound, CouponInvalid, PlatformError, and
    StillProcessing when the platform has not said what became of it.
    """
    offer = desk.catalogue.offer().value
    check(request, offer)
    hold = open_hold(desk, request.hold)
    wanted = _wanted(desk, request, hold)
    if request.coupon:
        # Before any time is claimed: which of them can be had does not matter to most coupons.
        quote(desk, request.coupon, request.items, request.customer.email)
    for visit in open_visits(desk, offer, wanted):
        try:
            return _book(desk, offer, replace(request, hold=hold), wanted, visit, key)
        except SlotTaken:
            continue
    raise SlotTaken(nearest(desk, wanted), request.timezone)


def wanted_by(desk: Desk, request: BookingRequest) -> Wanted:
    """Return the visit of a request, with what is held for others left out."""
    return _wanted(desk, request, open_hold(desk, request.hold))


def _wanted(desk: Desk, request: BookingRequest, hold: str | None) -> Wanted:
    starts = tuple(item.start for item in request.items)
    return Wanted(request.search(), starts, desk.held_around(request.start, besides=hold))


def _book(
    desk: Desk, offer: Offer, request: BookingRequest, wanted: Wanted, visit: Visit, key: str
) -> Booking:
    booking = _claim(desk, offer, request, visit, key)
    try:
        if not is_open(desk, offer, wanted, visit, desk.now()):
            raise SlotTaken
        customer = _customer(desk, request)
    except (NotOpen, DomainError):
        desk.ledger.move(booking, State.FAILED, desk.now())
        desk.announce(booking)
        raise
    # The fence: who was paused so long that the claim was given up must not send any more.
    if not desk.ledger.move(booking, State.SENT, desk.now(), customer=customer):
        raise SlotTaken
    made = _send(desk, offer, request, booking)
    return _read_back(desk, booking, made)


def _claim(desk: Desk, offer: Offer, request: BookingRequest, visit: Visit, key: str) -> Booking:
    discounts = _discounts(desk, offer, request, visit)
    details = booking_details(offer, request, visit, discounts)
    for last_try in (False, True):
        now = desk.now()
        booking = Booking(
            id=new_booking_id(), created_at=now, updated_at=now, token_version=1, sequence=0,
            generation=1, status="processing", details=details,
        )  # fmt: skip
        try:
            desk.ledger.claim(booking, claims(offer, visit), now, key=key, instead_of=request.hold)
        except ClaimConflict as conflict:
            if last_try or not release_gone(desk, offer, conflict.bookings):
                raise SlotTaken from None
        else:
            return booking
    raise SlotTaken


def _discounts(
    desk: Desk, offer: Offer, request: BookingRequest, visit: Visit
) -> tuple[Decimal, ...]:
    if not request.coupon:
        return ()
    prices = [
        offer.price(item.service, employee, item.persons, item.extras)
        for item, employee in zip(request.items, visit.team, strict=True)
    ]
    email = request.customer.email
    return discounts_of(desk, offer, request.coupon, request.items, prices, email)


def _customer(desk: Desk, request: BookingRequest) -> int:
    """Find the customer by e-mail or create one; what is on file already is left as it is."""
    customer = request.customer
    known = desk.client.customer_by_email(customer.email)
    if known is not None:
        return known
    fields: dict[str, Any] = {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
    }
    try:
        return desk.client.create_customer(fields)
    except Conflict:
        # Another request of the same visitor was a moment faster.
        known = desk.client.customer_by_email(customer.email)
        if known is None:
            raise
        return known
    except OutcomeUnknown as error:
        # A customer too many on file harms nobody; a booking was not sent.
        raise PlatformError(error.detail) from None


def _send(
    desk: Desk, offer: Offer, request: BookingRequest, booking: Booking
) -> Sequence[MadeBooking]:
    try:
        return desk.client.create_bookings(_new_bookings(offer, request, booking))
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
        confirmed = verify(desk, booking, made, desk.now())
        if not confirmed:
            take_back(desk, booking, desk.now())
    except PlatformError:
        raise StillProcessing(booking.id) from None
    if not confirmed:
        raise SlotTaken
    return booking
