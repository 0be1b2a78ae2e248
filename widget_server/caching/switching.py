"""The store that machines share while it answers, the own machine's while it does not.

What is bumped while the shared one is away is bumped there as soon as it is back, before anything
else is asked of it: what it holds from before must not pass for the present.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from redis import RedisError

from widget_server.caching.store import UNLOCKED, CountingStore

T = TypeVar("T")
log = logging.getLogger(__name__)
# So long nobody asks a store that did not answer.
AWAY_SECONDS = 2.0
GONE = (RedisError, OSError)


class Switching:
    """A CountingStore over two: `shared` may raise, `own` never does."""

    def __init__(self, shared: CountingStore, own: CountingStore) -> None:
        self._shared = shared
        self._own = own
        self._away_until = 0.0
        self._guard = threading.Lock()
        self._owed: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless forgotten or expired."""
        return self._ask(lambda store: store.get(key))

    def set(self, key: str, value: bytes, seconds: float, began: float) -> None:
        """Keep the bytes for so many seconds, unless what is kept began to be loaded later."""
        self._ask(lambda store: store.set(key, value, seconds, began))

    def generations(self, tags: Sequence[str]) -> tuple[int, ...] | None:
        """Return how often each tag has been bumped where is asked at the moment.

        The two count apart, so that what was loaded before the switch is changed after it.
        """
        return self._ask(lambda store: store.generations(tags))

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one, at once for all who can be reached."""
        told = list(tags)

        def count(store: CountingStore) -> bool:
            store.bump(told)
            return store is self._own

        if self._ask(count):
            with self._guard:
                self._owed.update(told)

    def lock(self, name: str, seconds: float) -> str | None:
        """Return a token to whoever has the lock now; None while another one has it."""

        def take(store: CountingStore) -> str | None:
            token = store.lock(name, seconds)
            return token and f"{store is self._own:d}{token}"

        return self._ask(take)

    def unlock(self, name: str, token: str) -> None:
        """Give a lock back where it was taken."""
        if token == UNLOCKED:
            return
        if token[0] == "1":
            self._own.unlock(name, token[1:])
        else:
            self._ask(lambda store: None if store is self._own else store.unlock(name, token[1:]))

    def count(self, name: str, by: int, seconds: float) -> tuple[int, float] | None:
        """Count up where is asked at the moment; nothing is carried over."""
        return self._ask(lambda store: store.count(name, by, seconds))

    def counted(self, name: str) -> int | None:
        """Return the number where is asked at the moment."""
        return self._ask(lambda store: store.counted(name))

    def is_away(self) -> bool:
        """Ask the shared store; tell whether the own one had to answer."""

        def look(store: CountingStore) -> bool:
            store.generations(("away",))
            return store is self._own

        return self._ask(look)

    def _ask(self, question: Callable[[CountingStore], T]) -> T:
        if time.monotonic() >= self._away_until:
            try:
                self._settle_debts()
                return question(self._shared)
            except GONE as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                # Its text may tell the address with the password.
                log.warning("Redis does not answer (%s); going on without.", type(error).__name__)
        return question(self._own)

    def _settle_debts(self) -> None:
        if not self._owed:
            return
        with self._guard:
            owed = set(self._owed)
        self._shared.bump(owed)
        with self._guard:
            self._owed -= owed
