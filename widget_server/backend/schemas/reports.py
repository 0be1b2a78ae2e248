"""What reports are asked, and the rows they answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from widget_server.backend.reports.query import DIMENSIONS, GROUPS
from widget_server.backend.schemas.base import Message
from widget_server.backend.schemas.values import CalendarDate, Id, Price, Text

MOST_DAYS = 3700
# By day, a year and some.
MOST_ROWS = 400


class ReportQuery(Message):
    """Which report.

    Dates are the business's, both included; without them, the present month. `group_by` cuts the
    rows; `service`, `employee`, `location` narrow what is counted.
    """

    date_from = CalendarDate()
    date_to = CalendarDate()
    group_by = Text(most=16, load_default="day", validate=validate.OneOf(GROUPS))
    service = Id(strict=False, load_default=None)
    employee = Id(strict=False, load_default=None)
    location = Id(strict=False, load_default=None)
    format = Text(most=8, load_default="json", validate=validate.OneOf(("json", "csv")))

    @validates_schema
    def in_order(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ask for both dates or none, in order, not too far apart."""
        first, last = data.get("date_from"), data.get("date_to")
        if (first is None) != (last is None):
            missing = "date_from" if first is None else "date_to"
            raise ValidationError("Give both dates, or none.", missing)
        if first and last and not first <= last < first + timedelta(days=MOST_DAYS):
            raise ValidationError(
                f"Must not lie before date_from, nor {MOST_DAYS} days or more after it.", "date_to"
            )
        if first and last and data["group_by"] == "day" and (last - first).days > MOST_ROWS:
            raise ValidationError("Over a year, take week or month.", "group_by")


class _Row(Message):
    # One of these names the row, and none of them the only row of a total.
    day = fields.String()
    week = fields.String()
    month = fields.String()
    service = fields.Integer()
    employee = fields.Integer()
    location = fields.Integer(allow_none=True)
    name = fields.String()


class AppointmentsRow(_Row):
    """Appointments by status; the bookings and persons that come."""

    appointments = fields.Integer(required=True)
    approved = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    canceled = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    no_show = fields.Integer(required=True)
    bookings = fields.Integer(required=True)
    persons = fields.Integer(required=True)


class RevenueRow(_Row):
    """Prices of bookings: approved (`revenue`), `pending`, and canceled, rejected, missed."""

    currency = fields.String(required=True)
    bookings = fields.Integer(required=True)
    revenue = Price(required=True)
    pending = Price(required=True)
    lost = Price(required=True)


class UtilisationRow(_Row):
    """Booked minutes against working minutes; `utilisation` is null without any of the latter."""

    booked_minutes = fields.Integer(required=True)
    working_minutes = fields.Integer(required=True)
    utilisation = fields.Float(required=True, allow_none=True)


class CancellationsRow(_Row):
    """Bookings of every status, and those canceled and rejected; `rate` of the canceled."""

    bookings = fields.Integer(required=True)
    canceled = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True)


class NoShowsRow(_Row):
    """Bookings whose time has come, and those of them that were missed."""

    bookings = fields.Integer(required=True)
    no_shows = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True)


def columns_of(row: type[Schema], group_by: str) -> list[str]:
    """Return the columns of a report's rows when they are grouped so."""
    groups = {*GROUPS, "name"} - {group_by, "name" if group_by in DIMENSIONS else ""}
    return [name for name in row().fields if name not in groups]


def report_of(row: type[Schema]) -> type[Schema]:
    """Return the schema of a report with such rows."""
    parts: dict[str, Any] = {
        "report": fields.String(required=True),
        "date_from": fields.Date(required=True),
        "date_to": fields.Date(required=True),
        "timezone": fields.String(required=True),
        "group_by": fields.String(required=True),
        "data": fields.List(fields.Nested(row), required=True),
    }
    return type(f"{row.__name__.removesuffix('Row')}Report", (Message,), parts)
