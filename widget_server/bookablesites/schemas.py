"""The platform's records as they come over the wire.

What we do not know we do not mind; what we need must be there and of the right type.
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from widget_server.bookablesites.errors import InvalidAnswer


class _Record(Schema):
    class Meta:
        unknown = EXCLUDE

    id = fields.Integer(required=True, strict=True)


class _Text(fields.String):
    """A text that may be null on the wire."""

    def __init__(self) -> None:
        super().__init__(load_default="", allow_none=True)


class _Minutes(fields.Integer):
    """Whole minutes; nothing shown means `default`."""

    def __init__(self, default: int | None = 0) -> None:
        super().__init__(load_default=default, allow_none=True, validate=validate.Range(min=0))


class _Reference(fields.Integer):
    """The id of another record, or the record itself."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize(
            value.get("id") if isinstance(value, dict) else value, *args, **kwargs
        )


class ExtraSchema(_Record):
    """An extra of a service."""

    name = _Text()
    duration = _Minutes()
    price = fields.Decimal(load_default=0, allow_none=True, allow_nan=False)
    max_quantity = fields.Integer(load_default=1, allow_none=True, validate=validate.Range(min=1))


class ServiceSchema(_Record):
    """A service."""

    name = _Text()
    description = _Text()
    category = _Text()
    picture = fields.String(load_default=None, allow_none=True)
    duration = fields.Integer(required=True, validate=validate.Range(min=1))
    price = fields.Decimal(load_default=0, allow_none=True, allow_nan=False)
    buffer_time_before = _Minutes()
    buffer_time_after = _Minutes()
    min_capacity = fields.Integer(load_default=1, allow_none=True)
    max_capacity = fields.Integer(load_default=1, allow_none=True)
    allow_below_min = fields.Boolean(load_default=True)
    slot_step = _Minutes(default=None)
    minimum_notice = _Minutes(default=None)
    booking_window_days = fields.Integer(load_default=None, allow_none=True)
    private = fields.Boolean(load_default=False)
    extras = fields.List(fields.Nested(ExtraSchema), load_default=list)


class AssignedServiceSchema(_Record):
    """A service that an employee gives, with what differs for this employee."""

    price = fields.Decimal(load_default=None, allow_none=True, allow_nan=False)
    duration = fields.Integer(load_default=None, allow_none=True)
    capacity = fields.Raw(load_default=None, allow_none=True)


class EmployeeSchema(_Record):
    """An employee; contact details are dropped here, so that no cache can hold them."""

    first_name = _Text()
    last_name = _Text()
    timezone = fields.String(load_default=None, allow_none=True)
    description = _Text()
    picture = fields.String(load_default=None, allow_none=True)
    location = _Reference(load_default=None, allow_none=True)
    services = fields.List(fields.Nested(AssignedServiceSchema), load_default=list)
    working_hours = fields.List(fields.Dict(), load_default=list)
    special_days = fields.List(fields.Dict(), load_default=list)
    days_off = fields.List(fields.Dict(), load_default=list)


class LocationSchema(_Record):
    """A location."""

    name = _Text()
    address = _Text()
    phone = _Text()
    timezone = fields.String(load_default=None, allow_none=True)
    virtual = fields.Boolean(load_default=False)


class BookingSchema(_Record):
    """A customer's place in an appointment; of the customer only the id is kept."""

    status = fields.String(load_default="approved")
    additional_persons = fields.Integer(load_default=0, allow_none=True)
    customer = _Reference(load_default=None, allow_none=True)
    price = fields.Decimal(load_default=None, allow_none=True, allow_nan=False)
    coupon = fields.String(load_default=None, allow_none=True)


class CouponSchema(_Record):
    """A coupon."""

    code = fields.String(required=True)
    discount_type = fields.String(load_default="percent")
    discount_value = fields.Decimal(required=True, allow_nan=False)
    expiration_date = fields.Date(load_default=None, allow_none=True)
    usage_limit = fields.Integer(load_default=None, allow_none=True)
    limit_per_user = fields.Integer(load_default=None, allow_none=True)
    services = fields.List(fields.Integer(), load_default=None, allow_none=True)
    used = fields.Integer(load_default=0)


class AppointmentSchema(_Record):
    """An appointment: the time of one or more employees."""

    status = fields.String(required=True)
    start_date_time = fields.String(required=True)
    end_date_time = fields.String(required=True)
    service = _Reference(load_default=None, allow_none=True)
    location = _Reference(load_default=None, allow_none=True)
    employees = fields.List(_Reference(), load_default=list)
    bookings = fields.List(fields.Nested(BookingSchema), load_default=list)
    buffer_time_before = _Minutes(default=None)
    buffer_time_after = _Minutes(default=None)

    @pre_load
    def no_empty_location(self, data: Any, **_kwargs: Any) -> Any:
        """Read the empty object, the platform's way to say none, as none."""
        return {**data, "location": data.get("location") or None} if data else data


class CreatedSchema(_Record):
    """What a create answers: the id, and for a booking its appointment's."""

    appointment = _Reference(load_default=None, allow_none=True)
    items = fields.List(fields.Nested(lambda: CreatedSchema(exclude=("items",))))


class CustomFieldSchema(_Record):
    """A question that the booking form asks."""

    label = fields.String(required=True)
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
