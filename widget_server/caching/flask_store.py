"""The Store protocol over a Flask-Caching backend that keeps bytes and counts generations."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any


class FlaskStore:
    """Passes on to the backend that Flask-Caching was configured with."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless forgotten or expired."""
        value: bytes | None = self._backend.get(key)
        return value

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep the bytes for so many seconds."""
        self._backend.set(key, value, timeout=timedelta(seconds=seconds))

    def generations(self, tags: Sequence[str]) -> list[int]:
        """Return how often each tag has been bumped, in order."""
        numbers: list[int] = self._backend.generations(tags)
        return numbers

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one, at once for all workers."""
        self._backend.bump(list(tags))
