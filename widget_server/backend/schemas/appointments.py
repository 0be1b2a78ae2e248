"""Appointments and bookings as they are written; as they are read, for the documentation.

Lists of appointments are long and read often, so `records` writes them by hand; the tests hold
what it writes against these schemas.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from widget_server.backend.rules.statuses import OPEN, STATUSES, normal
from widget_server.backend.schemas.base import ListQuery, Message
from widget_server.backend.schemas.values import (
    CalendarDate,
    ClockTime,
    Count,
    DateOrMoment,
    Id,
    Moment,
    Text,
)

# Clients of the platform's API are known to write these.
_OTHER_NAMES = {
    "customerId": "customer",
    "employeeId": "employee",
    "serviceId": "service",
    "locationId": "location",
}


class Status(Text):
    """A status; other spellings of the same are understood."""

    def __init__(self, known: frozenset[str] = STATUSES, **kwargs: Any) -> None:
        super().__init__(most=16, validate=validate.OneOf(sorted(known)), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        return normal(super()._deserialize(value, attr, data, **kwargs))


class _When(Message):
    """When: `date` and `time` in the business's zone, or the instant itself."""

    date = CalendarDate()
    time = ClockTime()
    start_date_time = Moment()


def _given(data: Mapping[str, Any]) -> set[str]:
    return {"date", "time", "start_date_time"} & set(data)


def _require_start(data: Mapping[str, Any]) -> None:
    given = _given(data)
    if given not in ({"date", "time"}, {"start_date_time"}):
        missing = "time" if given == {"date"} else "date"
        raise ValidationError("Give date and time, or start_date_time alone.", missing)


def _require(data: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if name not in data:
            raise ValidationError("Missing data for required field.", name)


class ChosenExtraSchema(Message):
    """An extra of the service, and how many of it."""

    id = Id(required=True)
    quantity = Count(1, 1000, load_default=1)


class Answers(fields.Dict):
    """Answers to the custom fields, by the field's id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            keys=Text(most=10), values=AnswerValue(), validate=validate.Length(max=200), **kwargs
        )


class AnswerValue(Text):
    """An answer: a text; yes or no, and numbers, are kept as texts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=10_000, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool):
            value = "yes" if value else "no"
        return super()._deserialize(value, attr, data, **kwargs)


class _Seat(Message):
    additional_persons = Count(0, 10_000, load_default=0)
    extras = fields.List(
        fields.Nested(ChosenExtraSchema), load_default=list, validate=validate.Length(max=200)
    )
    coupon = Text(most=100, load_default=None, allow_none=True)
    custom_fields = Answers(load_default=dict)
    note = Text(most=10_000, load_default="")


class SeatSchema(_Seat):
    """A customer's place in a new appointment."""

    customer = Id(required=True)


class _Visit(_When):
    service = Id(required=True)
    employee = Id(required=True)
    location = Id(load_default=None, allow_none=True)
    status = Status(OPEN, load_default=None, allow_none=True)


