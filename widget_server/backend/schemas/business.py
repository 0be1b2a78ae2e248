"""Settings, custom fields and coupons as they are written and read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from widget_server.backend.schemas.base import ListQuery, Message
from widget_server.backend.schemas.values import (
    CalendarDate,
    Count,
    Id,
    Minutes,
    OwnId,
    Price,
    Text,
    Zone,
)

_LANGUAGE = validate.Regexp(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="Not a language tag.")
_CURRENCY = validate.Regexp(r"[A-Z]{3}\Z", error="Not a currency code.")
_MOST_NOTICE = 5_256_000


class SettingsSchema(Message):
    """What holds for the whole business. All times in minutes.

    `max_active_bookings` binds visitors who book themselves, each e-mail address; null: no limit.
    """

    name = Text(most=200, least=1, required=True)
    timezone = Zone(required=True)
    currency = Text(most=3, load_default="EUR", validate=_CURRENCY)
    languages = fields.List(
        Text(most=35, validate=_LANGUAGE),
        load_default=lambda: ["en"],
        validate=validate.Length(min=1, max=50),
    )
    slot_step = Minutes(least=1, most=1440, load_default=30)
    slot_alignment = Text(
        most=16, load_default="opening", validate=validate.OneOf(("opening", "free", "clock"))
    )
    use_service_duration_as_step = fields.Boolean(load_default=False)
    step_includes_buffers = fields.Boolean(load_default=False)
    buffers_within_hours = fields.Boolean(load_default=False)
    minimum_notice = Count(0, _MOST_NOTICE, load_default=0)
    booking_window_days = Count(0, 36_500, load_default=365)
    cancel_limit = Count(0, _MOST_NOTICE, load_default=0)
    reschedule_limit = Count(0, _MOST_NOTICE, load_default=0)
    assignment = Text(
        most=16, load_default="least_busy", validate=validate.OneOf(("least_busy", "priority"))
    )
    default_status = Text(
        most=16, load_default="approved", validate=validate.OneOf(("approved", "pending"))
    )
    phone_required = fields.Boolean(load_default=False)
    consent_text = Text(most=2000, load_default=None, allow_none=True)
    max_active_bookings = Count(1, 10_000, load_default=None, allow_none=True)


class CustomFieldSchema(Message):
    """A question of the booking form; null `services` means that all services ask it."""

    id = OwnId()
    label = Text(most=200, least=1, required=True)
    type = Text(
        most=16,
        load_default="text",
        validate=validate.OneOf(("text", "textarea", "select", "radio", "checkbox", "date")),
    )
    required = fields.Boolean(load_default=False)
    options = fields.List(
        Text(most=200, least=1),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
    )
    services = fields.List(
        Id(), load_default=None, allow_none=True, validate=validate.Length(max=1000)
    )


class CouponSchema(Message):
    """A coupon; null limits do not limit. `used` counts the bookings that hold it."""

    id = OwnId()
    code = Text(most=100, least=1, required=True)
    discount_type = Text(
        most=16, load_default="percent", validate=validate.OneOf(("percent", "fixed"))
    )
    discount_value = Price(required=True)
    expiration_date = CalendarDate(load_default=None, allow_none=True)
    usage_limit = Count(0, load_default=None, allow_none=True)
    limit_per_user = Count(0, load_default=None, allow_none=True)
    booking_limit_amount = Count(0, load_default=None, allow_none=True)
    services = fields.List(
        Id(), load_default=None, allow_none=True, validate=validate.Length(max=1000)
    )
    used = fields.Integer(dump_only=True)

    @validates_schema
    def percent_in_range(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse more than a hundred percent."""
        percent = data.get("discount_type", "percent") == "percent"
        if percent and data.get("discount_value", Decimal(0)) > 100:
            raise ValidationError("At most 100 percent.", "discount_value")


class CouponQuery(ListQuery):
    """Which coupons."""

    code = Text(most=100)
