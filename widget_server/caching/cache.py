"""How fresh an answer is, and who loads it anew.

A value is kept under its key and the generations of its tags. Bumping a tag therefore hides every
value that was loaded, or began to be loaded, before: a slow load that began earlier writes under
the old generation, where nobody looks any more.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from widget_server.caching.store import Store
from widget_server.clock import Clock
from widget_server.site import Site

T = TypeVar("T")
KEPT_IN_PROCESS = 256


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value and the moment at which loading it began."""

    value: T
    loaded_at: datetime


def as_it_is(value: Any) -> Any:
    """Build nothing: the JSON is the value."""
    return value


class Cache:
    """Loads values once, shares them as JSON with other workers, keeps built ones in process."""

    def __init__(self, store: Store, clock: Clock, site: Site) -> None:
        self._store = store
        self._clock = clock
        self._site = site
        self._built: OrderedDict[str, Entry[Any]] = OrderedDict()
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def versioned(self, key: str, tags: Sequence[str]) -> str:
        """Return the key with the present generations of its tags."""
        numbers = self._store.generations([f"{self._site.id}:{tag}" for tag in tags])
        return f"{self._site.id}:{key}@{'.'.join(map(str, numbers))}"

    def get_or_load(
        self,
        key: str,
        fresh_for: timedelta,
        load: Callable[[], Any],
        build: Callable[[Any], T] = as_it_is,
    ) -> Entry[T]:
        """Return the value of a versioned key, loading it if no fresh one is kept.

        `load` returns JSON; `build` makes of it what the caller wants, once in each process. Of
        all threads that want the same key, one loads.
        """
        kept = self._kept(key, fresh_for)
        if kept:
            return kept
        with self._lock(key):
            kept = self._kept(key, fresh_for)
            if kept:
                return kept
            entry = self.peek(key, fresh_for) or self._load(key, fresh_for, load)
            return self._keep(key, Entry(build(entry.value), entry.loaded_at))

    def peek(self, key: str, fresh_for: timedelta) -> Entry[Any] | None:
        """Return the JSON that any worker has kept, if it is fresh."""
        raw = self._store.get(key)
        if raw is None:
            return None
        document = json.loads(raw)
        entry = Entry(document["value"], datetime.fromisoformat(document["loaded_at"]))
        return entry if self._is_fresh(entry, fresh_for) else None

    def put(self, key: str, value: Any, loaded_at: datetime, fresh_for: timedelta) -> Entry[Any]:
        """Keep JSON that the caller has loaded."""
        document = {"loaded_at": loaded_at.isoformat(), "value": value}
        raw = json.dumps(document, separators=(",", ":")).encode()
        self._store.set(key, raw, fresh_for.total_seconds())
        return Entry(value, loaded_at)

    def invalidate(self, tags: Iterable[str]) -> None:
        """Hide everything that carries one of the tags, for all workers at once."""
        self._store.bump([f"{self._site.id}:{tag}" for tag in tags])

    def _load(self, key: str, fresh_for: timedelta, load: Callable[[], Any]) -> Entry[Any]:
        began = self._clock.now()
        return self.put(key, load(), began, fresh_for)

    def _kept(self, key: str, fresh_for: timedelta) -> Entry[Any] | None:
        entry = self._built.get(key)
        return entry if entry and self._is_fresh(entry, fresh_for) else None

    def _keep(self, key: str, entry: Entry[T]) -> Entry[T]:
        with self._guard:
            self._built[key] = entry
            self._built.move_to_end(key)
            while len(self._built) > KEPT_IN_PROCESS:
                oldest, _ = self._built.popitem(last=False)
                self._locks.pop(oldest, None)
        return entry

    def _is_fresh(self, entry: Entry[Any], fresh_for: timedelta) -> bool:
        return self._clock.now() - entry.loaded_at < fresh_for

    def _lock(self, key: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())
