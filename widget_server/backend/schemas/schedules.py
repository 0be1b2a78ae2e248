"""An employee's schedule as it is written: weekly hours, special days, days off."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from widget_server.backend.schemas.base import Message
from widget_server.backend.schemas.values import ClockTime, Count, DateText, Id, Text

MOST_ENTRIES = 1000
_at_most = validate.Length(max=MOST_ENTRIES)


class PeriodSchema(Message):
    """A working period of a day; an `end` before its `start` lies on the next day."""

    start = ClockTime(required=True)
    end = ClockTime(until_midnight=True, required=True)
    services = fields.List(Id(), load_default=None, allow_none=True, validate=_at_most)
    location = Id(load_default=None, allow_none=True)

    @validates_schema
    def has_a_length(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse a period that ends when it starts."""
        if data["start"] == data["end"]:
            raise ValidationError("Must differ from the start.", "end")


class WorkingHoursSchema(Message):
    """The periods of a weekday, 1 = Monday to 7 = Sunday."""

    weekday = Count(1, 7, required=True)
    periods = fields.List(fields.Nested(PeriodSchema), required=True, validate=_at_most)


class _Days(Message):
    start_date = DateText(required=True)
    end_date = DateText(required=True)

    @validates_schema
    def in_order(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse days that end before they start."""
        if data["end_date"] < data["start_date"]:
            raise ValidationError("Must not be before the start.", "end_date")


class SpecialDaysSchema(_Days):
    """Days whose periods replace the weekly hours."""

    periods = fields.List(fields.Nested(PeriodSchema), required=True, validate=_at_most)


class DaysOffSchema(_Days):
    """Days without work, every year when `repeat_yearly`."""

    name = Text(most=200, load_default="")
    repeat_yearly = fields.Boolean(load_default=False)


def working_hours(**kwargs: Any) -> fields.List[Any]:
    """Return the field of the weekly hours."""
    return fields.List(fields.Nested(WorkingHoursSchema), validate=_at_most, **kwargs)


def special_days(**kwargs: Any) -> fields.List[Any]:
    """Return the field of the special days."""
    return fields.List(fields.Nested(SpecialDaysSchema), validate=_at_most, **kwargs)


def days_off(**kwargs: Any) -> fields.List[Any]:
    """Return the field of the days off."""
    return fields.List(fields.Nested(DaysOffSchema), validate=_at_most, **kwargs)


class _Part(Message):
    """One part of a schedule; a bare list is understood too."""

    stranded_appointments = fields.List(fields.Integer(), dump_only=True)

    @pre_load
    def name_the_list(self, data: Any, **_kwargs: Any) -> Any:
        """Read a bare list as the part itself."""
        (part,) = (name for name in self.fields if name != "stranded_appointments")
        return {part: data} if isinstance(data, list) else data


class WorkingHoursPart(_Part):
    """The weekly hours of an employee."""

    working_hours = working_hours(required=True)


class SpecialDaysPart(_Part):
    """The special days of an employee."""

    special_days = special_days(required=True)


class DaysOffPart(_Part):
    """The days off of an employee."""

    days_off = days_off(required=True)
