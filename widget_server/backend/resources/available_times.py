"""Open starts, as the platform tells them: local times by date.

The engine lists them; who gets one is decided by the referee alone, when it is booked.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask.views import MethodView
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from widget_server import availability, shapes
from widget_server.availability.busy import BusyTimes
from widget_server.availability.model import QueryError
from widget_server.backend.context import backend
from widget_server.backend.models import Appointment, Business, Employee, Location, Service
from widget_server.backend.resources.blueprint import Data, ResourceBlueprint
from widget_server.backend.resources.engine_shapes import (
    appointment_shape,
    employee_shape,
    service_shape,
    settings_shape,
)
from widget_server.backend.rules.local_time import range_end, range_start
from widget_server.backend.rules.statuses import OPEN
from widget_server.backend.schemas.base import Message
from widget_server.backend.schemas.values import CalendarDate, Count, Id
from widget_server.backend.work import read_business
from widget_server.errors import InvalidInput

USUAL_DAYS, MOST_DAYS = 31, 366
# Visits run past midnight, zones differ: what lies a day and a half outside may matter.
MARGIN = timedelta(hours=36)

blueprint = ResourceBlueprint("available-times", "Open starts.")


class TimesQuery(Message):
    """For what, and when; dates are the business's, both included."""

    service = Id(strict=False, required=True)
    employee = Id(strict=False, load_default=None)
    location = Id(strict=False, load_default=None)
    calendar_start_date = CalendarDate(load_default=None)
    calendar_end_date = CalendarDate(load_default=None)
    additional_guest_count = Count(0, 10_000, strict=False, load_default=0)


class TimesSchema(Message):
    """Local times (HH:MM, in the business's zone) by date.

    A time that the clocks show twice, when they are put back, is the first of the two.
    """

    data = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


@blueprint.at("/available-times")
class AvailableTimes(MethodView):
    """Open starts of one service."""

    @blueprint.takes(TimesQuery, "query")
    @blueprint.answers(200, TimesSchema, summary="List the open starts of a service by date")
    def get(self, asked: Data) -> Any:
        """Dates without open starts are left out."""
        with backend().reading() as session:
            return {"data": _times(session, asked, backend().now())}


def _times(session: Session, asked: Data, now: datetime) -> dict[str, list[str]]:
    settings = read_business(session)
    first, last = _dates(asked, now.astimezone(settings.zone).date())
    start = range_start(first, settings.zone) - MARGIN
    end = range_end(last, settings.zone) + MARGIN
    business = shapes.business_from_json(_business(session, settings))
    busy = shapes.appointments_from_json(_busy(session, start, end))
    query = shapes.query_from_json(
        {
            "service": asked["service"],
            "employee": asked["employee"],
            "location": asked["location"],
            "from": first.isoformat(),
            "to": last.isoformat(),
            "persons": 1 + asked["additional_guest_count"],
        }
    )
    try:
        found = availability.find_slots(query, business, BusyTimes.of(business, busy), now)
    except QueryError as error:
        raise InvalidInput.at(error.field, error.message) from None
    days: dict[str, list[str]] = {}
    for start in found.starts():
        local = start.astimezone(settings.zone)
        # Of an hour that the clocks show twice this API can book the first time only.
        if local.fold:
            continue
        days.setdefault(local.date().isoformat(), []).append(f"{local:%H:%M}")
    return days


def _dates(asked: Data, today: date) -> tuple[date, date]:
    first = asked["calendar_start_date"] or today
    last = asked["calendar_end_date"] or first + timedelta(days=USUAL_DAYS - 1)
    if not first <= last < first + timedelta(days=MOST_DAYS):
        why = f"Must be from the start ({first}) on, at most {MOST_DAYS} days of it."
        raise InvalidInput.at("calendar_end_date", why)
    return first, last


def _business(session: Session, settings: Business) -> Data:
    services = select(Service).where(Service.deleted_at.is_(None)).order_by(Service.id)
    employees = select(Employee).where(Employee.deleted_at.is_(None)).order_by(Employee.id)
    locations = select(Location).where(Location.deleted_at.is_(None)).order_by(Location.id)
    known = {one.id: one for one in session.scalars(services.options(selectinload(Service.extras)))}
    return {
        "settings": settings_shape(settings),
        "locations": [{"id": one.id, "name": one.name} for one in session.scalars(locations)],
        "services": [service_shape(one) for one in known.values()],
        "employees": [
            employee_shape(one, known)
            for one in session.scalars(employees.options(selectinload(Employee.services)))
        ],
    }


def _busy(session: Session, start: datetime, end: datetime) -> list[Data]:
    query = select(Appointment).where(
        Appointment.status.in_(OPEN), Appointment.occupied_to > start, Appointment.start < end
    )
    return [
        appointment_shape(one)
        for one in session.scalars(query.options(selectinload(Appointment.bookings)))
    ]
