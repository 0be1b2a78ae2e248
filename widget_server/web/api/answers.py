"""What goes out over the public API, as its description tells it."""

from marshmallow import Schema, fields


class HeldSchema(Schema):
    """A time that is kept."""

    token = fields.String()
    expires_at = fields.DateTime()
    seconds_left = fields.Integer()


class ChallengeSchema(Schema):
    """What must be solved: the number whose digits after `salt` have the hash `challenge`."""

    algorithm = fields.String()
    challenge = fields.String()
    maxnumber = fields.Integer()
    salt = fields.String()
    signature = fields.String()


class CheckedCouponSchema(Schema):
    """What a coupon would take off; only `valid` when it cannot be used."""

    valid = fields.Boolean()
    discount = fields.String()
    total = fields.String()
    currency = fields.String()


class SlotItemSchema(Schema):
    """One service of a visit of several."""

    service = fields.Integer()
    start = fields.DateTime()
    end = fields.DateTime()
    employees = fields.List(fields.Integer())


class SlotSchema(Schema):
    """An open start."""

    start = fields.DateTime()
    end = fields.DateTime()
    employees = fields.List(fields.Integer())
    locations = fields.List(fields.Integer())
    places_left = fields.Integer(allow_none=True)
    items = fields.List(fields.Nested(SlotItemSchema))


class DaySchema(Schema):
    """The open starts of one date in the zone asked for."""

    date = fields.Date()
    slots = fields.List(fields.Nested(SlotSchema))


class SlotsSchema(Schema):
    """The answer of `GET /v1/slots`."""

    timezone = fields.String()
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    as_of = fields.DateTime()
    stale = fields.Boolean()
    days = fields.List(fields.Nested(DaySchema))
    next_available = fields.DateTime(allow_none=True)


class SeriesDateSchema(SlotSchema):
    """One date of a series; of one that is not open only the start is told."""

    open = fields.Boolean()


class SeriesSchema(Schema):
    """The answer of `GET /v1/slots/series`."""

    timezone = fields.String()
    open = fields.Integer()
    dates = fields.List(fields.Nested(SeriesDateSchema))


class NamedSchema(Schema):
    """A record by its id and name."""

    id = fields.Integer()
    name = fields.String()


class ExtraSchema(NamedSchema):
    """What can be added to a service."""

    duration_minutes = fields.Integer()
    price = fields.String()
    max_quantity = fields.Integer()


class CapacitySchema(Schema):
    """How many persons one visit takes."""

    min = fields.Integer()
    max = fields.Integer()
    allow_below_min = fields.Boolean()


class ServiceSchema(NamedSchema):
    """A service; `durations` and `prices` are of the employees with whom they differ, by id."""

    category = fields.String()
    description = fields.String()
    picture = fields.String(allow_none=True)
    duration_minutes = fields.Integer()
    durations = fields.Dict(fields.String(), fields.Integer())
    price = fields.String()
    prices = fields.Dict(fields.String(), fields.String())
    price_from = fields.String(allow_none=True)
    capacity = fields.Nested(CapacitySchema)
    employees = fields.List(fields.Integer())
    locations = fields.List(fields.Integer())
    extras = fields.List(fields.Nested(ExtraSchema))
    recurring = fields.Dict(allow_none=True)


class EmployeeSchema(NamedSchema):
    """Who gives services, and where."""

    description = fields.String()
    picture = fields.String(allow_none=True)
    locations = fields.List(fields.Integer())


class LocationSchema(NamedSchema):
    """Where services are given."""

    address = fields.String()
    timezone = fields.String(allow_none=True)
    virtual = fields.Boolean()


class BusinessSchema(Schema):
    """The answer of `GET /v1/business`."""

    name = fields.String()
    timezone = fields.String()
    currency = fields.String()
    languages = fields.List(fields.String())
    services = fields.List(fields.Nested(ServiceSchema))
    employees = fields.List(fields.Nested(EmployeeSchema))
    locations = fields.List(fields.Nested(LocationSchema))
    custom_fields = fields.List(fields.Dict())
    policies = fields.Dict(fields.String(), fields.Integer())
    features = fields.Dict()


class PlaceSchema(NamedSchema):
    """A location in a booking."""

    address = fields.String()


class BookedItemSchema(Schema):
    """One visit of a booking."""

    service = fields.Nested(NamedSchema)
    employee = fields.Nested(NamedSchema)
    location = fields.Nested(PlaceSchema, allow_none=True)
    start = fields.DateTime()
    end = fields.DateTime()
    persons = fields.Integer()
    extras = fields.List(fields.Dict())
    price = fields.String()
    discount = fields.String()


class SeriesBookingSchema(Schema):
    """One booking of a series."""

    id = fields.String()
    status = fields.String()
    start = fields.DateTime()
    end = fields.DateTime()
    employee = fields.Nested(NamedSchema)
    price = fields.String()
    discount = fields.String()
    manage_url = fields.Url()


class BookedSeriesSchema(Schema):
    """The series that a booking is in; `left_out` were not open when it was booked."""

    bookings = fields.List(fields.Nested(SeriesBookingSchema))
    left_out = fields.List(fields.DateTime())
    total = fields.String()
    discount = fields.String()
    ics_url = fields.Url()


class BookedSchema(Schema):
    """A booking as its visitor sees it."""

    id = fields.String()
    status = fields.String()
    items = fields.List(fields.Nested(BookedItemSchema))
    total = fields.String()
    discount = fields.String()
    currency = fields.String()
    timezone = fields.String()
    can_cancel_until = fields.DateTime()
    can_reschedule_until = fields.DateTime()
    manage_url = fields.Url()
    ics_url = fields.Url()
    add_to_calendar = fields.Dict()
    series = fields.Nested(BookedSeriesSchema)
    status_url = fields.Url()


class ProblemSchema(Schema):
    """An error (RFC 9457)."""

    type = fields.Url()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    errors = fields.Dict(fields.String(), fields.List(fields.String()))
    alternatives = fields.List(fields.Nested(SlotSchema))
