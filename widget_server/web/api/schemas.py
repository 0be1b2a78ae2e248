"""What comes in over the public API."""

from datetime import timedelta
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from widget_server.booking.requests import UNDECIDED, BookingRequest, Customer, Item
from widget_server.catalogue.find_slots import SlotSearch
from widget_server.recurrence import FREQUENCIES, Recurrence
from widget_server.web.api.fields import (
    ChosenExtras,
    Day,
    EmailAddress,
    Id,
    PhoneNumber,
    Start,
    StrictSchema,
    Text,
    Timezone,
)

MAX_DAYS = 62
# Of a series, as many as are booked in one call.
MAX_DATES = 50
PERSONS = validate.Range(1, 1000)
# Characters; that of ours has some 350.
MOST_OF_A_SOLUTION = 1000


class SeriesQuery(NamedTuple):
    """The first visit of a series, how it recurs, and the zone to tell it in."""

    item: Item
    recurrence: Recurrence
    timezone: str | None


def _check_window(data: dict[str, Any]) -> None:
    if data["last"] < data["first"]:
        raise ValidationError("Must not be before `from`.", "to")
    if data["last"] - data["first"] >= timedelta(days=MAX_DAYS):
        raise ValidationError(f"At most {MAX_DAYS} days at a time, please.", "to")


