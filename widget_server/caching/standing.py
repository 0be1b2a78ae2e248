"""What a kept value is worth, by its age and by what is known to have changed."""

from datetime import datetime, timedelta
from enum import Enum

from widget_server.caching.built import Generations, Kept
from widget_server.caching.store import AHEAD_SECONDS

# From this part of the fresh time on, a value that is asked for is loaded anew behind.
EARLY = 0.8
# Fresh times differ by up to this part, so that what was loaded together does not get old together.
JITTER = 0.1
# How long past its fresh time a value answers while a new one is loaded behind: shared caches are
# told the same.
BEHIND = timedelta(seconds=30)
# Clocks of several machines differ by less.
AHEAD = timedelta(seconds=AHEAD_SECONDS)


class Standing(Enum):
    """What a kept value is worth."""

    FRESH = "fresh"
    EARLY = "early"
    OLD = "old"
    LAPSED = "lapsed"
    CHANGED = "changed"
    MISSING = "missing"


NEW = (Standing.FRESH, Standing.EARLY)
USABLE = (*NEW, Standing.OLD)


def standing_of(
    kept: Kept | None, present: Generations, fresh: timedelta, stale: timedelta, now: datetime
) -> Standing:
    """Tell how a value stands whose tags have these generations at present."""
    # Of what began in the future, because the clock was put back, nobody knows how old it is.
    if kept is None or not -AHEAD < now - kept.began < stale:
        return Standing.MISSING
    if present is None or kept.generations != present:
        return Standing.CHANGED
    age, fresh = now - kept.began, fresh * (1 - JITTER * kept.chance)
    if age >= fresh + BEHIND:
        return Standing.LAPSED
    if age >= fresh:
        return Standing.OLD
    return Standing.EARLY if age >= fresh * EARLY else Standing.FRESH
