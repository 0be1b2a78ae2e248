"""How fresh an answer is, and who loads it anew.

A value is kept with the moment at which loading it began and with the generations that its tags had
then. From these it is told how it stands:

- *fresh*: nothing that it carries a tag of was bumped since, and it is young. It answers; if it is
  about to be old and somebody asks, a new one is loaded behind.
- *old*: nothing was bumped, but it is a little past its fresh time. It answers, marked as stale,
  and a new one is loaded behind: nobody waits.
- *lapsed*: nothing was bumped, but nobody has asked for long. It does not answer; a new one is
  loaded, and all wait for that. Only if loading fails, or takes too long, does it answer, marked as
  stale.
- *changed*: a tag was bumped, or the bumps cannot be read. As lapsed.
- *missing*: there is none, or it is past its stale time. One visitor loads, the others wait, and
  there is nothing to fall back on.

A slow load that began before a change is kept with the generations of then and so is *changed* from
the start; nor does it replace what began to be loaded later. What failed is not tried again for a
moment, so that visitors who wait do not go one after the other to a platform that is down.
"""

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, zip_longest
from typing import Any, Generic, TypeVar

from widget_server.bulkhead import Bulkhead
from widget_server.caching import observing
from widget_server.caching.built import Build, Built, Generations, Kept, packed
from widget_server.caching.failures import Failures
from widget_server.caching.flights import Behind, Flights, Spawn, in_thread
from widget_server.caching.observing import Nobody, Observer, kind_of
from widget_server.caching.standing import EARLY, NEW, USABLE, Standing, standing_of
from widget_server.caching.store import Store
from widget_server.clock import Clock
from widget_server.errors import DomainError
from widget_server.site import Site

T = TypeVar("T")
log = logging.getLogger(__name__)

# How long a visitor waits for another one's load: with something to fall back on, and without.
PATIENCE_SECONDS, LONGEST_SECONDS = 2.0, 12.0
TOO_LONG = "The booking system takes too long. Please try again."


@dataclass(frozen=True, slots=True)
class Key:
    """What a value is kept under, and what makes it old."""

    name: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """How long a value answers: `fresh` without another look, `stale` while there is no other."""

    fresh: timedelta
    stale: timedelta


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value, the moment at which loading it began, and whether it is past its fresh time.

    At `look_again_at` it is time to ask anew, so that it may be loaded before it gets old.
    """

    value: T
    loaded_at: datetime
    look_again_at: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Older:
    """What a load returns in place of a value when it has nothing newer: one from another time."""

    value: Any
    began: datetime


def joined(value: T, entries: Iterable[Entry[Any]]) -> Entry[T]:
    """Return what was made of several entries: as old as the oldest of them."""
    parts = tuple(entries)
    return Entry(
        value,
        loaded_at=min(entry.loaded_at for entry in parts),
        look_again_at=min(entry.look_again_at for entry in parts),
        stale=any(entry.stale for entry in parts),
    )


# JSON for each of the keys, or an Older.
Load = Callable[[Sequence[Key]], Mapping[Key, Any]]
Found = dict[Key, tuple[Kept | None, Standing]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is read, how long it answers, and where it comes from."""

    keys: tuple[Key, ...]
    window: Window
    load: Load
    build: Build
    usable: Container[Standing]
    all_wait: bool

    def is_answered_by(self, found: Found) -> bool:
        """Tell whether nothing has to be loaded."""
        return all(standing in self.usable for _, standing in found.values())

    def may_fall_back(self, found: Found) -> bool:
        """Tell whether what was found may answer, should there be nothing newer in time."""
        return Standing.OLD in self.usable and _can_fall_back(found)

    def renewed(self, found: Found) -> "_Wanted":
        """Return what of it is not quite fresh any more."""
        due = (key for key, (_, standing) in found.items() if standing is not Standing.FRESH)
        return replace(self, keys=tuple(due))

    @property
    def name(self) -> str:
        """Return what a load of all of it is called."""
        return " ".join(key.name for key in self.keys)


class TakesTooLong(DomainError):
    """Another visitor's load of the same has not come back in time."""

    code = "platform_unavailable"


def as_it_is(value: Any) -> Any:
    """Build nothing: the JSON is the value."""
    return value


