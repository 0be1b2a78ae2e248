"""The offer as visitors may see it: all that the widget needs to start."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from widget_server.catalogue.offer import Offer, employee_name

Record = dict[str, Any]


def public_business(offer: Offer, *, challenge: bool = False) -> Record:
    """Return the business document of the public API; `challenge` is whether one must be solved."""
    extended = offer.settings["coupons"]
    settings = offer.settings
    return {
        "name": settings["name"],
        "timezone": settings["timezone"],
        "currency": settings["currency"],
        "languages": settings["languages"],
        "services": [public_service(offer, service) for service in offer.services.values()],
        "employees": [public_employee(offer, employee) for employee in offer.employees.values()],
        "locations": [public_location(location) for location in offer.locations.values()],
        "custom_fields": offer.document["custom_fields"],
        "policies": {
            key: settings[key]
            for key in (
                "minimum_notice_minutes",
                "booking_window_days",
                "cancel_limit_minutes",
                "reschedule_limit_minutes",
            )
        },
        "features": {
            "coupons": extended,
            "holds": True,
            "challenge": challenge,
            "several_services": True,
            "consent_text": settings["consent_text"],
        },
    }


def public_service(offer: Offer, service: Record) -> Record:
    """Return a service with who gives it, and where."""
    givers = offer.givers(service["id"])
    own_prices = _of_their_own(offer, service, "price")
    prices = {Decimal(own_prices.get(str(one["id"])) or service["price"]) for one in givers}
    keys = ("id", "name", "category", "description", "picture", "duration_minutes")
    return {
        **{key: service[key] for key in keys},
        "durations": _of_their_own(offer, service, "duration_minutes"),
        "price": service["price"],
        "prices": own_prices,
        "price_from": f"{min(prices):.2f}" if len(prices) > 1 else None,
        "capacity": service["capacity"],
        "employees": [employee["id"] for employee in givers],
        "locations": _locations(offer, givers, service["id"]),
        "extras": service["extras"],
        "recurring": service["recurring"],
    }


def public_employee(offer: Offer, employee: Record) -> Record:
    """Return an employee with the locations of the schedule."""
    return {
        "id": employee["id"],
        "name": employee_name(employee),
        "description": employee["description"],
        "picture": employee["picture"],
        "locations": _locations(offer, [employee], None),
    }


def public_location(location: Record) -> Record:
    """Return a location."""
    keys = ("id", "name", "address", "timezone", "virtual")
    return {key: location[key] for key in keys}


def _of_their_own(offer: Offer, service: Record, key: str) -> Record:
    """Return what differs with an employee, by the employee's id as JSON has it."""
    links = {
        str(giver["id"]): offer.link(service["id"], giver["id"])
        for giver in offer.givers(service["id"])
    }
    # Amounts are written in one form only, so that equal ones read the same.
    return {who: link[key] for who, link in links.items() if link[key] not in (None, service[key])}


def _locations(offer: Offer, employees: Iterable[Record], service: int | None) -> list[int]:
    found = {place for employee in employees for place in offer.places_of(employee, service)}
    return [location for location in offer.locations if location in found]
