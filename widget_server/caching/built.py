"""What each process has built from the JSON that all share: bounded, the last used stay."""

import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEPT_ENTRIES = 256
# Counted in bytes of JSON; what is built of it takes some times as much.
KEPT_BYTES = 32 * 1024 * 1024

# How the shared bytes begin.
BEGAN = b'{"began":"'
Generations = tuple[int, ...] | None
Build = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A value with the moment at which loading it began, and the generations of its tags then."""

    value: Any
    began: datetime
    generations: Generations
    size: int

    @property
    def chance(self) -> float:
        """Return a number from 0 to 1 that is the value's own, the same in every worker."""
        return zlib.crc32(self.began.isoformat().encode() + bytes(self.size % 256)) / 2**32


def packed(value: Any, began: datetime, generations: Generations) -> bytes:
    """Return the bytes that workers share."""
    document = {"began": began.isoformat(), "generations": generations, "value": value}
    return json.dumps(document, separators=(",", ":")).encode()


def _began(raw: bytes) -> datetime:
    """Return when loading began; the rest, which may be long, is not read for that."""
    return datetime.fromisoformat(raw[len(BEGAN) : raw.index(b'"', len(BEGAN))].decode())


class Built:
    """The values of this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, name: str) -> Kept | None:
        """Return what is kept under a name."""
        return self._kept.get(name)

    def newer(self, name: str, raw: bytes, build: Build) -> Kept:
        """Return what is kept, or what the shared bytes hold if that began to be loaded later."""
        mine = self._kept.get(name)
        if mine and mine.began >= _began(raw):
            return mine
        document = json.loads(raw)
        began = datetime.fromisoformat(document["began"])
        generations = document["generations"]
        told = None if generations is None else tuple(generations)
        return self.keep(name, Kept(build(document["value"]), began, told, len(raw)))

    def keep(self, name: str, kept: Kept) -> Kept:
        """Keep a value, and forget what was not used for longest if it is too much."""
        with self._guard:
            before = self._kept.pop(name, None)
            self._kept[name] = kept
            self._bytes += kept.size - (before.size if before else 0)
            while len(self._kept) > 1 and self._is_too_much():
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.size
        return kept

    def _is_too_much(self) -> bool:
        return len(self._kept) > KEPT_ENTRIES or self._bytes > KEPT_BYTES