class SlotQuerySchema(StrictSchema):
    """The query of `GET /v1/slots`."""

    service = fields.List(
        fields.Integer(validate=validate.Range(1)), required=True, validate=validate.Length(1, 10)
    )
    same_employee = fields.Boolean(load_default=False)
    employee = fields.Integer(validate=validate.Range(1), load_default=None)
    location = fields.Integer(validate=validate.Range(1), load_default=None)
    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True)
    timezone = Timezone(load_default=None)
    persons = fields.Integer(validate=PERSONS, load_default=1)
    extras = ChosenExtras(load_default=())

    @validates_schema
    def check_window(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse windows that are empty or too long."""
        _check_window(data)

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> SlotSearch:
        """Return the search."""
        return SlotSearch(services=tuple(data.pop("service")), **data)


class SeriesQuerySchema(StrictSchema):
    """The query of `GET /v1/slots/series`."""

    service = fields.Integer(validate=validate.Range(1), required=True)
    employee = fields.Integer(validate=validate.Range(1), load_default=None)
    location = fields.Integer(validate=validate.Range(1), load_default=None)
    start = Start(required=True)
    persons = fields.Integer(validate=PERSONS, load_default=1)
    extras = ChosenExtras(load_default=())
    timezone = Timezone(load_default=None)
    frequency = fields.String(required=True, validate=validate.OneOf(FREQUENCIES))
    interval = fields.Integer(validate=validate.Range(1, 52), load_default=1)
    count = fields.Integer(validate=validate.Range(2, MAX_DATES), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> SeriesQuery:
        """Return the first visit, how it recurs, and the zone to tell it in."""
        again = Recurrence(*(data.pop(name) for name in ("frequency", "interval", "count")))
        return SeriesQuery(timezone=data.pop("timezone"), recurrence=again, item=Item(**data))


class ListQuerySchema(StrictSchema):
    """The filters of the lists of services, employees and locations."""

    service = fields.Integer(validate=validate.Range(1), load_default=None)
    location = fields.Integer(validate=validate.Range(1), load_default=None)


class ChosenExtraSchema(StrictSchema):
    """An extra of a visit."""

    id = Id(required=True)
    quantity = fields.Integer(strict=True, validate=validate.Range(1, 1000), load_default=1)


class ItemSchema(StrictSchema):
    """One visit."""

    service = Id(required=True)
    employee = Id(load_default=None, allow_none=True)
    location = Id(load_default=None, allow_none=True)
    start = Start(required=True)
    persons = fields.Integer(strict=True, validate=PERSONS, load_default=1)
    extras = fields.List(
        fields.Nested(ChosenExtraSchema), load_default=list, validate=validate.Length(max=50)
    )

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Item:
        """Return the item."""
        chosen = tuple((extra["id"], extra["quantity"]) for extra in data.pop("extras"))
        if len({id_ for id_, _ in chosen}) < len(chosen):
            raise ValidationError("Name each extra once.", "extras")
        return Item(extras=chosen, **data)


class CustomerSchema(StrictSchema):
    """The visitor."""

    first_name = Text(100, shortest=1, required=True)
    last_name = Text(100, shortest=1, required=True)
    email = EmailAddress(required=True)
    phone = PhoneNumber(load_default="", allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Customer:
        """Return the customer."""
        return Customer(**data | {"phone": data["phone"] or ""})


class RecurrenceSchema(StrictSchema):
    """How a visit recurs: every `interval` days, weeks or months, `count` times with the first."""

    frequency = fields.String(required=True, validate=validate.OneOf(FREQUENCIES))
    interval = fields.Integer(strict=True, validate=validate.Range(1, 52), load_default=1)
    count = fields.Integer(strict=True, validate=validate.Range(2, MAX_DATES), required=True)
    # All or none; or, if asked, the dates that are open.
    only_open = fields.Boolean(load_default=False)


class BookingSchema(StrictSchema):
    """The body of `POST /v1/bookings`."""

    items = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(1, 10))
    customer = fields.Nested(CustomerSchema, required=True)
    custom_fields = fields.Dict(
        fields.String(validate=validate.Length(max=20)),
        Text(2000, lines=True),
        load_default=dict,
        validate=validate.Length(max=100),
    )
    note = Text(2000, lines=True, load_default="", allow_none=True)
    consent = fields.Boolean(load_default=None, allow_none=True)
    timezone = Timezone(load_default=None, allow_none=True)
    locale = fields.String(
        load_default="en",
        allow_none=True,
        validate=validate.Regexp(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z"),
    )
    coupon = Text(100, load_default=None, allow_none=True)
    recurrence = fields.Nested(RecurrenceSchema, load_default=None, allow_none=True)
    hold = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    # What `GET /v1/challenge` gave, solved; only where the business asks for it.
    challenge = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=MOST_OF_A_SOLUTION)
    )

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> BookingRequest:
        """Return the request."""
        again = data["recurrence"]
        return BookingRequest(
            items=tuple(data["items"]),
            customer=data["customer"],
            custom_fields={key: value for key, value in data["custom_fields"].items() if value},
            note=data["note"] or "",
            consent=data["consent"],
            timezone=data["timezone"],
            locale=data["locale"] or "en",
            coupon=data["coupon"] or None,
            hold=data["hold"],
            challenge=data["challenge"],
            only_open=bool(again and again.pop("only_open")),
            recurrence=again and Recurrence(**again),
        )


class HoldSchema(StrictSchema):
    """The body of `POST /v1/holds`."""

    items = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(1, 10))
    timezone = Timezone(load_default=None, allow_none=True)
    email = EmailAddress(load_default=None, allow_none=True)


class PricedItemSchema(ItemSchema):
    """One visit whose price is asked for, maybe before a time is chosen."""

    start = Start(load_default=UNDECIDED)


class CouponCheckSchema(StrictSchema):
    """The body of `POST /v1/coupons/check`."""

    code = Text(100, shortest=1, required=True)
    items = fields.List(
        fields.Nested(PricedItemSchema),
        required=True,
        validate=validate.Length(1, 10),
    )
    # Taken as it is typed so far; what is no address yet counts as nobody's.
    email = Text(254, load_default=None, allow_none=True)
    # What is kept for the visitor is not in the visitor's own way.
    hold = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))


class RescheduleSchema(StrictSchema):
    """The body of `POST /v1/bookings/{token}/reschedule`."""

    start = Start(required=True)
    employee = Id(load_default=None, allow_none=True)


class MoveQuerySchema(StrictSchema):
    """The query of `GET /v1/bookings/{token}/slots`."""

    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True)
    timezone = Timezone(load_default=None)

    @validates_schema
    def check_window(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse windows that are empty or too long."""
        _check_window(data)


class NothingSchema(StrictSchema):
    """The empty body of an action."""


class CancelSchema(StrictSchema):
    """The body of `POST /v1/bookings/{token}/cancel`; `series` cancels all that is left of it."""

    series = fields.Boolean(load_default=False)


class CalendarQuerySchema(StrictSchema):
    """The query of `GET /v1/bookings/{token}.ics`."""

    series = fields.Boolean(load_default=False)
