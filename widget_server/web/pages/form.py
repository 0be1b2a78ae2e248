"""The visitor's details on the booking page: what was typed, and what the API makes of it.

Inputs are named by the paths of the public API (`customer.email`), so that its messages find them.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from widget_server.availability import Slot
from widget_server.booking.requests import BookingRequest, Item, recurrence_errors
from widget_server.booking.series import Date
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence
from widget_server.web.api.problems import field_errors
from widget_server.web.api.schemas import (
    BookingSchema,
    ItemSchema,
    RecurrenceSchema,
    SeriesQuery,
)
from widget_server.web.pages.choice import Choice

CUSTOM = "custom_fields."
CUSTOMER = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """What the page shows: what was typed, what was wrong with it, and what is open instead."""

    key: str
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problem: str = ""
    alternatives: Sequence[Slot] = ()
    # Of a series that was asked about: its dates, and which of them are open.
    dates: Sequence[Date] = ()

    def value(self, name: str) -> str:
        """Return what was typed into an input."""
        return self.typed.get(name, "")


def new_key() -> str:
    """Return an idempotency key for a form that is shown now."""
    return secrets.token_urlsafe(16)


def booking_request(choice: Choice, typed: Mapping[str, str], locale: str) -> BookingRequest:
    """Return what the form asks for; raise InvalidInput naming the inputs."""
    document: dict[str, Any] = {
        "items": [choice.item()],
        "customer": {name: typed.get(f"customer.{name}", "") for name in CUSTOMER},
        "custom_fields": {
            name.removeprefix(CUSTOM): value
            for name, value in typed.items()
            if name.startswith(CUSTOM)
        },
        "note": typed.get("note", ""),
        "consent": bool(typed.get("consent")),
        "timezone": choice.timezone,
        "locale": locale,
        "recurrence": recurrence_of(typed),
    }
    try:
        request: BookingRequest = BookingSchema().load(document)
    except ValidationError as error:
        raise InvalidInput.of(dict(field_errors(error.messages))) from None
    return request


def series_wanted(choice: Choice, typed: Mapping[str, str], offer: Offer) -> SeriesQuery:
    """Return the series that the form asks about; raise InvalidInput naming the inputs."""
    item: Item = ItemSchema().load(choice.item())
    try:
        again: dict[str, Any] = RecurrenceSchema().load(recurrence_of(typed) or {})
    except ValidationError as error:
        errors = {f"recurrence.{name}": found for name, found in field_errors(error.messages)}
        raise InvalidInput("Please say how often.", errors=errors) from None
    again.pop("only_open")
    recurrence = Recurrence(**again)
    errors = recurrence_errors((item,), recurrence, offer)
    if errors:
        raise InvalidInput("Please say how often.", errors=errors)
    return SeriesQuery(item, recurrence, choice.timezone)


def recurrence_of(typed: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the recurrence in the shape of the public API; None for a visit by itself."""
    frequency = typed.get("recurrence.frequency")
    if not frequency:
        return None
    count = typed.get("recurrence.count", "").strip()
    number = int(count) if count.isascii() and count.isdigit() and len(count) < 5 else count
    only_open = bool(typed.get("recurrence.only_open"))
    return {"frequency": frequency, "count": number, "only_open": only_open}
