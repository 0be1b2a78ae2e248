"""Numbers that several processes count, each in a file of its own, and anybody adds up.

A process counts in a part of its memory that is a file at the same time: what it has counted is
there for the others at once, and still there when it is killed. Who comes after it goes on with its
file, so that no sum ever falls while the server runs and files do not pile up. Which process a file
belongs to is told by a lock, which ends with the process, however it ends.

The file has a place for each number, then the names of the numbers, a line each, in the same order.
It is written once in full before it is used: a disk that fills up later stops nothing. Without a
file the numbers are this process's alone.
"""

import fcntl
import json
import logging
import math
import mmap
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

# A name and the values of its labels.
Key = tuple[str, ...]
# More numbers than all names and labels together can make; what comes beyond is not counted.
PLACES = 4096
NAMES_AT = PLACES * 8
SIZE = NAMES_AT + 256 * 1024
# Where nobody looks.
NOWHERE = PLACES - 1
log = logging.getLogger(__name__)


class Tally:
    """The numbers of one process.

    `standing` are numbers that hold for as long as the process lives, with what they are at first;
    all others are sums and outlive it. Nothing is opened before something is counted, so that
    processes forked meanwhile have files of their own.
    """

    def __init__(self, folder: Path, standing: Mapping[Key, float]) -> None:
        self._folder = folder
        self._standing = dict(standing)
        self._names = frozenset(key[0] for key in standing)
        self._lock = threading.Lock()
        self._area: mmap.mmap | None = None
        self._is_shared = False
        self._values: memoryview[float] | None = None
        self._places: dict[Key, int] = {}
        self._end = NAMES_AT

    def add(self, *amounts: tuple[Key, float]) -> None:
        """Add to some numbers."""
        with self._lock:
            values = self._values
            if values is None:
                values = self._open()
            for key, amount in amounts:
                place = self._places.get(key)
                values[self._place(key) if place is None else place] += amount

    def put(self, key: Key, value: float) -> None:
        """Say what one of the standing numbers is now."""
        with self._lock:
            values = self._open() if self._values is None else self._values
            values[self._places.get(key, NOWHERE)] = value

    def all(self) -> dict[Key, list[float]]:
        """Return each number as the processes have it: sums of all, standing ones of the living."""
        self.add()
        numbers: dict[Key, list[float]] = {}
        for key, value in self._read():
            numbers.setdefault(key, []).append(value)
        return numbers

    @classmethod
    def counted(cls, folder: Path) -> dict[Key, float]:
        """Return the sums of all that was counted in a folder, by whoever counts nothing itself."""
        sums: dict[Key, float] = {}
        for key, value in cls(folder, {})._read():  # noqa: SLF001 - its own kind
            sums[key] = sums.get(key, 0.0) + value
        return sums

    def _read(self) -> Iterator[tuple[Key, float]]:
        if self._area and not self._is_shared:
            yield from self._known(self._area, is_alive=True)
        for path in sorted(self._folder.glob("*.tally")):
            # It may be new, or be removed at this moment, or be no file of ours.
            with suppress(FileNotFoundError, ValueError), path.open("rb") as file:
                is_alive = not _lock(file.fileno(), fcntl.LOCK_SH)
                with mmap.mmap(file.fileno(), SIZE, access=mmap.ACCESS_READ) as area:
                    yield from self._known(area, is_alive=is_alive)

    def _known(self, area: mmap.mmap, *, is_alive: bool) -> list[tuple[Key, float]]:
        with memoryview(area) as whole, whole[:NAMES_AT] as part, part.cast("d") as values:
            known = values.tolist()
        return [
            (key, value)
            for key, value in zip(_names(area), known, strict=False)
            if (is_alive or key[0] not in self._names) and not math.isnan(value)
        ]

    def _open(self) -> "memoryview[float]":
        """Begin to count: where somebody else has ended, if there is such a place."""
        try:
            self._area, self._is_shared = _take(self._folder), True
        except OSError as error:
            log.warning("Metrics are not shared: %s.", error.strerror)
            self._area = mmap.mmap(-1, SIZE)
        try:
            names = _names(self._area)
        except ValueError:
            self._area[:] = bytes(SIZE)
            names = []
        self._end = NAMES_AT + sum(len(_line(name)) for name in names)
        # The rest of a name whose writer was killed, and whatever else nobody counted.
        self._area[self._end :] = bytes(SIZE - self._end)
        self._area[len(names) * 8 : NAMES_AT] = bytes(NAMES_AT - len(names) * 8)
        self._places = {name: place for place, name in enumerate(names)}
        self._values = values = memoryview(self._area)[:NAMES_AT].cast("d")
        for name, place in self._places.items():
            if name[0] in self._names:
                values[place] = math.nan
        for name, value in self._standing.items():
            values[self._places[name] if name in self._places else self._place(name)] = value
        return values

    def _place(self, key: Key) -> int:
        line, place = _line(key), len(self._places)
        if self._area is None or place >= NOWHERE or self._end + len(line) >= SIZE:
            return NOWHERE
        self._area[self._end : self._end + len(line)] = line
        self._end += len(line)
        self._places[key] = place
        return place


def forget(folder: Path) -> None:
    """Begin anew: remove what processes that are gone have counted."""
    for path in folder.glob("*.tally"):
        with path.open("rb") as file:
            if _lock(file.fileno(), fcntl.LOCK_EX):
                path.unlink()


def _take(folder: Path) -> mmap.mmap:
    """Return the first file that is nobody's; it is held for as long as its memory is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in count():
        descriptor = os.open(folder / f"{number}.tally", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if _lock(descriptor, fcntl.LOCK_EX) and os.fstat(descriptor).st_nlink:
                _fill(descriptor)
                # Has a descriptor of its own, which keeps the lock.
                return mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)
    raise AssertionError


def _fill(descriptor: int) -> None:
    if os.fstat(descriptor).st_size != SIZE and os.pwrite(descriptor, bytes(SIZE), 0) != SIZE:
        raise OSError(0, "no space left")


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _line(key: Sequence[str]) -> bytes:
    return json.dumps(key).encode() + b"\n"


def _names(area: mmap.mmap) -> list[Key]:
    """Return the names that were written to their ends."""
    written = area[NAMES_AT:].partition(b"\0")[0]
    return [tuple(json.loads(line)) for line in written.split(b"\n")[:-1]]
