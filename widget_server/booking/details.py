"""What a visitor is told of a booking; kept in the ledger as it was told.

Nothing personal is in it. Links are added by the web layer, for no token is ever stored.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import SlotItem
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.requests import BookingRequest
from widget_server.booking.visits import Visit
from widget_server.catalogue.offer import Offer, employee_name

Record = dict[str, Any]

# What the visitor reads while the ledger knows better than the platform.
STATUS_OF_STATE = {
    State.CLAIMED: "processing",
    State.SENT: "processing",
    State.UNKNOWN: "processing",
    State.COMPENSATING: "processing",
    State.HELD: "processing",
    State.CANCELED: "canceled",
    State.FAILED: "failed",
    State.REJECTED: "failed",
    State.LOST: "failed",
}


def booking_details(
    offer: Offer,
    request: BookingRequest,
    visits: Sequence[Visit],
    discounts: Sequence[Decimal] = (),
) -> Record:
    """Return the details of a booking about to be made; `discounts` are those of its parts.

    `visits` are one, or those of a series, for which the request is written out.
    """
    off = [*discounts, *[Decimal(0)] * (len(request.items) - len(discounts))]
    parts = [
        (part, employee, visit)
        for visit in visits
        for part, employee in zip(visit.slot.items, visit.team, strict=True)
    ]
    items = [
        _item(offer, item.extras, *part) for item, part in zip(request.items, parts, strict=True)
    ]
    for item, discount in zip(items, off, strict=True):
        item["discount"] = money(discount)
    prices = [Decimal(item["price"]) for item in items]
    return {
        "items": items,
        "total": money(sum(prices, Decimal(0)) - sum(off, Decimal(0))),
        "discount": money(sum(off, Decimal(0))),
        "currency": offer.settings["currency"],
        "timezone": request.timezone or offer.settings["timezone"],
        "locale": request.locale,
    }


def moved_details(details: Record, offer: Offer, visit: Visit) -> Record:
    """Return the details after a move; what was agreed on the price stays."""
    items = [
        item
        | {
            "employee": _employee(offer, employee),
            "start": part.start.isoformat(),
            "end": part.end.isoformat(),
        }
        for item, part, employee in zip(details["items"], visit.slot.items, visit.team, strict=True)
    ]
    return details | {"items": items}


def _item(
    offer: Offer,
    extras: tuple[tuple[int, int], ...],
    part: SlotItem,
    employee: int,
    visit: Visit,
) -> Record:
    service, persons = offer.services[part.service], visit.search.persons
    names = {extra["id"]: extra["name"] for extra in service["extras"]}
    place = offer.locations.get(visit.location or 0)
    return {
        "service": {"id": service["id"], "name": service["name"]},
        "employee": _employee(offer, employee),
        "location": place and {key: place[key] for key in ("id", "name", "address")},
        "start": part.start.isoformat(),
        "end": part.end.isoformat(),
        "persons": persons,
        "extras": [{"id": id_, "name": names[id_], "quantity": count} for id_, count in extras],
        "price": money(offer.price(part.service, employee, persons, extras)),
    }


def _employee(offer: Offer, employee: int) -> Record:
    return {"id": employee, "name": employee_name(offer.employees[employee])}


def booking_view(booking: Booking, offer: Offer, zone: ZoneInfo | None = None) -> Record:
    """Return the booking as the public API shows it, without its links.

    Times are in the visitor's zone, unless another one is given.
    """
    details = booking.details
    zone = zone or ZoneInfo(details["timezone"])
    start = datetime.fromisoformat(details["items"][0]["start"])
    return {
        "id": booking.id,
        "status": visible_status(booking),
        "items": [
            item | {edge: _local(item[edge], zone) for edge in ("start", "end")}
            for item in details["items"]
        ],
        "total": details["total"],
        "discount": details["discount"],
        "currency": details["currency"],
        "timezone": zone.key,
        "can_cancel_until": _until(start, offer.settings["cancel_limit_minutes"], zone),
        "can_reschedule_until": _until(start, offer.settings["reschedule_limit_minutes"], zone),
    }


def visible_status(booking: Booking) -> str:
    """Return the status in the words of the public API."""
    if booking.state == State.CANCELED and booking.status == "rejected":
        return booking.status
    return STATUS_OF_STATE.get(State(booking.state), booking.status)


def money(amount: Decimal) -> str:
    """Return an amount as a decimal string."""
    return f"{amount:.2f}"


def _until(start: datetime, limit_minutes: int, zone: ZoneInfo) -> str:
    return (start - timedelta(minutes=limit_minutes)).astimezone(zone).isoformat()


def _local(text: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).isoformat()
