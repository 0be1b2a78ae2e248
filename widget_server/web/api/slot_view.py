"""A slot as the public API shows it."""

from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import Slot


def slot_view(slot: Slot, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """Return the slot with its times in `zone`, or in UTC."""
    start, end = slot.start, slot.end
    if zone:
        start, end = start.astimezone(zone), end.astimezone(zone)
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "employees": list(slot.employees),
        "locations": list(slot.locations),
        "places_left": slot.places_left,
    }
