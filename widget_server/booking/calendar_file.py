"""A booking as a calendar file (RFC 5545).

The UID stays the same for ever and SEQUENCE grows with every change, so that a calendar that gets
the file again moves or removes the entry it has.
"""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.catalogue.offer import Offer


def calendar_file(booking: Booking, offer: Offer, manage_url: str) -> bytes:
    """Return the bytes of the file; `manage_url` goes into the description."""
    canceled = booking.state == State.CANCELED
    calendar = Calendar()
    calendar.add("prodid", "-//widget-server//booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if canceled else "PUBLISH")
    calendar.add_component(_event(booking, offer, manage_url, canceled=canceled))
    return bytes(calendar.to_ical())


def _event(booking: Booking, offer: Offer, manage_url: str, *, canceled: bool) -> Event:
    items = booking.details["items"]
    item = items[0]
    event = Event()
    event.add("uid", f"{booking.id}@{booking.site}.booking")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", booking.updated_at.astimezone(UTC))
    event.add("dtstart", _utc(item["start"]))
    event.add("dtend", _utc(items[-1]["end"]))
    services = ", ".join(one["service"]["name"] for one in items)
    event.add("summary", f"{services} · {offer.settings['name']}")
    event.add("status", _status(booking, canceled=canceled))
    people = ", ".join(dict.fromkeys(one["employee"]["name"] for one in items))
    event.add("description", f"{people}\n{manage_url}")
    event.add("url", manage_url)
    if item["location"]:
        parts = (item["location"]["name"], item["location"]["address"])
        event.add("location", ", ".join(filter(None, parts)))
    return event


def _status(booking: Booking, *, canceled: bool) -> str:
    if canceled:
        return "CANCELLED"
    return "TENTATIVE" if booking.status == "pending" else "CONFIRMED"


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
