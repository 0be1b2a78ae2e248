"""The platform's records as they come over the wire.

What we do not know we do not mind; what we need must be there and of the right type.
"""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from widget_server.bookablesites.errors import InvalidAnswer

# More than anything here can be, and small enough to be kept and reckoned with anywhere.
MOST = 10**9
MOST_OF_A_BUFFER = 366 * 1440
_POSITIVE = validate.Range(min=1, max=MOST)


def _plain(text: str) -> None:
    # Databases refuse it, and no name has it.
    if "\0" in text:
        raise ValidationError("Not a plain text.")


def _sane(amount: Decimal) -> None:
    if not -MOST < amount < MOST or int(amount.as_tuple().exponent) < -20:
        raise ValidationError("Not an amount.")


def _zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        raise ValidationError("Not a time zone.") from None


class _Known(Schema):
    class Meta:
        unknown = EXCLUDE


class _Record(_Known):
    id = fields.Integer(required=True, strict=True, validate=validate.Range(min=-MOST, max=MOST))


class _Text(fields.String):
    """A text that may be null on the wire."""

    def __init__(self, default: str | None = "") -> None:
        super().__init__(load_default=default, allow_none=True, validate=_plain)


class _Count(fields.Integer):
    """A whole number of minutes, places or days; nothing shown means `default`."""

    def __init__(self, default: int | None = 0, least: int = 0, most: int = MOST) -> None:
        bounds = validate.Range(min=least, max=most)
        super().__init__(load_default=default, allow_none=True, validate=bounds)


class _Money(fields.Decimal):
    """An amount; nothing shown means `default`."""

    def __init__(self, default: int | None = 0) -> None:
        super().__init__(
            load_default=None if default is None else Decimal(default),
            allow_none=True, allow_nan=False, validate=_sane,
        )  # fmt: skip


class _Reference(fields.Integer):
    """The id of another record, or the record itself."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how, validate=validate.Range(min=-MOST, max=MOST))

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize(
            value.get("id") if isinstance(value, dict) else value, *args, **kwargs
        )


class SettingsSchema(_Known):
    """The business's settings, as far as they are shown."""

    name = fields.String(required=True, validate=_plain)
    timezone = fields.String(required=True, validate=_zone)
    currency = fields.String(validate=validate.Length(min=1, max=16))
    languages = fields.List(fields.String(), validate=validate.Length(min=1))
    slot_step = fields.Integer(validate=_POSITIVE)
    slot_alignment = fields.String()
    use_service_duration_as_step = fields.Boolean()
    step_includes_buffers = fields.Boolean()
    buffers_within_hours = fields.Boolean()
    minimum_notice = fields.Integer(validate=validate.Range(min=0, max=MOST))
    booking_window_days = fields.Integer(validate=validate.Range(min=0, max=36_500))
    cancel_limit = fields.Integer(validate=validate.Range(min=0, max=MOST))
    reschedule_limit = fields.Integer(validate=validate.Range(min=0, max=MOST))
    assignment = fields.String(validate=validate.OneOf(("least_busy", "priority")))
    phone_required = fields.Boolean()
    consent_text = fields.String(allow_none=True, validate=_plain)
    max_active_bookings = fields.Integer(allow_none=True, validate=_POSITIVE)


class ExtraSchema(_Record):
    """An extra of a service."""

    name = _Text()
    duration = _Count()
    price = _Money()
    max_quantity = _Count(default=1, least=1)


class RecurringSchema(Schema):
    """In which series a service may be booked."""

    class Meta:
        """What we do not know we do not mind."""

        unknown = EXCLUDE

    frequencies = fields.List(fields.String(), required=True)
    min_count = fields.Integer(load_default=0, allow_none=True)
    max_count = fields.Integer(required=True)


class ServiceSchema(_Record):
    """A service."""

    name = _Text()
    description = _Text()
    category = _Text()
    picture = _Text(default=None)
    duration = fields.Integer(required=True, validate=_POSITIVE)
    price = _Money()
    buffer_time_before = _Count()
    buffer_time_after = _Count()
    min_capacity = _Count(default=1)
    max_capacity = _Count(default=1)
    allow_below_min = fields.Boolean(load_default=True)
    slot_step = _Count(default=None)
    minimum_notice = _Count(default=None)
    booking_window_days = _Count(default=None)
    private = fields.Boolean(load_default=False)
    max_per_day = _Count(default=None)
    recurring = fields.Nested(RecurringSchema, load_default=None, allow_none=True)
    extras = fields.List(fields.Nested(ExtraSchema), load_default=list)


