"""Appointments: list, get, create, change, cancel."""

from typing import Any

from flask import jsonify
from flask.views import MethodView
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from widget_server.backend import records
from widget_server.backend.context import backend
from widget_server.backend.listing import Listed, changed_since, page_of
from widget_server.backend.models import Appointment, Booking
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint
from widget_server.backend.rules import booking, local_time, moving, timing, visits
from widget_server.backend.rules.statuses import CANCELED
from widget_server.backend.schemas.appointments import (
    AppointmentQuery,
    AppointmentSchema,
    ChangeSchema,
    NewAppointmentSchema,
    statuses_of,
)
from widget_server.backend.schemas.base import page_of as page_schema
from widget_server.backend.work import Work, read_business

blueprint = ResourceBlueprint("appointments", "The employees' time that is taken.")

_SORT = {
    "created_at": Appointment.created_at,
    "updated_at": Appointment.updated_at,
    "start_date_time": Appointment.start,
    "start_time": Appointment.start,
    "id": Appointment.id,
}


@blueprint.at("/appointments")
class Appointments(MethodView):
    """All appointments."""

    @blueprint.takes(AppointmentQuery, "query")
    @blueprint.answers(
        200, page_schema(AppointmentSchema), summary="List appointments, the newest first"
    )
    def get(self, asked: Data) -> Any:
        """Filter, sort and page through the appointments."""
        with backend().reading() as session:
            return jsonify(_list(session, asked))

    @blueprint.takes(NewAppointmentSchema)
    @blueprint.answers(
        201, AppointmentSchema, summary="Create an appointment with one or several bookings"
    )
    def post(self, data: Data) -> Any:
        """Allow times outside working hours; refuse those that are taken."""
        with backend().writing() as work:
            made = booking.book(work, data)
            return jsonify(_record(work, made[0].appointment_id)), 201


@blueprint.at(f"/appointments/{ID}")
class SingleAppointment(MethodView):
    """One appointment."""

    @blueprint.answers(200, AppointmentSchema, summary="Get an appointment")
    def get(self, id_: int) -> Any:
        """Return an appointment with its bookings."""
        with backend().reading() as session:
            appointment = records.load_appointment(session, id_)
            return jsonify(records.appointment_record(appointment, read_business(session).zone))

    @blueprint.takes(ChangeSchema)
    @blueprint.answers(
        200,
        AppointmentSchema,
        summary="Change an appointment's status, or move it to another time or employee",
    )
    def patch(self, data: Data, id_: int) -> Any:
        """Join the group it is moved onto, when it is of the same kind; that is the answer."""
        with backend().writing() as work:
            return jsonify(_record(work, _change(work, id_, data)))

    @blueprint.answers(
        200, AppointmentSchema, summary="Cancel an appointment with all its bookings"
    )
    def delete(self, id_: int) -> Any:
        """Keep the record, with the status canceled."""
        with backend().writing() as work:
            moving.change_status(work, records.load_appointment(work.session, id_), CANCELED)
            return jsonify(_record(work, id_))


def target_of(data: Data, work: Work) -> moving.Target:
    """Return where a change moves to."""
    return moving.Target(
        local_time.start_of(data, work.zone), data.get("employee"), data.get("location")
    )


def _change(work: Work, id_: int, data: Data) -> int:
    appointment = records.load_appointment(work.session, id_)
    target = target_of(data, work)
    if target != moving.Target():
        appointment = moving.move_appointment(work, appointment, target)
    if "status" in data:
        appointment = records.load_appointment(work.session, appointment.id)
        moving.change_status(work, appointment, data["status"])
    if "note" in data:
        # Last: this locks the appointment's row, and to take an employee's lock after it could
        # end in a deadlock.
        appointment = records.load_appointment(work.session, appointment.id)
        appointment.note, appointment.updated_at = data["note"], work.now
        timing.tell(work, timing.UPDATED, appointment)
    return appointment.id


def _record(work: Work, id_: int) -> Data:
    return records.appointment_record(records.load_appointment(work.session, id_), work.zone)


def _list(session: Session, asked: Data) -> Data:
    zone = read_business(session).zone
    since = changed_since(session, Appointment.updated_at, asked)
    query = _narrow(records.listed_appointments().where(*since), asked, zone)
    column = _SORT[asked["sort_by"]]
    keys = [column] if column is Appointment.id else [column, Appointment.id]
    order = [key.desc() if asked["sort_order"] == "desc" else key.asc() for key in keys]
    listed = Listed(query, order, backend().totals)
    return page_of(session, listed, asked, lambda row: records.appointment_record(row, zone))


def _narrow(query: Select[Any], asked: Data, zone: Any) -> Select[Any]:
    columns = {
        "employee": Appointment.employee_id,
        "service": Appointment.service_id,
        "location": Appointment.location_id,
    }
    wanted = [column == asked[name] for name, column in columns.items() if name in asked]
    if "status" in asked:
        wanted.append(Appointment.status.in_(statuses_of(asked["status"])))
    if "customer" in asked:
        theirs = select(Booking.appointment_id).where(Booking.customer_id == asked["customer"])
        wanted.append(Appointment.id.in_(theirs))
    if "date_from" in asked:
        first = local_time.range_start(asked["date_from"], zone)
        wanted += [Appointment.end > first, Appointment.start > first - visits.LONGEST]
    if "date_to" in asked:
        wanted.append(Appointment.start < local_time.range_end(asked["date_to"], zone))
    return query.where(*wanted)
