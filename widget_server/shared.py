"""What the workers share: a store in DATA_DIR, or in Redis for those of several machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_caching import Cache as FlaskCache

from widget_server.booking.manage_links import ManageLinks
from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.store import CountingStore
from widget_server.caching.switching import Switching
from widget_server.rate_limits import SharedStorage
from widget_server.site import DEFAULT_SITE


@dataclass(frozen=True, slots=True)
class Shared:
    """The store, and what makes names in it that tell nothing of whom they are about."""

    store: CountingStore
    names: ManageLinks

    @classmethod
    def by_workers(
        cls, app: Flask, data_dir: Path, redis_url: str | None, signing_keys: Sequence[str]
    ) -> "Shared":
        """Return what the workers share; nothing connects yet."""
        names = ManageLinks(signing_keys, DEFAULT_SITE, "cache")
        own = _backend(app, "shared_file.SharedFileCache", CACHE_DIR=str(data_dir))
        if redis_url is None:
            return cls(own, names)
        # Who has another key is another deployment, with a store of its own.
        [deployment, *_] = names.pseudonyms("redis")
        shared = _backend(
            app,
            "shared_redis.SharedRedisCache",
            CACHE_REDIS_URL=redis_url,
            CACHE_KEY_PREFIX=f"widget-server:{deployment}:",
        )
        return cls(Switching(shared, own), names)

    def counting(self, at_a_time: int = 1) -> SharedStorage:
        """Return what counts with the other workers, telling them so many hits at a time."""
        return SharedStorage(self.store, self._pseudonym, at_a_time)

    def _pseudonym(self, name: str) -> str:
        return self.names.pseudonyms(name)[0]


def _backend(app: Flask, name: str, **config: str) -> FlaskStore:
    kind = f"widget_server.caching.{name}"
    return FlaskStore(FlaskCache(app, config={"CACHE_TYPE": kind, **config}).cache)
