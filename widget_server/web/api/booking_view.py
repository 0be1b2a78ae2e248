"""A booking with its links, as the public API and the pages show it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from widget_server.booking.details import booking_view, money
from widget_server.booking.errors import StillProcessing
from widget_server.booking.ledger.models import Booking
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError
from widget_server.web.parts import parts, public_url


def full_view(booking: Booking) -> dict[str, Any]:
    """Return the booking with its manage link and its calendar links, and with its series."""
    offer = parts().catalogue.offer().value
    view = booking_view(booking, offer)
    api = f"{public_url()}/v1/bookings/{token_of(booking)}"
    view["manage_url"] = manage_url(booking)
    if view["status"] in ("processing", "failed"):
        return view | {"status_url": api}
    title = f"{view['items'][0]['service']['name']} · {offer.settings['name']}"
    view |= {
        "ics_url": f"{api}.ics",
        "add_to_calendar": _calendar_links(booking.details["items"][0], title),
    }
    if booking.series:
        view["series"] = _series_view(booking, offer) | {"ics_url": f"{api}.ics?series=true"}
    return view


def token_of(booking: Booking) -> str:
    """Return the token that opens the booking."""
    return parts().desk.links.issue(booking.id, booking.token_version)


def under_way(processing: StillProcessing, otherwise: str) -> Booking:
    """Return the booking whose outcome is not known yet; raise DomainError where there is none."""
    booking = parts().desk.ledger.booking(processing.booking_id or "")
    if booking is None:
        raise DomainError(otherwise)
    return booking


def manage_url(booking: Booking) -> str:
    """Return the address of the page on which the booking is managed."""
    return f"{public_url()}/manage/{token_of(booking)}"


def _series_view(booking: Booking, offer: Offer) -> dict[str, Any]:
    """Return the other bookings of a series, and what it costs: what is cancelled, nothing."""
    views = [
        booking_view(one, offer) | {"manage_url": manage_url(one)}
        for one in parts().desk.ledger.of_series(booking.series or "")
    ]
    zone = ZoneInfo(booking.details["timezone"])
    left_out = map(datetime.fromisoformat, booking.details["left_out"])
    live = [view for view in views if view["status"] not in ("canceled", "rejected")]
    return {
        "bookings": [_of_series(view) for view in views],
        "left_out": [start.astimezone(zone).isoformat() for start in left_out],
        "total": money(sum((Decimal(view["total"]) for view in live), Decimal(0))),
        "discount": money(sum((Decimal(view["discount"]) for view in live), Decimal(0))),
    }


def _of_series(view: dict[str, Any]) -> dict[str, Any]:
    item = view["items"][0]
    return {
        **{name: view[name] for name in ("id", "status", "manage_url")},
        **{name: item[name] for name in ("start", "end", "employee", "price", "discount")},
    }


def _calendar_links(item: dict[str, Any], title: str) -> dict[str, str]:
    start, end = item["start"], item["end"]
    place = item["location"]["address"] if item["location"] else ""
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{_compact(start)}/{_compact(end)}",
        "location": place,
    }
    outlook = {"subject": title, "startdt": start, "enddt": end, "location": place}
    return {
        "google": "https://calendar.google.com/calendar/render?" + urlencode(google),
        "outlook": "https://outlook.live.com/calendar/0/deeplink/compose?" + urlencode(outlook),
    }


def _compact(instant: str) -> str:
    # Details are kept in UTC: 2026-12-01T08:30:00+00:00
    return instant[:19].replace("-", "").replace(":", "") + "Z"
