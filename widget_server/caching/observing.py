"""Who looks on as the cache is read: the seam for metrics."""

from typing import Protocol

# What the reader of a value got: new, past its time, loaded for them, or nothing.
HIT, STALE, MISS, NOTHING = "hit", "stale", "miss", "nothing"
LOADED, FAILED = "loaded", "failed"


class Observer(Protocol):
    """Is told of every read; must be quick, and may be told by several threads at once."""

    def read(self, kind: str, standing: str, result: str) -> None:
        """Take note of a value that was asked for: how it stood, what the reader got."""
        ...

    def loaded(self, kind: str, outcome: str) -> None:
        """Take note of a load: of what kind of value, LOADED or FAILED."""
        ...

    def waited(self, seconds: float) -> None:
        """Take note of somebody who waited for another one's load."""
        ...


class Nobody:
    """Takes no notice."""

    def read(self, kind: str, standing: str, result: str) -> None:
        """Take no notice."""

    def loaded(self, kind: str, outcome: str) -> None:
        """Take no notice."""

    def waited(self, seconds: float) -> None:
        """Take no notice."""


def kind_of(name: str) -> str:
    """Return the kind of a value: the part of its name before what tells it from its like."""
    return name.partition(":")[0]
