"""Booking over HTTP, and the visitor's own booking by its manage link."""

from functools import partial
from typing import Any

from flask import Response, json
from marshmallow import RAISE

from widget_server.booking.calendar_file import calendar_file
from widget_server.booking.cancel import cancel, cancel_series
from widget_server.booking.errors import NotYetBooked, StillProcessing
from widget_server.booking.ledger.states import STANDING, State
from widget_server.booking.once import book
from widget_server.booking.requests import BookingRequest
from widget_server.booking.reschedule import open_moves, reschedule
from widget_server.booking.see import see, see_series
from widget_server.catalogue.find_slots import SlotsFound
from widget_server.web.api.answers import BookedSchema, SlotsSchema
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.booking_view import full_view, manage_url, token_of, under_way
from widget_server.web.api.idempotency import idempotency_key, key_header, needs_key, optional_key
from widget_server.web.api.schemas import (
    BookingSchema,
    CalendarQuerySchema,
    CancelSchema,
    MoveQuerySchema,
    RescheduleSchema,
)
from widget_server.web.api.slot_view import slots_document
from widget_server.web.parts import parts, public_url

blueprint = ApiBlueprint("bookings", __name__, description="Bookings")
POLL_SECONDS = 2


@blueprint.post("/bookings")
@needs_key
@blueprint.arguments(BookingSchema)
@blueprint.doc(parameters=[key_header(required=True)])
@blueprint.alt_response(201, schema=BookedSchema)
@blueprint.alt_response(202, schema=BookedSchema)
def create(wanted: BookingRequest) -> Response:
    """Book; the same Idempotency-Key gives the same answer."""
    key = idempotency_key()
    admit = partial(parts().defence.admit, wanted.challenge, key, parts().desk.now())
    try:
        with parts().guesses.in_booking(wanted.coupon):
            booking = book(parts().desk, wanted, key, admit)
    except StillProcessing as processing:
        return _processing(processing)
    return _json(full_view(booking), 201)


@blueprint.get("/bookings/<token>")
@blueprint.alt_response(200, schema=BookedSchema)
def show(token: str) -> Response:
    """Return the visitor's own booking."""
    return _json(full_view(see(parts().desk, token)))


@blueprint.post("/bookings/<token>/cancel")
@blueprint.arguments(CancelSchema, required=False)
@blueprint.doc(parameters=[key_header()])
@blueprint.alt_response(200, schema=BookedSchema)
def cancel_booking(wanted: dict[str, Any], token: str) -> Response:
    """Cancel the visitor's own booking, or all that is left of its series."""
    how = cancel_series if wanted["series"] else cancel
    return _json(full_view(how(parts().desk, token, optional_key())))


@blueprint.get("/bookings/<token>/slots")
@blueprint.arguments(MoveQuerySchema, location="query", unknown=RAISE)
@blueprint.alt_response(200, schema=SlotsSchema)
def move_slots(query: dict[str, Any], token: str) -> Response:
    """Return where the visitor's own booking could be moved to."""
    return _json(slots_document(query["first"], query["last"], _open_moves(token, query)))


@blueprint.post("/bookings/<token>/reschedule")
@blueprint.arguments(RescheduleSchema)
@blueprint.doc(parameters=[key_header()])
@blueprint.alt_response(200, schema=BookedSchema)
@blueprint.alt_response(202, schema=BookedSchema)
def reschedule_booking(wanted: dict[str, Any], token: str) -> Response:
    """Move the visitor's own booking; several services keep their gaps."""
    key = optional_key()
    try:
        moved = reschedule(parts().desk, token, wanted["start"], wanted["employee"], key)
    except StillProcessing as processing:
        return _processing(processing)
    return _json(full_view(moved))


def _open_moves(token: str, query: dict[str, Any]) -> SlotsFound:
    return open_moves(parts().desk, token, query["first"], query["last"], query["timezone"])


@blueprint.get("/bookings/<token>.ics")
@blueprint.arguments(CalendarQuerySchema, location="query", unknown=RAISE)
def calendar(query: dict[str, Any], token: str) -> Response:
    """Return the booking, or all of its series, as a calendar file."""
    desk = parts().desk
    booking = see(desk, token)
    if booking.state not in (*STANDING, State.CANCELED):
        raise NotYetBooked
    shown = see_series(desk, booking) if query["series"] and booking.series else [booking]
    entries = [(one, manage_url(one)) for one in shown]
    offer = parts().catalogue.offer().value
    response = Response(calendar_file(entries, offer), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="booking.ics"'
    return response


def _processing(processing: StillProcessing) -> Response:
    again = "This request is still being worked on. Please send it again."
    booking = under_way(processing, again)
    status_url = f"{public_url()}/v1/bookings/{token_of(booking)}"
    body = {"id": booking.id, "status": "processing", "status_url": status_url}
    response = _json(body, 202)
    response.headers["Retry-After"] = str(POLL_SECONDS)
    return response


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
