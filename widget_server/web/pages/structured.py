"""What search engines read of the booking page (schema.org, JSON-LD)."""

from typing import Any

Record = dict[str, Any]


def business_ld(business: Record, url: str) -> Record:
    """Return the business, its places and what it offers; nothing that the page does not show."""
    return {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": business["name"],
        "url": f"{url}/book",
        "location": [
            {"@type": "Place", "name": place["name"], "address": place["address"]}
            for place in business["locations"]
            if not place["virtual"]
        ],
        "makesOffer": [_offer(service, business["currency"]) for service in business["services"]],
        "potentialAction": {"@type": "ReserveAction", "target": f"{url}/book"},
    }


def _offer(service: Record, currency: str) -> Record:
    return {
        "@type": "Offer",
        "price": service["price_from"] or service["price"],
        "priceCurrency": currency,
        "itemOffered": {
            "@type": "Service",
            "name": service["name"],
            "description": service["description"] or "",
        },
    }
