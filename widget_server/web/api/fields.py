"""Input fields that refuse what no visitor can mean."""

import re
import unicodedata
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from marshmallow import RAISE, Schema, ValidationError, fields, validate

MAX_ID = 2**31 - 1
# A day and a half around them are looked at, and the calendar behind ends with 2199.
FIRST_YEAR, LAST_YEAR = 2000, 2198
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]")


class StrictSchema(Schema):
    """Refuses fields it does not know."""

    class Meta:  # noqa: D106 - marshmallow's
        unknown = RAISE


class Id(fields.Integer):
    """The id of a record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(1, MAX_ID), **kwargs)


class Text(fields.String):
    """A text without control characters, stripped; `lines` allows line breaks."""

    def __init__(self, longest: int, *, shortest: int = 0, lines: bool = False, **kw: Any) -> None:
        super().__init__(**kw)
        self._shortest, self._longest, self._lines = shortest, longest, lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(text) < self._shortest:
            raise ValidationError("Please fill this in.")
        if len(text) > self._longest:
            raise ValidationError(f"At most {self._longest} characters, please.")
        allowed = "\n\r\t" if self._lines else ""
        # Cc: control characters; Cs: halves of characters, which no database takes.
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in allowed for c in text):
            raise ValidationError("Some characters cannot be used here.")
        return text


class EmailAddress(Text):
    """An e-mail address, checked by its form alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(254, shortest=1, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return validate_email(
                text, check_deliverability=False, test_environment=True
            ).normalized
        except EmailNotValidError:
            raise ValidationError("Please give a valid e-mail address.") from None


class PhoneNumber(Text):
    """A phone number as people write it; may be empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(32, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not PHONE.fullmatch(text):
            raise ValidationError("Please give a valid phone number.")
        return text


class Timezone(fields.String):
    """An IANA zone name, the old ones included: browsers still send them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in _zones():
            raise ValidationError("Please name a time zone such as Europe/Berlin.")
        return name


class Day(fields.Date):
    """A calendar date, YYYY-MM-DD, in years that make sense."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", validate=_sensible, **kwargs)


class Start(fields.AwareDateTime):
    """A moment with its offset, on a whole minute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", validate=_sensible, **kwargs)


class ChosenExtras(fields.Field[tuple[tuple[int, int], ...]]):
    """Extras in a query string: `id:quantity`, joined by commas."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[tuple[int, int], ...]:
        text = super()._deserialize(value, attr, data, **kwargs)
        chosen = [_extra(part) for part in str(text).split(",") if part.strip()]
        if len({id_ for id_, _ in chosen}) < len(chosen):
            raise ValidationError("Name each extra once.")
        return tuple(chosen)


def _extra(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,9}):(\d{1,4})\s*", text, re.ASCII)
    if not match:
        raise ValidationError("Write extras as id:quantity, joined by commas.")
    if not int(match[2]):
        raise ValidationError("At least one of each extra, please; leave out what is not wanted.")
    return int(match[1]), int(match[2])


def _sensible(value: date | datetime) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(f"Years from {FIRST_YEAR} to {LAST_YEAR}, please.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
