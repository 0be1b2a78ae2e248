"""Which business a row, a cache key or a token belongs to.

There is one for now. It is part of every key, row and token all the same, so that several
businesses in one deployment need no rewrite.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One business of a deployment."""

    id: str


DEFAULT_SITE = Site("default")
