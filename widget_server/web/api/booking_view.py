"""A booking with its links, as the public API and the pages show it."""

from typing import Any
from urllib.parse import urlencode

from widget_server.booking.details import booking_view
from widget_server.booking.ledger.models import Booking
from widget_server.web.parts import parts, public_url


def full_view(booking: Booking) -> dict[str, Any]:
    """Return the booking with its manage link and its calendar links."""
    token = parts().desk.links.issue(booking.id, booking.token_version)
    offer = parts().catalogue.offer().value
    view = booking_view(booking, offer)
    api = f"{public_url()}/v1/bookings/{token}"
    view["manage_url"] = f"{public_url()}/manage/{token}"
    if view["status"] in ("processing", "failed"):
        return view | {"status_url": api}
    title = f"{view['items'][0]['service']['name']} · {offer.settings['name']}"
    return view | {
        "ics_url": f"{api}.ics",
        "add_to_calendar": _calendar_links(booking.details["items"][0], title),
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
