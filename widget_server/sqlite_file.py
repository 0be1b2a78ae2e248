"""Connections to a SQLite file that may be lost: one for each thread, to the file that is there.

What is damaged is removed by whoever notices. Whoever has the old file open finds another one in
its place and goes over to that: two files would be two truths.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What belongs to the file: each makes no sense without the other, and damages the next one.
LOG, SIDES = "-wal", ("-wal", "-shm")
# The last is what others get where a thread still holds on to a log that was taken away.
DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})
# Device and number of a file; None: there is none.
Identity = tuple[int, int] | None


class Connections:
    """Connections to the file at `path`; `prepare` makes a new one usable."""

    def __init__(self, path: Path, prepare: Callable[[sqlite3.Connection], object]) -> None:
        self.path = path
        self._prepare = prepare
        self._local = threading.local()

    def get(self) -> sqlite3.Connection:
        """Return this thread's connection; raise sqlite3.Error or OSError if there can be none."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._one_at_a_time():
                return self._opened()
        opened: Identity = self._local.file
        if (opened, self._local.log) == (self._identity(), self._identity(LOG)):
            return connection
        self._close()
        with self._one_at_a_time():
            # Somebody has taken the log away: what others have written since is not to be had.
            self._remove_if(opened)
            return self._opened()

    def failed(self, error: sqlite3.Error | OSError) -> None:
        """Close this thread's connection; remove the file if it is damaged, and still the same."""
        opened: Identity = getattr(self._local, "file", None)
        self._close()
        if _is_damage(error):
            with suppress(OSError), self._one_at_a_time():
                self._remove_if(opened)

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            # Nothing in it that could not be read anew.
            self._remove()
            return self._open()

    def _open(self) -> sqlite3.Connection:
        if self._identity() is None:
            self._remove()
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._local.file, self._local.log = self._identity(), self._identity(LOG)
        self._local.connection = connection
        return connection

    def _close(self) -> None:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        self._local.connection = self._local.file = None
        if connection:
            connection.close()

    def _remove_if(self, opened: Identity) -> None:
        """Remove the file if it is the one that was open, and none that came after it."""
        if opened and opened == self._identity():
            self._remove()

    def _remove(self) -> None:
        for side in ("", *SIDES):
            self._beside(side).unlink(missing_ok=True)

    def _beside(self, side: str) -> Path:
        return self.path.with_name(f"{self.path.name}{side}")

    def _identity(self, side: str = "") -> Identity:
        try:
            there = self._beside(side).stat()
        except FileNotFoundError:
            return None
        return there.st_dev, there.st_ino

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Keep out who would remove what another one is making."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".opening").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_damage(error: Exception) -> bool:
    # What SQLite says more exactly is in the upper bits.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE
