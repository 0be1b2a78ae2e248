"""What a change on the platform makes old."""

from collections.abc import Iterable
from datetime import datetime

from widget_server.caching.cache import Cache
from widget_server.catalogue import keys

Span = tuple[datetime, datetime]
# A change of these touches busy times and nothing else.
OF_TIME = ("appointment", "booking")
OF_NOBODY = ("customer", "coupon")


def invalidate(cache: Cache, kind: str, spans: Iterable[Span]) -> None:
    """Hide what a change of this kind has made old, for all workers at once."""
    if kind in OF_NOBODY:
        return
    if kind in OF_TIME:
        cache.invalidate(keys.busy_tags(spans))
    else:
        cache.invalidate([keys.OFFER])
