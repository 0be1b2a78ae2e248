"""Booking: claim the time, look once more, send once, read back.

The claim is committed before anything leaves this machine; it keeps every other visitor of ours
from the time, in any worker. The look comes after the claim and past every cache; it finds what
others have put there. Sending happens once: if no answer comes, the booking's outcome is looked up,
never tried again. Reading back finds whoever came in between; then ours yields.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from widget_server import availability
from widget_server.availability import Appointment, BusyTimes, Slot
from widget_server.bookablesites.client import MadeBooking, NewBooking
from widget_server.bookablesites.errors import Conflict, OutcomeUnknown, PlatformError, Rejected
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.details import booking_details
from widget_server.booking.errors import NotOffered, NotOpen, SlotTaken, StillProcessing
from widget_server.booking.ledger.ledger import ClaimConflict
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import State
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.requests import BookingRequest, check
from widget_server.booking.settle import verify
from widget_server.catalogue.find_slots import MARGIN, alternatives, check_known, open_slot
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError


def attempt(desk: Desk, request: BookingRequest, key: str) -> Booking:
    """Book, with one employee after the other where the visitor named none.

    Raises NotOpen with alternatives, InvalidInput, NotFound, PlatformError, and StillProcessing
    when the platform has not said what became of it.
    """
    offer = desk.catalogue.offer().value
    check(request, offer)
    check_known(offer, request.item.search(request.timezone))
    now = desk.now()
    slot, busy = _open_anywhere(desk, offer, request, now)
    how = offer.settings["assignment"]
    for employee in availability.assign(slot, offer.business, busy, how=how):
        try:
            return _book_with(desk, offer, request, employee, busy, key)
        except SlotTaken:
            continue
    raise SlotTaken(nearest(desk, request))


def _open_anywhere(
    desk: Desk, offer: Offer, request: BookingRequest, now: datetime
) -> tuple[Slot, BusyTimes]:
    """Find the slot on what is known, and when it looks taken on what is true now."""
    search, start = request.item.search(request.timezone), request.item.start
    for refresh in (False, True):
        if refresh:
            desk.catalogue.times_changed([(start, start)])
        rows = desk.catalogue.busy_times(start - MARGIN, start + MARGIN, offer.zone).value
        busy = BusyTimes.of(offer.business, rows)
        slot = open_slot(offer, search, start, busy, now)
        if slot:
            return slot, busy
    nobody_booked = BusyTimes.of(offer.business, [])
    reason = SlotTaken if open_slot(offer, search, start, nobody_booked, now) else NotOffered
    raise reason(nearest(desk, request))


def nearest(desk: Desk, request: BookingRequest) -> Sequence[Slot]:
    """Return the open starts nearest to the one that was asked for."""
    item = request.item
    try:
        return alternatives(desk.catalogue, item.search(request.timezone), item.start, desk.now())
    except DomainError:
        return []  # a kindness; its failure must not hide the reason


def _book_with(
    desk: Desk,
    offer: Offer,
    request: BookingRequest,
    employee: int,
    busy: BusyTimes,
    key: str,
) -> Booking:
    item = replace(request.item, employee=employee)
    slot = open_slot(offer, item.search(request.timezone), item.start, busy, desk.now())
    if slot is None:
        raise SlotTaken
    item = replace(item, location=item.location or next(iter(slot.locations), None))
    request = replace(request, items=(item,))
    booking = _claim(desk, offer, request, slot, key)
    try:
        _look_again(desk, offer, request, booking)
        customer = _customer(desk, request)
    except (NotOpen, DomainError):
        desk.ledger.move(booking, State.FAILED, desk.now())
        raise
    # The fence: who was paused so long that the claim was given up must not send any more.
    if not desk.ledger.move(booking, State.SENT, desk.now(), customer=customer):
        raise SlotTaken
    made = _send(desk, offer, request, booking, customer)
    return _read_back(desk, booking, made)


def _claim(desk: Desk, offer: Offer, request: BookingRequest, slot: Slot, key: str) -> Booking:
    item = request.item
    employee = item.employee or 0
    capacity = offer.places(item.service, employee)
    for last_try in (False, True):
        booking, claim = _rows(desk, offer, request, slot)
        try:
            desk.ledger.claim(booking, claim, capacity, key)
        except ClaimConflict as conflict:
            if last_try or not _release_gone(desk, offer, conflict.bookings):
                raise SlotTaken from None
        else:
            return booking
    raise SlotTaken


def _rows(desk: Desk, offer: Offer, request: BookingRequest, slot: Slot) -> tuple[Booking, Claim]:
    item, now = request.item, desk.now()
    buffers = offer.services[item.service]
    booking = Booking(
        id=new_booking_id(), created_at=now, updated_at=now, token_version=1, sequence=0,
        status="processing", details=booking_details(offer, request, slot),
    )  # fmt: skip
    claim = Claim(
        employee=item.employee, service=item.service, location=item.location, start=slot.start,
        busy_from=slot.start - timedelta(minutes=buffers["buffer_before_minutes"]),
        busy_until=slot.end + timedelta(minutes=buffers["buffer_after_minutes"]),
        persons=item.persons,
    )  # fmt: skip
    return booking, claim


def _release_gone(desk: Desk, offer: Offer, holders: Sequence[str]) -> bool:
    """Free claims whose appointment staff have cancelled or moved; tell whether any was."""
    released = False
    for holder in holders:
        booking = desk.ledger.booking(holder)
        if booking is None or booking.state != State.CONFIRMED:
            continue
        claim = booking.claims[0]
        rows = desk.catalogue.busy_times_now(
            claim.employee, claim.busy_from, claim.busy_until, offer.zone
        )
        if not any(_is_still_there(row, booking) for row in rows):
            released |= desk.ledger.move(booking, State.CANCELED, desk.now(), status="canceled")
    return released


def _is_still_there(row: Appointment, booking: Booking) -> bool:
    same_start = row.start == booking.claims[0].start
    return row.id == booking.platform_appointment and takes_a_place(row.status) and same_start


def _look_again(desk: Desk, offer: Offer, request: BookingRequest, booking: Booking) -> None:
    claim = booking.claims[0]
    rows = desk.catalogue.busy_times_now(
        claim.employee, claim.busy_from - MARGIN, claim.busy_until + MARGIN, offer.zone
    )
    search = request.item.search(request.timezone)
    busy = BusyTimes.of(offer.business, rows)
    if open_slot(offer, search, claim.start, busy, desk.now()) is None:
        raise SlotTaken


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
    desk: Desk, offer: Offer, request: BookingRequest, booking: Booking, customer: int
) -> MadeBooking:
    item, claim = request.item, booking.claims[0]
    new = NewBooking(
        service=item.service, employee=claim.employee, customer=customer,
        location=item.location, start=claim.start, zone=offer.zone, persons=item.persons,
        extras=item.extras, custom_fields=request.custom_fields, note=request.note,
    )  # fmt: skip
    try:
        return desk.client.create_booking(new)
    except OutcomeUnknown:
        desk.ledger.move(booking, State.UNKNOWN, desk.now())
        raise StillProcessing(booking.id) from None
    except (Rejected, PlatformError) as error:
        desk.ledger.move(booking, State.REJECTED, desk.now())
        if isinstance(error, Conflict):
            desk.catalogue.times_changed([(claim.busy_from, claim.busy_until)])
            raise SlotTaken from None
        raise


def _read_back(desk: Desk, booking: Booking, made: MadeBooking) -> Booking:
    try:
        confirmed = verify(desk, booking, made, desk.now())
    except PlatformError:
        raise StillProcessing(booking.id) from None
    if not confirmed:
        raise SlotTaken
    return booking
