"""What a visitor asks for, checked against what the business offers."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from widget_server.catalogue.find_slots import SlotSearch, check_known
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence

Errors = dict[str, list[str]]
# The start of an item whose price is asked for before a time is chosen.
UNDECIDED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One service of a visit: an aware start, and whom, where, how many and what besides."""

    service: int
    employee: int | None
    location: int | None
    start: datetime
    persons: int
    extras: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """The visitor, as the business will know them."""

    first_name: str
    last_name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A visitor's request; several items are one visit, each beginning when the one before ends.

    With a recurrence the only item is the first of its dates.
    """

    items: tuple[Item, ...]
    customer: Customer
    custom_fields: Mapping[str, str]
    note: str
    consent: bool | None
    timezone: str | None
    locale: str
    coupon: str | None = None
    hold: str | None = None
    # The solution of a challenge, as it was sent.
    challenge: str | None = None
    recurrence: Recurrence | None = None
    # Of a series: what is open of it, however little, instead of all or none.
    only_open: bool = False

    @property
    def start(self) -> datetime:
        """Return when the visit begins."""
        return self.items[0].start

    def search(self) -> SlotSearch:
        """Return the question whether the visit is open."""
        return visit_search(self.items, self.timezone)

    def fingerprint(self) -> str:
        """Return a hash that tells whether two requests ask for the same.

        By whatever hold, and whichever challenge was solved for it.
        """
        asked = asdict(self) | {"hold": None}
        del asked["challenge"]
        text = json.dumps(asked, default=datetime.isoformat, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def visit_search(items: tuple[Item, ...], timezone: str | None) -> SlotSearch:
    """Return the question for the open starts of a visit; its dates are those of its start."""
    day = items[0].start.date()
    return SlotSearch(
        services=tuple(item.service for item in items),
        employee=None,
        location=next((item.location for item in items if item.location is not None), None),
        first=day,
        last=day,
        timezone=timezone,
        persons=items[0].persons,
        team=tuple(item.employee for item in items),
        service_extras=tuple(item.extras for item in items),
    )


def check(request: BookingRequest, offer: Offer) -> None:
    """Raise InvalidInput naming every field that the business's rules find wanting."""
    errors = _item_errors(request.items, offer)
    if offer.settings["phone_required"] and not request.customer.phone:
        errors["customer.phone"] = ["Please give a phone number."]
    if offer.settings["consent_text"] and not request.consent:
        errors["consent"] = ["Please agree before booking."]
    errors |= recurrence_errors(request.items, request.recurrence, offer)
    errors |= _custom_field_errors(request, offer)
    if errors:
        raise InvalidInput.of(errors)


def check_items(items: tuple[Item, ...], offer: Offer) -> None:
    """Raise InvalidInput naming what is wrong with the items as one visit of what is offered."""
    errors = _item_errors(items, offer)
    if errors:
        raise InvalidInput.of(errors)
    check_known(offer, visit_search(items, None))


def _item_errors(items: tuple[Item, ...], offer: Offer) -> Errors:
    errors: Errors = {}
    first = items[0]
    place = next((item.location for item in items if item.location is not None), None)
    for number, item in enumerate(items):
        if item.location not in (None, place):
            errors[f"items.{number}.location"] = ["A visit is at one location."]
        if item.persons != first.persons:
            errors[f"items.{number}.persons"] = ["The same number for every part of the visit."]
        errors |= {f"items.{number}.{name}": [said] for name, said in _not_offered(item, offer)}
    return errors


def _not_offered(item: Item, offer: Offer) -> Iterator[tuple[str, str]]:
    for name, known in (
        ("service", offer.services),
        ("employee", offer.employees),
        ("location", offer.locations),
    ):
        id_ = getattr(item, name)
        if id_ is not None and id_ not in known:
            yield name, f"No {name} has this id."
    if item.service in offer.services:
        extras = {extra["id"] for extra in offer.services[item.service]["extras"]}
        if not {id_ for id_, _ in item.extras} <= extras:
            yield "extras", "This service has no such extra."


def recurrence_errors(
    items: tuple[Item, ...], recurrence: Recurrence | None, offer: Offer
) -> Errors:
    """Return what is wrong with the recurrence, or with there being none."""
    # Of an unknown service others tell.
    services = [offer.services[item.service] for item in items if item.service in offer.services]
    allowed = [service["recurring"] for service in services]
    if recurrence is None:
        fewest = max((one["min_count"] or 0 for one in allowed if one), default=0)
        series = f"This is booked as a series of {fewest} dates or more."
        return {"recurrence": [series]} if fewest > 1 else {}
    if len(items) > 1:
        return {"recurrence": ["A series is of one service."]}
    if None in allowed:
        return {"recurrence": ["This service is not booked as a series."]}
    return next((_outside(recurrence, one) for one in allowed), {})


def _outside(recurrence: Recurrence, allowed: Mapping[str, Any]) -> Errors:
    errors: Errors = {}
    if recurrence.frequency not in allowed["frequencies"]:
        names = ", ".join(allowed["frequencies"])
        errors["recurrence.frequency"] = [f"This service recurs: {names}."]
    fewest, most = max(2, allowed["min_count"] or 0), allowed["max_count"]
    if not fewest <= recurrence.count <= most:
        errors["recurrence.count"] = [f"From {fewest} to {most} dates, please."]
    return errors


def _custom_field_errors(request: BookingRequest, offer: Offer) -> Errors:
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
    services = {item.service for item in request.items}
    concerns = field["services"] is None or bool(services & set(field["services"]))
    if field["required"] and concerns and not answer.strip():
        return "Please answer this."
    if answer and field["options"] and answer not in field["options"]:
        return "Please choose one of the options."
    return None
