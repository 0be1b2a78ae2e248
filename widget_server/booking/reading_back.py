"""Reading back what was booked: who else is there was there first, and ours yields."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from widget_server.availability import Appointment, BusyTimes
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Claim
from widget_server.catalogue.find_slots import MARGIN, Adjusted, Busy, SlotSearch, open_slot

Record = dict[str, Any]


def rows_around(desk: Desk, parts: Sequence[Claim]) -> list[Appointment]:
    """Return what stands around a visit on the platform, past every cache."""
    zone = desk.catalogue.offer().value.zone
    first, last = parts[0].busy_from - MARGIN, parts[-1].busy_until + MARGIN
    return [
        row
        for employee in sorted({claim.employee for claim in parts})
        for row in desk.catalogue.busy_times_now(employee, first, last, zone)
        if takes_a_place(row.status)
    ]


def is_free_apart_from(
    desk: Desk,
    parts: Sequence[Claim],
    rows: Sequence[Appointment],
    items: Sequence[Record],
    ours: Mapping[int | None, int],
    as_of: datetime,
) -> bool:
    """Tell whether a visit would be open if we were not there: who else is, was there first.

    `items` are the details of all parts; `ours` the appointments of the visitor's own, with how
    many persons.
    """
    offer = desk.catalogue.offer().value
    moving = {appointment: persons for appointment, persons in ours.items() if appointment}
    # Limits by day are for who claims; what was claimed and booked stays.
    busy = Busy(BusyTimes.of(offer.business, Adjusted(moving=moving)(rows)))
    search = SlotSearch(
        services=tuple(claim.service for claim in parts), employee=None,
        location=parts[0].location, first=parts[0].start.date(), last=parts[0].start.date(),
        timezone=None, persons=parts[0].persons, team=tuple(claim.employee for claim in parts),
        service_extras=tuple(
            tuple((extra["id"], extra["quantity"]) for extra in item["extras"])
            for item in (items[claim.item] for claim in parts)
        ),
    )  # fmt: skip
    return open_slot(offer, search, parts[0].start, busy, as_of) is not None
