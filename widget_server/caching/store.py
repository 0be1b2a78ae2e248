"""Where cached bytes, generation counters and locks live: the seam between policy and storage."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from widget_server.rate_limits import Counters

# What `lock` gives when nobody keeps locks: whoever asks goes on alone.
UNLOCKED = ""
# What began so far in the future was kept before the clock was put back.
AHEAD_SECONDS = 5.0


class Store(Protocol):
    """Shared by all threads and workers; may forget anything at any time, and never raises."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless forgotten or expired."""
        ...

    def set(self, key: str, value: bytes, seconds: float, began: float) -> None:
        """Keep the bytes for so many seconds, unless what is kept began to be loaded later.

        What began in the future, before the clock was put back, is replaced by anything.
        """
        ...

    def generations(self, tags: Sequence[str]) -> tuple[int, ...] | None:
        """Return how often each tag has been bumped, in order; None when that is not known."""
        ...

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one, at once for all workers."""
        ...

    def lock(self, name: str, seconds: float) -> str | None:
        """Return a token to whoever has the lock now; None while another one has it.

        It ends by itself after so many seconds, should its holder be killed.
        """
        ...

    def unlock(self, name: str, token: str) -> None:
        """Give a lock back."""
        ...


class CountingStore(Store, Counters, Protocol):
    """A store that counts besides, for whoever limits how often something may be done."""