class Cache:
    """Loads values once, shares them as JSON with other workers, keeps built ones in process.

    `waiting_room` has places for those who wait for what another thread is loading; whoever finds
    none is refused. None: all wait.
    """

    def __init__(  # noqa: PLR0913 - the first three are its work, the others seams
        self,
        store: Store,
        clock: Clock,
        site: Site,
        waiting_room: Bulkhead | None = None,
        *,
        spawn: Spawn = in_thread,
        failures: Failures | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._observer = observer or Nobody()
        self._store = store
        self._clock = clock
        self._site = site
        self._flights = Flights(store, waiting_room, spawn, self._observer.waited)
        self._built = Built()
        self._failures = failures or Failures()

    def read(
        self,
        keys: Sequence[Key],
        window: Window,
        load: Load,
        build: Build = as_it_is,
        *,
        old_will_do: bool = True,
        all_wait: bool = False,
    ) -> list[Entry[Any]]:
        """Return the values of these keys; load those that do not answer.

        `load` returns JSON for the keys that it is given, `build` makes of each what the caller
        wants, once in each process. Unless `old_will_do`, what is old does not answer either but
        as a last resort. With `all_wait` nobody is refused a place to wait in. Raises what `load`
        raises when there is nothing to fall back on, and TakesTooLong.
        """
        usable = USABLE if old_will_do else NEW
        wanted = _Wanted(tuple(keys), window, load, build, usable, all_wait)
        found = self._look(wanted)
        stood = {key: standing for key, (_, standing) in found.items()}
        if not wanted.is_answered_by(found):
            return self._told(stood, lambda: self._load_awaited(wanted, found))
        self._tell(stood, _entries(found, window))
        renewed = wanted.renewed(found)
        if renewed.keys:
            self._flights.behind(renewed.name, lambda: self._load_behind(renewed))
        return _entries(found, window)

    def version(self, tags: Sequence[str]) -> Generations:
        """Return what changes with every bump of a tag; None when nobody can tell."""
        return self._store.generations([self._of_site(tag) for tag in tags])

    def invalidate(self, tags: Iterable[str]) -> None:
        """Let everything that carries one of the tags be changed, for all workers at once."""
        self._store.bump([self._of_site(tag) for tag in tags])

    def _told(
        self, stood: Mapping[Key, Standing], load: Callable[[], list[Entry[Any]]]
    ) -> list[Entry[Any]]:
        """Load, and tell who looks on what came of it."""
        entries: list[Entry[Any]] = []
        try:
            entries = load()
        finally:
            self._tell(stood, entries)
        return entries

    def _tell(self, stood: Mapping[Key, Standing], entries: Sequence[Entry[Any]]) -> None:
        for (key, standing), entry in zip_longest(stood.items(), entries):
            result = _result(standing, entry)
            self._observer.read(kind_of(key.name), standing.value, result)

    def _load_awaited(self, wanted: _Wanted, found: Found) -> list[Entry[Any]]:
        """Load; where there is something to fall back on, it answers before anybody waits long."""
        if not wanted.may_fall_back(found):
            return self._load_alone(wanted)
        renewed, asked = wanted.renewed(found), self._clock.now()
        if self._failures.recent(renewed.name):
            return _entries(found, wanted.window)
        behind = self._flights.behind(renewed.name, lambda: self._load_behind(renewed))
        went_well = behind is None or self._brings_news(renewed, behind)
        latest = _since(asked, found, self._look(wanted))
        if wanted.is_answered_by(latest) or not went_well:
            return _entries(latest if _can_fall_back(latest) else found, wanted.window)
        return self._load_alone(wanted)

    def _brings_news(self, renewed: _Wanted, behind: Behind) -> bool:
        """Wait for a load behind, if there is a place to wait in; tell whether it went well."""
        try:
            came = self._flights.ends_in_time(behind, PATIENCE_SECONDS, all_wait=renewed.all_wait)
        except Exception:  # noqa: BLE001 - there was no place to wait in
            return False
        if not came:
            self._failures.note(renewed.name, TakesTooLong(TOO_LONG))
        return came and self._failures.recent(renewed.name) is None

    def _load_alone(self, wanted: _Wanted) -> list[Entry[Any]]:
        found = self._look(wanted)

        def arrived() -> bool:
            found.update(self._look(wanted))
            return wanted.is_answered_by(found)

        failure: Exception | None = None
        patience = PATIENCE_SECONDS if _can_fall_back(found) else LONGEST_SECONDS
        try:
            with self._flights.alone(
                wanted.name, arrived, patience, all_wait=wanted.all_wait
            ) as has_to_load:
                if has_to_load:
                    failure = self._failures.recent(wanted.name)
                    failure = failure or self._try(wanted, found)
        except Exception as refusal:  # noqa: BLE001 - there was no place to wait in
            failure = refusal
        if _can_fall_back(found):
            return _entries(found, wanted.window)
        raise failure or TakesTooLong(TOO_LONG)

    def _try(self, wanted: _Wanted, found: Found) -> Exception | None:
        """Load what does not answer yet and put it among what was found; return what went wrong."""
        due = tuple(key for key, (_, standing) in found.items() if standing not in wanted.usable)
        asked = self._clock.now()
        try:
            loaded = self._load(replace(wanted, keys=due))
        except Exception as error:  # noqa: BLE001 - raised if there is nothing to fall back on
            self._failures.note(wanted.name, error)
            return error
        for key, kept in loaded.items():
            found[key] = kept, Standing.OLD if kept.began < asked else Standing.FRESH
        return None

    def _load_behind(self, wanted: _Wanted) -> None:
        if all(standing is Standing.FRESH for _, standing in self._look(wanted).values()):
            return  # another worker was faster
        if self._failures.recent(wanted.name):
            return
        try:
            self._load(wanted)
        except Exception as error:  # noqa: BLE001 - what is kept goes on answering
            self._failures.note(wanted.name, error)

    def _load(self, wanted: _Wanted) -> dict[Key, Kept]:
        # Before the platform is asked: what changes meanwhile must not pass for known.
        now = self._clock.now()
        present = self._present(wanted.keys)
        loaded = {}
        for key, told in self._values(wanted).items():
            began, value = now, told
            if isinstance(told, Older):
                began, value = told.began, told.value
                # So that it is not asked for again at once.
                self._failures.note(wanted.name, TakesTooLong("There is nothing newer."))
            raw = packed(value, began, present[key])
            seconds = wanted.window.stale.total_seconds()
            self._store.set(self._of_site(key.name), raw, seconds, began.timestamp())
            kept = Kept(wanted.build(value), began, present[key], len(raw))
            loaded[key] = self._built.keep(key.name, kept)
        return loaded

    def _values(self, wanted: _Wanted) -> Mapping[Key, Any]:
        outcome = observing.FAILED
        try:
            values = wanted.load(wanted.keys)
            outcome = observing.LOADED
        finally:
            for key in wanted.keys:
                self._observer.loaded(kind_of(key.name), outcome)
        return values

    def _look(self, wanted: _Wanted) -> Found:
        """Return what is kept, and how it stands."""
        now, present = self._clock.now(), self._present(wanted.keys)
        return {key: self._look_at(key, wanted, present[key], now) for key in wanted.keys}

    def _look_at(
        self, key: Key, wanted: _Wanted, present: Generations, now: datetime
    ) -> tuple[Kept | None, Standing]:
        kept, window = self._built.get(key.name), wanted.window
        standing = standing_of(kept, present, window.fresh, window.stale, now)
        if standing is not Standing.FRESH:
            # Another worker may have a newer one.
            raw = self._store.get(self._of_site(key.name))
            if raw is not None:
                kept = self._taken_over(key, raw, wanted.build) or kept
                standing = standing_of(kept, present, window.fresh, window.stale, now)
        return (None if standing is Standing.MISSING else kept), standing

    def _taken_over(self, key: Key, raw: bytes, build: Build) -> Kept | None:
        """Return what the shared bytes hold, or the own copy if that is newer."""
        try:
            return self._built.newer(key.name, raw, build)
        except Exception:
            # Others can write to a shared store; what makes no sense there is loaded anew.
            log.exception("What is kept under %s cannot be read.", key.name)
            return None

    def _present(self, keys: Sequence[Key]) -> dict[Key, Generations]:
        """Return the generations of each key's tags, all read at once."""
        numbers = self.version([tag for key in keys for tag in key.tags])
        if numbers is None:
            return dict.fromkeys(keys)
        left = iter(numbers)
        return {key: tuple(islice(left, len(key.tags))) for key in keys}

    def _of_site(self, name: str) -> str:
        return f"{self._site.id}:{name}"


def _result(standing: Standing, entry: Entry[Any] | None) -> str:
    """Return what the reader of a value got that stood like this when it was asked for."""
    if entry is None:
        return observing.NOTHING
    if entry.stale:
        return observing.STALE
    return observing.HIT if standing in NEW else observing.MISS


def _since(asked: datetime, before: Found, found: Found) -> Found:
    """Let what began to be loaded since somebody asked be fresh to them, whatever has changed."""
    return {
        key: (kept, Standing.FRESH)
        if kept is not None and kept is not before[key][0] and kept.began >= asked
        else (kept, standing)
        for key, (kept, standing) in found.items()
    }


def _can_fall_back(found: Found) -> bool:
    return all(kept is not None for kept, _ in found.values())


def _entries(found: Found, window: Window) -> list[Entry[Any]]:
    return [
        Entry(kept.value, kept.began, kept.began + window.fresh * EARLY, stale=standing not in NEW)
        for kept, standing in found.values()
        if kept is not None
    ]
