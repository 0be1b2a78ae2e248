"""Where open slots come from: our engine, the platform's own list, or both at once.

Whoever lists, holds or books asks the catalogue's source and does not know which one it is.
"""

from widget_server.catalogue.sources.both import Both
from widget_server.catalogue.sources.computed import Computed
from widget_server.catalogue.sources.platform_list import Platform
from widget_server.catalogue.sources.told import Source

__all__ = ["Computed", "Source", "source_named"]


def source_named(name: str) -> Source:
    """Return the source of that name: computed, platform or both."""
    sources: tuple[Source, ...] = (Computed(), Platform(), Both())
    return next(source for source in sources if source.name == name)
