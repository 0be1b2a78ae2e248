"""Services with their extras, and locations, as they are written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from widget_server.backend.schemas.base import ListQuery, Message
from widget_server.backend.schemas.values import Count, Id, Minutes, OwnId, Price, Text, Zone
from widget_server.recurrence import FREQUENCIES

MOST_PERSONS = 10_000
# As many bookings as are made in one call.
MOST_IN_SERIES = 50


class ExtraSchema(Message):
    """An extra. Without the `id` of one of the service it is new; those left out are removed."""

    id = Id(allow_none=True)
    name = Text(most=200, least=1, required=True)
    duration = Minutes(load_default=0)
    price = Price(load_default=Decimal(0))
    max_quantity = Count(1, 1000, load_default=1)


class RecurringSchema(Message):
    """In which series visitors may book a service.

    `min_count` 0 lets them book it once, too; from 2 on, only as a series of at least so many.
    """

    frequencies = fields.List(
        Text(most=16, validate=validate.OneOf(FREQUENCIES)),
        required=True,
        validate=validate.Length(1, len(FREQUENCIES)),
    )
    min_count = Count(0, MOST_IN_SERIES, load_default=0)
    max_count = Count(2, MOST_IN_SERIES, required=True)

    @validates_schema
    def counts_in_order(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse a minimum over the maximum."""
        if data["min_count"] > data["max_count"]:
            raise ValidationError("Must not be over max_count.", "min_count")


class ServiceSchema(Message):
    """A service. All times in minutes; null step, notice and window are the business's.

    `max_per_day` limits how many appointments visitors find open in a day, `recurring` says in
    which series they may book it; staff are bound by neither.
    """

    id = OwnId()
    name = Text(most=200, least=1, required=True)
    description = Text(most=10_000, load_default="")
    category = Text(most=200, load_default="")
    picture = Text(most=2000, load_default=None, allow_none=True)
    duration = Minutes(least=1, required=True)
    price = Price(load_default=Decimal(0))
    buffer_time_before = Minutes(most=1440, load_default=0)
    buffer_time_after = Minutes(most=1440, load_default=0)
    min_capacity = Count(1, MOST_PERSONS, load_default=1)
    max_capacity = Count(1, MOST_PERSONS, load_default=1)
    allow_below_min = fields.Boolean(load_default=True)
    slot_step = Minutes(least=1, most=1440, load_default=None, allow_none=True)
    minimum_notice = Count(0, 5_256_000, load_default=None, allow_none=True)
    booking_window_days = Count(0, 36_500, load_default=None, allow_none=True)
    private = fields.Boolean(load_default=False)
    max_per_day = Count(1, 10_000, load_default=None, allow_none=True)
    recurring = fields.Nested(RecurringSchema, load_default=None, allow_none=True)
    extras = fields.List(
        fields.Nested(ExtraSchema), load_default=list, validate=validate.Length(max=200)
    )

    @validates_schema
    def capacity_in_order(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse a minimum over the maximum."""
        if data.get("min_capacity", 1) > data.get("max_capacity", MOST_PERSONS):
            raise ValidationError("Must not be over max_capacity.", "min_capacity")


class ServiceQuery(ListQuery):
    """Which services."""

    category = Text(most=200)


class LocationSchema(Message):
    """A location."""

    id = OwnId()
    name = Text(most=200, least=1, required=True)
    address = Text(most=500, load_default="")
    phone = Text(most=40, load_default="")
    timezone = Zone(load_default=None, allow_none=True)
    virtual = fields.Boolean(load_default=False)
