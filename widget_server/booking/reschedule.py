"""Moving one's own booking to another time; the parts of a visit keep their gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from widget_server.availability import Slot
from widget_server.bookablesites.errors import Conflict, OutcomeUnknown, PlatformError, Rejected
from widget_server.booking.desk import Desk
from widget_server.booking.details import moved_details
from widget_server.booking.errors import (
    NotOpen,
    NotYetBooked,
    SlotTaken,
    StillProcessing,
    TooLate,
    VisitLost,
)
from widget_server.booking.gone import claim_past_gone
from widget_server.booking.ledger.ledger import ClaimConflict
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.ledger.terms import Terms
from widget_server.booking.moves import BothTimesTaken, abandon_move, finish_move, send_move
from widget_server.booking.observing import DONE, REPLAYED, told
from widget_server.booking.repeats import of_booking, once
from widget_server.booking.see import find, refuse_unbooked, see
from widget_server.booking.visits import (
    Visit,
    Wanted,
    claims,
    in_turn,
    is_open,
    nearest,
    open_visits,
    ways,
)
from widget_server.catalogue.find_slots import (
    MARGIN,
    Adjusted,
    SlotSearch,
    SlotsFound,
    find_slots,
    search_span,
)
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError, InvalidInput


def reschedule(
    desk: Desk, token: str, start: datetime, employee: int | None, key: str | None = None
) -> Booking:
    """Move the booking of a manage token so that it begins at `start`.

    With `employee` None it stays with whom it is, if they can, else goes to whoever can. Raises
    ManageLinkInvalid, TooLate, NotYetBooked, InvalidInput, NotOpen, StillProcessing, PlatformError,
    and what `once` raises for an idempotency key.
    """

    def change() -> tuple[Booking, str]:
        return _reschedule(desk, token, start, employee)

    def instead() -> tuple[Sequence[Slot], str | None]:
        booking = find(desk, token)
        wanted = _wanted(desk, booking, start, employee)
        return nearest(desk, wanted), booking.details["timezone"]

    def attempt() -> tuple[Booking, str]:
        request = of_booking(desk, token, key, "reschedule", start.timestamp(), employee)
        return once(desk, request, change, instead)

    return told(desk.observer.moved, attempt)


def _reschedule(
    desk: Desk, token: str, start: datetime, employee: int | None
) -> tuple[Booking, str]:
    booking = see(desk, token)
    offer = desk.catalogue.offer().value
    refuse_unmovable(desk, booking, offer)
    if employee is not None and employee not in offer.employees:
        raise InvalidInput.at("employee", "No employee has this id.")
    if start == booking.current_claims[0].start and employee in (None, _employee_of(booking)):
        return booking, REPLAYED
    wanted = _wanted(desk, booking, start, employee)
    try:
        return _move_to_any(desk, offer, booking, wanted, employee), DONE
    except NotOpen as error:
        raise error.blaming("start") from None


def refuse_unmovable(desk: Desk, booking: Booking, offer: Offer) -> None:
    """Raise TooLate or NotYetBooked for a booking that its visitor cannot move now."""
    refuse_unbooked(booking)
    limit = timedelta(minutes=offer.settings["reschedule_limit_minutes"])
    if desk.now() > booking.current_claims[0].start - limit:
        raise TooLate("It is too late to change the time online. Please call the business.")


def open_moves(desk: Desk, token: str, first: date, last: date, timezone: str | None) -> SlotsFound:
    """Return where the booking of a manage token could be moved to, on these dates.

    Raises ManageLinkInvalid, TooLate, NotYetBooked and PlatformError.
    """
    booking = see(desk, token)
    refuse_unmovable(desk, booking, desk.catalogue.offer().value)
    search = replace(_search(booking, timezone), first=first, last=last)
    adjusted = _leaving(desk, booking, *search_span(first, last))
    return find_slots(desk.catalogue, search, desk.now(), adjusted)


def _search(booking: Booking, timezone: str | None = None) -> SlotSearch:
    """Return the question for other times of a booking, at the same place, with anyone."""
    parts = booking.current_claims
    day = parts[0].start.date()
    return SlotSearch(
        services=tuple(claim.service for claim in parts),
        employee=None,
        location=parts[0].location,
        first=day,
        last=day,
        timezone=timezone or booking.details["timezone"],
        persons=parts[0].persons,
        team=(None,) * len(parts),
        service_extras=tuple(
            tuple((extra["id"], extra["quantity"]) for extra in item["extras"])
            for item in booking.details["items"]
        ),
    )


def _leaving(desk: Desk, booking: Booking, start: datetime, end: datetime) -> Adjusted:
    """Return how busy times look to a booking that is about to leave its own place."""
    held = desk.held(start, end, besides=booking.id)
    moving = {
        claim.platform_appointment: claim.persons
        for claim in booking.current_claims
        if claim.platform_appointment is not None
    }
    return Adjusted(held.kept, moving)


def _wanted(desk: Desk, booking: Booking, start: datetime, employee: int | None) -> Wanted:
    parts = booking.current_claims
    shift = start - parts[0].start
    search = _search(booking)
    if employee is not None:
        search = replace(search, team=(employee,) * len(parts))
    adjusted = _leaving(desk, booking, start - MARGIN, start + MARGIN)
    return Wanted(search, tuple(claim.start + shift for claim in parts), adjusted)


def _move_to_any(
    desk: Desk, offer: Offer, booking: Booking, wanted: Wanted, employee: int | None
) -> Booking:
    for visit in _visits(desk, offer, booking, wanted, employee):
        try:
            return _move(desk, offer, booking, wanted, visit)
        except SlotTaken:
            continue
    raise SlotTaken(nearest(desk, wanted), booking.details["timezone"])


def _visits(
    desk: Desk, offer: Offer, booking: Booking, wanted: Wanted, employee: int | None
) -> Iterator[Visit]:
    """Yield first the way that keeps everybody who is in it now."""
    if employee is None:
        team = tuple(claim.employee for claim in booking.current_claims)
        yield from ways(desk, offer, wanted.by(team))
    yield from open_visits(desk, offer, wanted)


def _move(desk: Desk, offer: Offer, booking: Booking, wanted: Wanted, visit: Visit) -> Booking:
    booking = _claim(desk, offer, booking, visit)
    try:
        if not is_open(desk, offer, wanted, visit, booking.next_claims):
            raise SlotTaken
    except (NotOpen, DomainError):
        abandon_move(desk, booking, desk.now())
        raise
    # The fence, as in booking.
    if not desk.ledger.move(booking, State.MOVE_SENT, desk.now()):
        raise SlotTaken
    try:
        send_move(desk, booking)
    except OutcomeUnknown:
        raise StillProcessing(booking.id) from None
    except (Rejected, PlatformError) as error:
        abandon_move(desk, booking, desk.now(), error)
        if isinstance(error, BothTimesTaken):
            raise VisitLost(nearest(desk, wanted), booking.details["timezone"]) from None
        raise (SlotTaken if isinstance(error, Conflict) else error) from None
    finish_move(desk, booking, desk.now())
    return desk.ledger.booking(booking.id) or booking


def _claim(desk: Desk, offer: Offer, booking: Booking, visit: Visit) -> Booking:
    details = moved_details(booking.details, offer, visit)
    terms = Terms(queue=in_turn(offer, visit))

    def claim() -> bool:
        return desk.ledger.claim_move(booking, claims(offer, visit), details, desk.now(), terms)

    try:
        if not claim_past_gone(desk, offer, claim):
            raise NotYetBooked  # somebody else is changing it at this moment
    except ClaimConflict:
        raise SlotTaken from None
    return desk.ledger.booking(booking.id) or booking


def _employee_of(booking: Booking) -> int:
    return booking.current_claims[0].employee
