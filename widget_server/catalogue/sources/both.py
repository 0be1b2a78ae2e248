"""Open slots by our own engine, and of these only what the platform offers too."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from widget_server.caching.cache import Entry, joined
from widget_server.catalogue.sources.computed import Computed
from widget_server.catalogue.sources.platform_list import shown_known, shown_now
from widget_server.catalogue.sources.told import Asked, Reads, Told, Visit


class Both(Computed):
    """Tells which time is taken, and which starts the platform offers."""

    name = "both"

    def known(
        self, reads: Reads, parts: Sequence[Asked], start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[Told]:
        """Return both, as far as they are kept."""
        busy = super().known(reads, parts, start, end, zone)
        shown = shown_known(reads, parts, start, end, zone, by_whom=True)
        return joined(Told(busy.value.rows, shown.value), (busy, shown))

    def now(self, reads: Reads, visit: Visit, margin: timedelta, zone: ZoneInfo) -> Told:
        """Return both as they are now."""
        shown = shown_now(reads, visit, zone)
        return Told(super().now(reads, visit, margin, zone).rows, shown)