class AssignedServiceSchema(_Record):
    """A service that an employee gives, with what differs for this employee."""

    price = _Money(default=None)
    duration = _Count(default=None)
    capacity = fields.Raw(load_default=None, allow_none=True)


class EmployeeSchema(_Record):
    """An employee; contact details are dropped here, so that no cache can hold them."""

    first_name = _Text()
    last_name = _Text()
    timezone = _Text(default=None)
    description = _Text()
    picture = _Text(default=None)
    location = _Reference(load_default=None, allow_none=True)
    services = fields.List(fields.Nested(AssignedServiceSchema), load_default=list)
    working_hours = fields.List(fields.Dict(), load_default=list)
    special_days = fields.List(fields.Dict(), load_default=list)
    days_off = fields.List(fields.Dict(), load_default=list)
    max_per_day = _Count(default=None)


class ContactSchema(_Record):
    """How a customer or an employee is reached."""

    first_name = _Text()
    last_name = _Text()
    email = _Text()
    phone = _Text()
    phone_number = _Text()


class LocationSchema(_Record):
    """A location."""

    name = _Text()
    address = _Text()
    phone = _Text()
    timezone = _Text(default=None)
    virtual = fields.Boolean(load_default=False)


class BookingSchema(_Record):
    """A customer's place in an appointment; of the customer only the id is kept."""

    status = fields.String(load_default="approved")
    additional_persons = _Count(most=10_000)
    customer = _Reference(load_default=None, allow_none=True)
    price = _Money(default=None)
    coupon = fields.String(load_default=None, allow_none=True)


class CouponSchema(_Record):
    """A coupon."""

    code = fields.String(required=True)
    discount_type = fields.String(load_default="percent")
    discount_value = fields.Decimal(required=True, allow_nan=False, validate=_sane)
    expiration_date = fields.Date(load_default=None, allow_none=True)
    usage_limit = _Count(default=None)
    limit_per_user = _Count(default=None)
    services = fields.List(fields.Integer(), load_default=None, allow_none=True)
    used = _Count()


class AppointmentSchema(_Record):
    """An appointment: the time of one or more employees."""

    status = fields.String(required=True)
    start_date_time = fields.String(required=True)
    end_date_time = fields.String(required=True)
    service = _Reference(load_default=None, allow_none=True)
    location = _Reference(load_default=None, allow_none=True)
    employees = fields.List(_Reference(), load_default=list)
    bookings = fields.List(fields.Nested(BookingSchema), load_default=list)
    buffer_time_before = _Count(default=None, most=MOST_OF_A_BUFFER)
    buffer_time_after = _Count(default=None, most=MOST_OF_A_BUFFER)

    @pre_load
    def no_empty_location(self, data: Any, **_kwargs: Any) -> Any:
        """Read the empty object, the platform's way to say none, as none."""
        if not isinstance(data, dict):
            return data
        return {**data, "location": data.get("location") or None}


class CustomerSchema(_Record):
    """A customer, as far as one is looked for."""

    email = _Text()


class CreatedSchema(_Record):
    """What a create answers: the id, and for a booking its appointment's."""

    appointment = _Reference(load_default=None, allow_none=True)
    items = fields.List(fields.Nested(lambda: CreatedSchema(exclude=("items",))))


class CustomFieldSchema(_Record):
    """A question that the booking form asks."""

    label = fields.String(required=True, validate=_plain)
    type = fields.String(load_default="text")
    required = fields.Boolean(load_default=False)
    options = fields.List(fields.String(), load_default=None, allow_none=True)
    services = fields.List(fields.Integer(), load_default=None, allow_none=True)


def load(schema: Schema, record: Any) -> dict[str, Any]:
    """Return the record checked and typed; raise InvalidAnswer naming only the fields."""
    try:
        return dict(schema.load(record))
    except ValidationError as error:
        fields_at_fault = ", ".join(sorted(map(str, error.messages_dict)))
        what = type(schema).__name__.removesuffix("Schema").lower()
        raise InvalidAnswer(
            f"The booking system's {what} cannot be read: {fields_at_fault}."
        ) from None
