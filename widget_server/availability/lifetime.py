"""How long an answer stays right while nothing but the clock moves."""

from dataclasses import replace
from datetime import datetime, timedelta

from widget_server.availability.busy import BusyTimes
from widget_server.availability.model import Business, SlotQuery
from widget_server.availability.rules import (
    Visit,
    last_date,
    notice,
    query_zone,
    read_query,
    window_ranges,
)
from widget_server.availability.search import Search
from widget_server.availability.slots import FoundSlots
from widget_server.availability.zones import DAY, minute_of, moment_of, zone

_LOOK_AHEAD = 2 * DAY


def valid_until(
    query: SlotQuery, business: Business, now: datetime, found: FoundSlots | None = None
) -> datetime | None:
    """Return the last moment at which the answer to a query is still the same.

    Only the clock is looked at: the first start that notice takes away, or the midnight that opens
    another date. None: neither will happen. With `found`, the answer itself, the moment is exact;
    without it, it may be earlier, never later. Raises QueryError.
    """
    visit = read_query(query, business, now)
    services = [part.service for part in visit.parts]
    moments = []
    start = _first_start(visit, business) if found is None else min(found.minutes(), default=None)
    if start is not None:
        moments.append(moment_of(start) - timedelta(minutes=notice(business, services)))
    last = last_date(business, services, now)
    midnight = _next_date(query, business, now, last)
    if midnight is not None:
        # At midnight itself the other date is open already.
        moments.append(moment_of(midnight) - datetime.resolution)
    return min(moments, default=None)


def _first_start(visit: Visit, business: Business) -> int | None:
    """Return a minute before which nothing can be offered, whatever is booked."""
    if not visit.allowed:
        return None
    first, _ = visit.allowed[0]
    groups = any(terms.capacity.max > 1 for terms in visit.parts[0].terms.values())
    if groups or business.rules.slot_alignment != "opening":
        return first  # appointments move the grid
    soon = tuple(
        (lo, min(hi, first + _LOOK_AHEAD)) for lo, hi in visit.allowed if lo < first + _LOOK_AHEAD
    )
    search = Search(replace(visit, allowed=soon), business, BusyTimes.of(business, ()))
    return min(FoundSlots(search).minutes(), default=first + _LOOK_AHEAD)


def _next_date(query: SlotQuery, business: Business, now: datetime, last: int) -> int | None:
    """Return the next midnight of the business, if it brings bookable minutes of the window."""
    today = minute_of(now) // DAY
    asked = window_ranges(query.window, query_zone(query, business), today - 3, last + 3)
    home = zone(business.rules.timezone)
    if all(home.date(hi - 1) <= last for _, hi in asked):
        return None
    here = home.date(minute_of(now))
    return home.spans(here + 1, here + 3)[0][0]
