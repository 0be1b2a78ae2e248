"""Bookings as a calendar file (RFC 5545).

The UID stays the same for ever and SEQUENCE grows with every change, so that a calendar that gets
the file again moves or removes the entry it has.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event

from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.catalogue.offer import Offer


def calendar_file(entries: Sequence[tuple[Booking, str | None]], offer: Offer) -> bytes:
    """Return the bytes of the file with one entry for each booking.

    With each comes its manage link, for the description, if there is one.
    """
    canceled = all(booking.state == State.CANCELED for booking, _ in entries)
    calendar = Calendar()
    calendar.add("prodid", "-//widget-server//booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if canceled else "PUBLISH")
    for booking, manage_url in entries:
        calendar.add_component(_event(booking, offer, manage_url))
    return bytes(calendar.to_ical())


def _event(booking: Booking, offer: Offer, manage_url: str | None) -> Event:
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
    event.add("status", _status(booking))
    people = ", ".join(dict.fromkeys(one["employee"]["name"] for one in items))
    event.add("description", "\n".join(filter(None, (people, manage_url))))
    if manage_url:
        event.add("url", manage_url)
    if item["location"]:
        parts = (item["location"]["name"], item["location"]["address"])
        event.add("location", ", ".join(filter(None, parts)))
    return event


def _status(booking: Booking) -> str:
    if booking.state == State.CANCELED:
        return "CANCELLED"
    return "TENTATIVE" if booking.status == "pending" else "CONFIRMED"


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
