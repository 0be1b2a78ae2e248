"""Bookings: customers' places in appointments."""

from typing import Any

from flask import jsonify
from flask.views import MethodView

from widget_server.backend import records
from widget_server.backend.context import backend
from widget_server.backend.resources.appointments import target_of
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint
from widget_server.backend.rules import booking, moving, series, timing
from widget_server.backend.rules.statuses import CANCELED
from widget_server.backend.schemas.appointments import (
    ChangeSchema,
    MadeBookingSchema,
    MadeBookingsSchema,
    NewBookingSchema,
)
from widget_server.backend.work import Work, read_business

blueprint = ResourceBlueprint("bookings", "The customers' places in appointments.")


@blueprint.at("/bookings")
class Bookings(MethodView):
    """New bookings."""

    @blueprint.takes(NewBookingSchema)
    @blueprint.answers(
        201,
        MadeBookingsSchema,
        summary="Make a booking, several (`items`) or a series (`recurrence`): all or none",
    )
    def post(self, data: Data) -> Any:
        """Allow times outside working hours; refuse those that are taken."""
        with backend().writing() as work:
            return jsonify(_make(work, data)), 201


@blueprint.at(f"/bookings/{ID}")
class SingleBooking(MethodView):
    """One booking."""

    @blueprint.answers(200, MadeBookingSchema, summary="Get a booking")
    def get(self, id_: int) -> Any:
        """Return a booking with the times of its appointment."""
        with backend().reading() as session:
            found = records.load_booking(session, id_)
            return jsonify(records.booking_record(found, read_business(session).zone))

    @blueprint.takes(ChangeSchema)
    @blueprint.answers(
        200,
        MadeBookingSchema,
        summary="Change one booking's status, or move it, without the others in it",
    )
    def patch(self, data: Data, id_: int) -> Any:
        """Leave the others of a group where they are."""
        with backend().writing() as work:
            _change(work, id_, data)
            return jsonify(_record(work, id_))

    @blueprint.answers(
        200, MadeBookingSchema, summary="Cancel one booking, without the others in its appointment"
    )
    def delete(self, id_: int) -> Any:
        """Keep the record, with the status canceled."""
        with backend().writing() as work:
            found = records.load_booking(work.session, id_)
            moving.change_booking_status(work, found, CANCELED)
            return jsonify(_record(work, id_))


def _make(work: Work, data: Data) -> Data:
    if "items" in data:
        items = [{"customer": data.get("customer"), **item} for item in data["items"]]
    elif data["recurrence"]:
        items = series.write_out(data)
    else:
        return _record(work, booking.book(work, data)[0].id)
    made = booking.book_items(work, items)
    loaded = [records.load_booking(work.session, one.id) for one in made]
    return records.made_record(loaded, work.zone)


def _change(work: Work, id_: int, data: Data) -> None:
    found = records.load_booking(work.session, id_)
    target = target_of(data, work)
    if target != moving.Target():
        moving.move_booking(work, found, target)
    if "status" in data:
        found = records.load_booking(work.session, id_)
        moving.change_booking_status(work, found, data["status"])
    if "note" in data:
        # Last, as for appointments.
        found = records.load_booking(work.session, id_)
        found.note, found.appointment.updated_at = data["note"], work.now
        timing.tell(work, timing.UPDATED, found.appointment, booking=id_)


def _record(work: Work, id_: int) -> Data:
    return records.booking_record(records.load_booking(work.session, id_), work.zone)
