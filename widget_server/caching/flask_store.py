"""The Store protocol over a Flask-Caching backend of ours, which keeps bytes and more."""

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

    def set(self, key: str, value: bytes, seconds: float, began: float) -> None:
        """Keep the bytes for so many seconds, unless what is kept began to be loaded later."""
        self._backend.set_newer(key, value, timedelta(seconds=seconds), began)

    def generations(self, tags: Sequence[str]) -> tuple[int, ...] | None:
        """Return how often each tag has been bumped, in order; None when that is not known."""
        numbers: tuple[int, ...] | None = self._backend.generations(tags)
        return numbers

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one, at once for all workers."""
        self._backend.bump(list(tags))

    def lock(self, name: str, seconds: float) -> str | None:
        """Return a token to whoever has the lock now; None while another one has it."""
        token: str | None = self._backend.lock(name, seconds)
        return token

    def unlock(self, name: str, token: str) -> None:
        """Give a lock back."""
        self._backend.unlock(name, token)

    def count(self, name: str, by: int, seconds: float) -> tuple[int, float] | None:
        """Count up; return the number and the seconds until it begins anew. None: cannot count."""
        counted: tuple[int, float] | None = self._backend.count(name, by, seconds)
        return counted

    def counted(self, name: str) -> int | None:
        """Return the number, 0 when nothing was counted; None: cannot count."""
        number: int | None = self._backend.counted(name)
        return number
