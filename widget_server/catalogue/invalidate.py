"""What a change on the platform makes old."""

from collections.abc import Iterable

from widget_server.caching.cache import Cache
from widget_server.catalogue import keys

# A change of these touches busy times and nothing else.
OF_TIME = ("appointment", "booking")
OF_NOBODY = ("customer", "coupon")


def invalidate(
    cache: Cache, kind: str, spans: Iterable[keys.Span], employees: Iterable[int]
) -> None:
    """Hide what a change of this kind has made old, for all workers at once."""
    if kind in OF_NOBODY:
        return
    if kind in OF_TIME:
        cache.invalidate(keys.changed(spans, employees))
    else:
        cache.invalidate([keys.OFFER])
