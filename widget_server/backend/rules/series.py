"""A recurring series: one booking, written out as many."""

from collections.abc import Mapping
from typing import Any

from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence


def write_out(booking: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the bookings of a series: the same wall-clock time on each of its dates."""
    if "date" not in booking:
        raise InvalidInput.at("date", "A series needs date and time.")
    once = {name: value for name, value in booking.items() if name != "recurrence"}
    dates = Recurrence(**booking["recurrence"]).dates(booking["date"])
    return [{**once, "date": day} for day in dates]
