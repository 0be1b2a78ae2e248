"""One loads for many: of the threads of a process, and of the workers that share a store.

Whoever waits waits for a bounded time. A lock is a courtesy to the platform, never a condition: if
it cannot be had, or its holder was killed, loading goes on without.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial

from widget_server.bulkhead import Bulkhead
from widget_server.caching.store import UNLOCKED, Store
from widget_server.clock import Deadline, SystemTicks

# As long as any load takes; a killed holder keeps the others waiting no longer than this.
LOCK_SECONDS = 15.0
LOOK_EVERY_SECONDS = 0.02
# Loads in the background at a time, in each process.
MOST_BEHIND = 4

Spawn = Callable[[Callable[[], None]], None]
# Is told for how many seconds somebody waited for another one's load.
Waited = Callable[[float], None]


def in_thread(run: Callable[[], None]) -> None:
    """Run it beside what goes on; no process stays for its sake."""
    threading.Thread(target=run, daemon=True).start()


def nobody_minds(_seconds: float) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A load in the background: since when, and what is set when it has ended."""

    began: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)


class Flights:
    """The loads that are under way in this process; `spawn` runs those behind."""

    def __init__(
        self,
        store: Store,
        waiting_room: Bulkhead | None = None,
        spawn: Spawn = in_thread,
        waited: Waited = nobody_minds,
    ) -> None:
        self._waited = waited
        self._store = store
        self._waiting_room = waiting_room
        self._spawn = spawn
        self._guard = threading.Lock()
        # Each with how many want it.
        self._locks: dict[str, tuple[threading.Lock, int]] = {}
        self._behind: dict[str, Behind] = {}

    @contextmanager
    def alone(
        self, name: str, arrived: Callable[[], bool], patience: float, *, all_wait: bool
    ) -> Iterator[bool]:
        """Let one at a time go on; yield whether this one has to load.

        False when what is wanted has arrived meanwhile, or when `patience` seconds are over. Unless
        `all_wait`, raises what the waiting room raises when it is full.
        """
        ends = time.monotonic() + patience
        with self._counted(name) as lock:
            if not self._acquire(lock, ends, all_wait=all_wait):
                yield False
                return
            try:
                with self._alone_among_workers(name, arrived, ends) as has_to_load:
                    yield has_to_load
            finally:
                lock.release()

    def _acquire(self, lock: threading.Lock, ends: float, *, all_wait: bool) -> bool:
        """Take the lock; the wait for a place to wait in and for the lock end together."""
        if lock.acquire(blocking=False):
            return True
        room, left = None if all_wait else self._waiting_room, Deadline(SystemTicks(), ends)
        with room.place(left) if room else nullcontext(), self._timed():
            return lock.acquire(timeout=left.left())

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._waited(time.monotonic() - began)

    def behind(self, name: str, load: Callable[[], object]) -> Behind | None:
        """Load in the background, unless that is under way; None: enough else is."""
        with self._guard:
            if name in self._behind:
                return self._behind[name]
            if len(self._behind) >= MOST_BEHIND:
                return None
            behind = self._behind[name] = Behind()
        self._spawn(partial(self._load_behind, name, load))
        return behind

    def ends_in_time(self, behind: Behind, patience: float, *, all_wait: bool) -> bool:
        """Wait for the end of a load; tell whether it came within `patience` of its beginning.

        Who comes when it has taken longer does not wait at all: a load that hangs costs each thread
        its patience once. Unless `all_wait`, raises what the waiting room raises when it is full.
        """
        left = Deadline(SystemTicks(), behind.began + patience)
        if behind.ended.is_set() or not left.left():
            return behind.ended.is_set()
        room = None if all_wait else self._waiting_room
        with room.place(left) if room else nullcontext(), self._timed():
            return behind.ended.wait(left.left())

    def _load_behind(self, name: str, load: Callable[[], object]) -> None:
        try:
            token = self._store.lock(name, LOCK_SECONDS)
            if token is not None:
                try:
                    load()
                finally:
                    self._store.unlock(name, token)
        finally:
            with self._guard:
                self._behind.pop(name).ended.set()

    @contextmanager
    def _counted(self, name: str) -> Iterator[threading.Lock]:
        """Keep a lock for as long as somebody wants it."""
        with self._guard:
            lock, users = self._locks.get(name, (threading.Lock(), 0))
            self._locks[name] = lock, users + 1
        try:
            yield lock
        finally:
            with self._guard:
                lock, users = self._locks[name]
                if users == 1:
                    del self._locks[name]
                else:
                    self._locks[name] = lock, users - 1

    @contextmanager
    def _alone_among_workers(
        self, name: str, arrived: Callable[[], bool], ends: float
    ) -> Iterator[bool]:
        if arrived():
            yield False
            return
        token = self._store.lock(name, LOCK_SECONDS)
        if token is None:
            # One thread for each name: the others of this process wait for that one.
            with self._timed():
                token = self._lock_in_time(name, arrived, ends)
        if token is None:
            yield False
            return
        try:
            # Whoever had the lock until now has loaded, most likely.
            yield token == UNLOCKED or not arrived()
        finally:
            self._store.unlock(name, token)

    def _lock_in_time(self, name: str, arrived: Callable[[], bool], ends: float) -> str | None:
        """Return the lock's token; None if what is wanted comes first, or the end."""
        token = None
        while token is None and time.monotonic() < ends:
            time.sleep(LOOK_EVERY_SECONDS)
            if arrived():
                return None
            token = self._store.lock(name, LOCK_SECONDS)
        return token