class BookingItemSchema(_Visit, _Seat):
    """One booking of several made together; the customer may be named once for all."""

    customer = Id()

    @validates_schema
    def complete(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ask for the start."""
        _require_start(data)


class RecurrenceSchema(Message):
    """How a booking recurs: every `interval` days, weeks or months, `count` times in all."""

    frequency = Text(
        most=16, required=True, validate=validate.OneOf(("daily", "weekly", "monthly"))
    )
    interval = Count(1, 52, load_default=1)
    count = Count(1, 100, required=True)


class NewBookingSchema(BookingItemSchema):
    """A booking, or `items` with several of them, or a series: all are made, or none."""

    service = Id()
    employee = Id()
    recurrence = fields.Nested(RecurrenceSchema, load_default=None, allow_none=True)
    items = fields.List(fields.Nested(BookingItemSchema), validate=validate.Length(min=1, max=50))

    @validates_schema
    def complete(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ask for a whole booking, or for items and their customers."""
        if "items" not in data:
            _require(data, "service", "employee", "customer")
            _require_start(data)
            return
        if data["recurrence"]:
            raise ValidationError("Not allowed beside items.", "recurrence")
        for name in sorted({"service", "employee", *_given(data)} & set(data)):
            raise ValidationError("Not allowed beside items.", name)
        if any("customer" not in item for item in data["items"]):
            _require(data, "customer")


class NewAppointmentSchema(_Visit, _Seat):
    """An appointment: of one `customer`, or of several `bookings`."""

    customer = Id()
    bookings = fields.List(fields.Nested(SeatSchema), validate=validate.Length(min=1, max=1000))

    @validates_schema
    def complete(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ask for the start, and for customer or bookings."""
        _require_start(data)
        if "bookings" not in data:
            _require(data, "customer")
        elif "customer" in data:
            raise ValidationError("Not allowed beside bookings.", "customer")


class ChangeSchema(_When):
    """What changes: `status`, or the time, employee, location (a move), or both."""

    status = Status()
    employee = Id()
    location = Id(allow_none=True)
    note = Text(most=10_000)

    @validates_schema
    def complete(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ask for a whole start or none."""
        if _given(data):
            _require_start(data)


class AppointmentQuery(ListQuery):
    """Which appointments.

    `date_from`, `date_to`: those that touch the dates, both included, in the business's zone;
    times are understood too, half-open. `status` may name several, with commas.
    """

    status = Text(most=100)
    employee = Id(strict=False)
    service = Id(strict=False)
    location = Id(strict=False)
    customer = Id(strict=False)
    date_from = DateOrMoment()
    date_to = DateOrMoment()
    sort_by = Text(
        most=20,
        load_default="created_at",
        validate=validate.OneOf(
            ("created_at", "updated_at", "start_date_time", "start_time", "id")
        ),
    )
    sort_order = Text(most=4, load_default="desc", validate=validate.OneOf(("asc", "desc")))

    @pre_load
    def rename(self, data: Any, **_kwargs: Any) -> Any:
        """Understand the names that clients of the platform write."""
        return {_OTHER_NAMES.get(name, name): value for name, value in data.items()}

    @validates_schema
    def known_statuses(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse a status that does not exist."""
        if not set(statuses_of(data.get("status", "approved"))) <= STATUSES:
            raise ValidationError("Not a known status.", "status")


def statuses_of(text: str) -> list[str]:
    """Return the statuses that a filter names."""
    return [normal(part) for part in text.split(",")]


class _Named(Message):
    id = fields.Integer(required=True)
    name = fields.String(required=True)


class _NamedPerson(Message):
    id = fields.Integer(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)


class _NamedCustomer(_NamedPerson):
    email = fields.String(required=True)


class BookedExtraSchema(Message):
    """An extra as it was when booked."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    duration = fields.Integer(required=True)
    price = fields.Float(required=True)


class BookingSchema(Message):
    """A booking inside its appointment."""

    id = fields.Integer(required=True)
    status = fields.String(required=True)
    additional_persons = fields.Integer(required=True)
    customer = fields.Nested(_NamedCustomer, required=True)
    extras = fields.List(fields.Nested(BookedExtraSchema), required=True)
    custom_fields = fields.Dict(keys=fields.String(), required=True)
    coupon = fields.String(required=True, allow_none=True)
    price = fields.Float(required=True)


class _Times(Message):
    status = fields.String(required=True)
    start_date_time = fields.AwareDateTime(required=True)
    end_date_time = fields.AwareDateTime(required=True)
    note = fields.String(required=True)
    price = fields.Float(required=True)
    service = fields.Nested(_Named, required=True)
    location = fields.Nested(_Named, required=True, allow_none=True)
    employees = fields.List(fields.Nested(_NamedPerson), required=True)


class AppointmentSchema(_Times):
    """An appointment with its bookings. Times are in the business's zone."""

    id = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    bookings = fields.List(fields.Nested(BookingSchema), required=True)


class MadeBookingSchema(_Times, BookingSchema):
    """A booking by itself; `appointment` is the id of the one it is in."""

    appointment = fields.Integer(required=True)


class MadeBookingsSchema(MadeBookingSchema):
    """A booking; made with `items`, the first of them, and all of them in `items`."""

    items = fields.List(fields.Nested(MadeBookingSchema))
