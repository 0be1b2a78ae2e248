"""Employees and customers as they are written and read."""

from typing import Any

from marshmallow import fields, post_load, validate

from widget_server.backend.schemas import schedules
from widget_server.backend.schemas.base import ListQuery, Message
from widget_server.backend.schemas.phones import country_of
from widget_server.backend.schemas.values import (
    CalendarDate,
    Count,
    Email,
    Id,
    Minutes,
    OwnId,
    Price,
    Text,
    Zone,
)

_COUNTRY = validate.Regexp(r"[A-Z]{2}\Z", error="Not a two-letter country code.")
_PHONE = validate.Regexp(r"[+0-9 ()./-]{0,40}\Z", error="Not a phone number.")


class _Person(Message):
    id = OwnId()
    first_name = Text(most=200, least=1, required=True)
    last_name = Text(most=200, least=1, required=True)
    email = Email(load_default="")
    phone_country_code = Text(most=2, load_default=None, allow_none=True, validate=_COUNTRY)
    phone_number = Text(most=40, load_default="", validate=_PHONE)
    phone = Text(most=40, load_only=True, validate=_PHONE)

    @post_load
    def read_phone(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Turn what is written as `phone` into what is read: number and country."""
        if "phone" in data:
            data["phone_number"] = data.pop("phone")
            data["phone_country_code"] = country_of(data["phone_number"])
        return data


class CustomerSchema(_Person):
    """A customer. `phone` and `description` are written only; a description left out stays."""

    gender = Text(most=40, load_default=None, allow_none=True)
    birthday = CalendarDate(load_default=None, allow_none=True)
    description = Text(most=10_000, load_only=True)


class CustomerQuery(ListQuery):
    """Which customers: `search` looks into names, address and phone, `email` compares whole."""

    search = Text(most=200)
    email = Text(most=320)


class AssignedServiceSchema(Message):
    """A service the employee gives; null price, duration (minutes), capacity are the service's."""

    id = Id(attribute="service_id", required=True)
    price = Price(load_default=None, allow_none=True)
    duration = Minutes(least=1, load_default=None, allow_none=True)
    capacity = Count(1, 10_000, load_default=None, allow_none=True)


class EmployeeSchema(_Person):
    """An employee with the services assigned and the schedule.

    `max_per_day` limits how many appointments visitors find open in a day; staff are not bound.
    """

    timezone = Zone(load_default=None, allow_none=True)
    description = Text(most=10_000, load_default="")
    picture = Text(most=2000, load_default=None, allow_none=True)
    location = Id(attribute="location_id", load_default=None, allow_none=True)
    services = fields.List(
        fields.Nested(AssignedServiceSchema),
        load_default=list,
        validate=validate.Length(max=schedules.MOST_ENTRIES),
    )
    working_hours = schedules.working_hours(load_default=list)
    special_days = schedules.special_days(load_default=list)
    days_off = schedules.days_off(load_default=list)
    max_per_day = Count(1, 10_000, load_default=None, allow_none=True)


class EmployeeQuery(ListQuery):
    """Which employees."""

    service = Id(strict=False)
    location = Id(strict=False)
