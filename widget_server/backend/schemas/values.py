"""The values of this API: what JSON may say, made safe before any rule sees it.

No NUL, no half characters, no number without end, no date that a time zone could push off the
calendar: what comes through here can be stored, compared and shown.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

# What every database's plain integer holds.
LARGEST_ID = 2**31 - 1
MINUTES_OF_A_WEEK = 7 * 24 * 60
LARGEST_PRICE = Decimal(10_000_000)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class Text(fields.String):
    """A text of `least` to `most` characters, without control characters."""

    def __init__(self, *, most: int, least: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("validate", validate.Length(min=least, max=most))
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if _FORBIDDEN.search(text):
            raise ValidationError("Contains characters that are not allowed.")
        return text


class Email(Text):
    """An e-mail address, or the empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=320, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text:
            validate.Email(error="Not a valid e-mail address.")(text)
        return text


class Id(fields.Integer):
    """The id of something; also read from a query, where everything is text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("strict", True)
        super().__init__(validate=validate.Range(min=1, max=LARGEST_ID), **kwargs)

    def _validated(self, value: Any) -> Any:
        return super()._validated(_short(value))


class OwnId(fields.Integer):
    """The id of the record itself, which nobody but the backend gives.

    Whatever is written comes through: who takes the record compares it with the one in the path.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"readOnly": True}, **kwargs)

    def deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Return what is written, whatever it is."""
        return value


class Count(fields.Integer):
    """A whole number between `least` and `most`."""

    def __init__(self, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        kwargs.setdefault("strict", True)
        super().__init__(validate=validate.Range(min=least, max=most), **kwargs)

    def _validated(self, value: Any) -> Any:
        return super()._validated(_short(value))


class Minutes(Count):
    """Whole minutes, at most a week of them."""

    def __init__(self, least: int = 0, most: int = MINUTES_OF_A_WEEK, **kwargs: Any) -> None:
        super().__init__(least, most, **kwargs)


class Price(fields.Field[Decimal]):
    """An amount of money: a number with at most two places on the wire, a decimal inside."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's way
        "invalid": "Not a valid amount.",
        "places": "At most two decimal places.",
    }

    def _serialize(self, value: Decimal | None, *_args: Any, **_kwargs: Any) -> int | float | None:
        return None if value is None else amount(value)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        if not 0 <= value <= LARGEST_PRICE:
            raise self.make_error("invalid")
        decimal = Decimal(str(value))
        if decimal != round(decimal, 2):
            raise self.make_error("places")
        return round(decimal, 2)


@cache
def known_zones() -> frozenset[str]:
    """Return the names of the time zones that are the same on every machine."""
    # These are the machine's own, or none at all.
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


class Zone(Text):
    """The IANA name of a time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=64, least=1, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in known_zones():
            raise ValidationError("Not a known time zone.")
        return name


class CalendarDate(fields.Date):
    """A date, written YYYY-MM-DD, of this or the neighbouring centuries."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"Must be between {FIRST_DAY} and {LAST_DAY}.")
        return day


class DateText(Text):
    """A date as CalendarDate reads it, kept as it is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=10, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        day: date = CalendarDate().deserialize(value, attr, data, **kwargs)
        return day.isoformat()


class ClockTime(Text):
    """A time of day, written HH:MM; with `until_midnight` also 24:00."""

    def __init__(self, *, until_midnight: bool = False, **kwargs: Any) -> None:
        super().__init__(most=5, **kwargs)
        self._until_midnight = until_midnight

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _TIME.fullmatch(text) and not (self._until_midnight and text == "24:00"):
            raise ValidationError("Not a time of day as HH:MM.")
        return text


class AnyTime(fields.DateTime):
    """A date with a time (ISO 8601); with an offset it is an instant, told in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY < moment.date() < LAST_DAY:
            raise ValidationError(f"Must be between {FIRST_DAY} and {LAST_DAY}.")
        return moment.astimezone(UTC) if moment.tzinfo else moment


class Moment(AnyTime, fields.AwareDateTime):
    """An instant: RFC 3339 with an offset."""


class DateOrMoment(fields.Field[date | datetime]):
    """A date (YYYY-MM-DD), or a date with a time; without an offset it is the business's."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date | datetime:
        kind = CalendarDate() if _DATE.fullmatch(str(value)) else AnyTime()
        read: date | datetime = kind.deserialize(value, attr, data, **kwargs)
        return read


def amount(value: Decimal | int) -> int | float:
    """Return an amount as the number that the wire shows: 45, 45.5."""
    return int(value) if value == int(value) else float(value)


def _short(value: Any) -> Any:
    # A text of a million digits is no number worth computing.
    if isinstance(value, str) and len(value) > 12:
        raise ValidationError("Not a valid integer.")
    return value
