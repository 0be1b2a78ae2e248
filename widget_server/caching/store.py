"""Where cached bytes and generation counters live: the seam between policy and storage."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Store(Protocol):
    """Shared by all threads and workers; may forget anything at any time, and never raises."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless forgotten or expired."""
        ...

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep the bytes for so many seconds."""
        ...

    def generations(self, tags: Sequence[str]) -> list[int]:
        """Return how often each tag has been bumped, in order."""
        ...

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one, at once for all workers."""
        ...
