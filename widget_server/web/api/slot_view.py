"""Slots as the public API shows them."""

from collections.abc import Sequence
from datetime import date, tzinfo
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import Slot, SlotItem
from widget_server.booking.series import Date
from widget_server.catalogue.find_slots import SlotsFound


def slot_view(slot: Slot, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """Return the slot with its times in `zone`, or in UTC; several services as `items` besides."""
    start, end = slot.start, slot.end
    if zone:
        start, end = start.astimezone(zone), end.astimezone(zone)
    view: dict[str, Any] = {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "employees": list(slot.employees),
        "locations": list(slot.locations),
        "places_left": slot.places_left,
    }
    if len(slot.items) > 1:
        view["items"] = [_item_view(item, start.tzinfo) for item in slot.items]
    return view


def _item_view(item: SlotItem, zone: tzinfo | None) -> dict[str, Any]:
    return {
        "service": item.service,
        "start": item.start.astimezone(zone).isoformat(),
        "end": item.end.astimezone(zone).isoformat(),
        "employees": list(item.employees),
    }


def slots_document(first: date, last: date, found: SlotsFound) -> dict[str, Any]:
    """Return open starts by date, as `GET /v1/slots` answers; both dates included."""
    days = groupby(found.slots, key=lambda slot: slot.start.astimezone(found.zone).date())
    following = found.next_available
    return {
        "timezone": found.zone.key,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "as_of": found.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "stale": found.stale,
        "days": [
            {"date": day.isoformat(), "slots": [slot_view(slot, found.zone) for slot in slots]}
            for day, slots in days
        ],
        "next_available": following and following.astimezone(found.zone).isoformat(),
    }


def series_document(dates: Sequence[Date], zone: ZoneInfo) -> dict[str, Any]:
    """Return the dates of a series, as `GET /v1/slots/series` answers."""
    return {
        "timezone": zone.key,
        "open": sum(one.slot is not None for one in dates),
        "dates": [_date_view(one, zone) for one in dates],
    }


def _date_view(one: Date, zone: ZoneInfo) -> dict[str, Any]:
    if one.slot is None:
        return {"start": one.start.astimezone(zone).isoformat(), "open": False}
    return {**slot_view(one.slot, zone), "open": True}
