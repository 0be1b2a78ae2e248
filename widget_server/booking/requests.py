"""What a visitor asks for, checked against what the business offers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from widget_server.catalogue.find_slots import SlotSearch
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Item:
    """One visit: an aware start, and whom, where, how many and what besides."""

    service: int
    employee: int | None
    location: int | None
    start: datetime
    persons: int
    extras: tuple[tuple[int, int], ...]

    def search(self, timezone: str | None) -> SlotSearch:
        """Return the question whether this visit is open."""
        day = self.start.date()
        return SlotSearch(
            services=(self.service,),
            employee=self.employee,
            location=self.location,
            first=day,
            last=day,
            timezone=timezone,
            persons=self.persons,
            extras=self.extras,
        )


@dataclass(frozen=True, slots=True)
class Customer:
    """The visitor, as the business will know them."""

    first_name: str
    last_name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A visitor's request; one item for now."""

    items: tuple[Item, ...]
    customer: Customer
    custom_fields: Mapping[str, str]
    note: str
    consent: bool | None
    timezone: str | None
    locale: str

    @property
    def item(self) -> Item:
        """Return the one visit."""
        return self.items[0]

    def fingerprint(self) -> str:
        """Return a hash that tells whether two requests ask for the same."""
        text = json.dumps(asdict(self), default=datetime.isoformat, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def check(request: BookingRequest, offer: Offer) -> None:
    """Raise InvalidInput naming every field that the business's rules find wanting."""
    errors: dict[str, list[str]] = {}
    if len(request.items) != 1:
        errors["items"] = ["Exactly one visit can be booked at a time."]
    if offer.settings["phone_required"] and not request.customer.phone:
        errors["customer.phone"] = ["Please give a phone number."]
    if offer.settings["consent_text"] and not request.consent:
        errors["consent"] = ["Please agree before booking."]
    errors |= _custom_field_errors(request, offer)
    if errors:
        raise InvalidInput("Some fields need another look.", errors=errors)


def _custom_field_errors(request: BookingRequest, offer: Offer) -> dict[str, list[str]]:
    asked = {str(field["id"]): field for field in offer.document["custom_fields"]}
    errors = {
        f"custom_fields.{key}": ["There is no such field."]
        for key in request.custom_fields
        if key not in asked
    }
    for key, field in asked.items():
        problem = _answer_problem(field, request.custom_fields.get(key, ""), request)
        if problem:
            errors[f"custom_fields.{key}"] = [problem]
    return errors


def _answer_problem(field: Mapping[str, Any], answer: str, request: BookingRequest) -> str | None:
    concerns = field["services"] is None or request.items[0].service in field["services"]
    if field["required"] and concerns and not answer.strip():
        return "Please answer this."
    if answer and field["options"] and answer not in field["options"]:
        return "Please choose one of the options."
    return None
