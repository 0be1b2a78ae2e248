"""A Flask-Caching backend that the workers of one machine share: one SQLite file in DATA_DIR.

It keeps bytes as they are; Flask-Caching's own backends pickle, and who can write a pickle can run
code. Besides entries it holds generation counters, so that what one worker invalidates is gone for
all of them at once. A cache must never be the reason for a failure: whatever goes wrong with the
file reads as a miss.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask_caching.backends.base import BaseCache

log = logging.getLogger(__name__)

BUSY_TIMEOUT_SECONDS = 2
MAX_ENTRIES = 20_000
# One write in so many looks for entries to drop.
SWEEP_EVERY = 200

TABLES = """
CREATE TABLE IF NOT EXISTS entries
  (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_expires ON entries (expires);
CREATE TABLE IF NOT EXISTS generations
  (tag TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
"""


class SharedFileCache(BaseCache):
    """Entries and generation counters in one SQLite file."""

    def __init__(self, path: Path, default_timeout: int = 300) -> None:
        super().__init__(default_timeout)
        self._path = path
        self._local = threading.local()
        self._writes = 0

    @classmethod
    def factory(
        cls, _app: Any, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> "SharedFileCache":
        """Build the backend as Flask-Caching asks for it; CACHE_DIR names the folder."""
        return cls(Path(config["CACHE_DIR"]) / "cache.sqlite", config["CACHE_DEFAULT_TIMEOUT"])

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless expired."""
        statement = "SELECT value FROM entries WHERE key = ? AND expires > ?"
        rows = self._read(statement, (key, time.time()))
        return bytes(rows[0][0]) if rows else None

    def set(self, key: str, value: bytes, timeout: int | timedelta | None = None) -> bool:
        """Keep the bytes; tell whether that worked."""
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        expires = time.time() + (self.default_timeout if seconds is None else seconds)
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self._sweep()
        return self._write("REPLACE INTO entries VALUES (?, ?, ?)", [(key, value, expires)])

    def delete(self, key: str) -> bool:
        """Forget one entry."""
        return self._write("DELETE FROM entries WHERE key = ?", [(key,)])

    def clear(self) -> bool:
        """Forget every entry; generations stay, for old values must not come back."""
        return self._write("DELETE FROM entries", [()])

    def generations(self, tags: Sequence[str]) -> list[int]:
        """Return how often each tag has been bumped."""
        marks = ",".join("?" * len(tags))
        rows = self._read(f"SELECT tag, number FROM generations WHERE tag IN ({marks})", tags)  # noqa: S608
        if rows is None:
            # Unknown is not zero: an old value must not come back because the file is busy.
            return [time.time_ns()] * len(tags)
        numbers = dict(rows)
        return [numbers.get(tag, 0) for tag in tags]

    def bump(self, tags: Iterable[str]) -> bool:
        """Count each tag up by one."""
        statement = (
            "INSERT INTO generations VALUES (?, 1) "
            "ON CONFLICT (tag) DO UPDATE SET number = number + 1"
        )
        return self._write(statement, [(tag,) for tag in tags])

    def _sweep(self) -> None:
        self._write("DELETE FROM entries WHERE expires <= ?", [(time.time(),)])
        excess = (
            "DELETE FROM entries WHERE key IN "
            "(SELECT key FROM entries ORDER BY expires DESC LIMIT -1 OFFSET ?)"
        )
        self._write(excess, [(MAX_ENTRIES,)])

    def _read(self, statement: str, values: Sequence[Any]) -> list[Any] | None:
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._failed(error)
            return None

    def _write(self, statement: str, rows: Iterable[Sequence[Any]]) -> bool:
        try:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(statement, rows)
            finally:
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: sqlite3.Error) -> None:
        log.warning("The shared cache cannot be used: %s", error)
        self._local.connection = None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open()
            self._local.connection = connection
        return connection

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        # Losing the newest entries in a power cut loses nothing that cannot be loaded again.
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(TABLES)
        return connection
