"""A Flask-Caching backend that the workers of one machine share: one SQLite file in DATA_DIR.

It keeps bytes as they are; Flask-Caching's own backends pickle, and who can write a pickle can run
code. Besides entries it holds generation counters, so that what one worker invalidates is gone for
all of them at once, locks, so that one worker loads for all, and counts of who comes how often. A
cache must never be the reason for a failure: whatever goes wrong with the file reads as a miss.
"""

import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask_caching.backends.base import BaseCache

from widget_server.caching.store import AHEAD_SECONDS, UNLOCKED
from widget_server.sqlite_file import Connections

log = logging.getLogger(__name__)

BUSY_TIMEOUT_SECONDS = 2
MAX_ENTRIES = 20_000
MAX_BYTES = 256 * 1024 * 1024
# One write in so many looks for entries to drop.
SWEEP_EVERY = 200

# Raised when the tables change: what older servers have kept is not read then.
SHAPE = 2
TABLES = """
CREATE TABLE IF NOT EXISTS entries
  (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL, began REAL NOT NULL);
CREATE INDEX IF NOT EXISTS entries_expires ON entries (expires, length(value));
CREATE TABLE IF NOT EXISTS locks
  (name TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations
  (tag TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts
  (name TEXT PRIMARY KEY, number INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
"""


class SharedFileCache(BaseCache):
    """Entries, generation counters, locks and counts in one SQLite file."""

    def __init__(self, path: Path, default_timeout: int = 300) -> None:
        super().__init__(default_timeout)
        self._connections = Connections(path, _prepare)
        self._local = threading.local()
        self._writes = 0
        self._bumps = 0

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
        seconds = self.default_timeout if timeout is None else timeout
        lasting = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        return self.set_newer(key, value, lasting, time.time())

    def set_newer(self, key: str, value: bytes, timeout: timedelta, began: float) -> bool:
        """Keep the bytes, unless what is kept began later; what has ended does not count."""
        now = time.time()
        self._sweep_now_and_then()
        statement = (
            "INSERT INTO entries VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "value = excluded.value, expires = excluded.expires, began = excluded.began "
            "WHERE entries.began <= excluded.began OR entries.expires <= ? OR entries.began > ?"
        )
        row = (key, value, now + timeout.total_seconds(), began, now, now + AHEAD_SECONDS)
        return self._write(statement, [row]) is not None

    def delete(self, key: str) -> bool:
        """Forget one entry."""
        return self._write("DELETE FROM entries WHERE key = ?", [(key,)]) is not None

    def clear(self) -> bool:
        """Forget every entry; generations stay, for old values must not come back."""
        return self._write("DELETE FROM entries", [()]) is not None

    def generations(self, tags: Sequence[str]) -> tuple[int, ...] | None:
        """Return how often each tag has been bumped; None when the file cannot be read."""
        known = self._known_generations()
        if known is None:
            return None
        missing = [tag for tag in tags if tag not in known]
        if missing:
            marks = ",".join("?" * len(missing))
            query = f"SELECT tag, number FROM generations WHERE tag IN ({marks})"  # noqa: S608
            rows = self._read(query, missing)
            if rows is None:
                return None
            known.update(dict.fromkeys(missing, 0) | dict(rows))
        return tuple(known[tag] for tag in tags)

    def _known_generations(self) -> dict[str, int] | None:
        """Return what this thread has read since anybody wrote to the file."""
        try:
            connection = self._connections.get()
            [version] = connection.execute("PRAGMA data_version").fetchone()
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return None
        # The connection tells of others' writes, `_bumps` of those of this process.
        present = connection, version, self._bumps
        if getattr(self._local, "present", None) != present:
            self._local.present, self._local.known = present, {}
        known: dict[str, int] = self._local.known
        return known

    def bump(self, tags: Iterable[str]) -> bool:
        """Count each tag up by one."""
        # A counter that got lost starts where it has never been: at the present time.
        statement = (
            "INSERT INTO generations VALUES (?, ?) "
            "ON CONFLICT (tag) DO UPDATE SET number = number + 1"
        )
        start = time.time_ns() // 1_000_000
        rows = [(tag, start) for tag in tags]
        # The second goes to a new file, should the first have found a damaged one.
        done = any(self._write(statement, rows) is not None for _ in range(2))
        self._bumps += 1
        return done

    def lock(self, name: str, seconds: float) -> str | None:
        """Return a token if nobody else has the lock; "" when the file keeps no locks."""
        now, token = time.time(), secrets.token_hex(8)
        statement = (
            "INSERT INTO locks VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "token = excluded.token, until = excluded.until WHERE locks.until <= ?"
        )
        changed = self._write(statement, [(name, token, now + seconds, now)])
        if changed is None:
            return UNLOCKED
        return token if changed else None

    def unlock(self, name: str, token: str) -> None:
        """Give the lock back, if it is still this one's."""
        if token != UNLOCKED:
            self._write("DELETE FROM locks WHERE name = ? AND token = ?", [(name, token)])

    def count(self, name: str, by: int, seconds: float) -> tuple[int, float] | None:
        """Count up; return the number and the seconds until it begins anew. None: cannot count."""
        self._sweep_now_and_then()
        now = time.time()
        statement = (
            "INSERT INTO counts VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET "
            "number = CASE WHEN until <= ?4 THEN 0 ELSE number END + excluded.number, "
            "until = CASE WHEN until <= ?4 THEN excluded.until ELSE until END "
            "RETURNING number, until"
        )
        rows = self._read(statement, (name, by, now + seconds, now))
        return (rows[0][0], rows[0][1] - now) if rows else None

    def counted(self, name: str) -> int | None:
        """Return the number, 0 when nothing was counted; None when the file cannot be read."""
        statement = "SELECT number FROM counts WHERE name = ? AND until > ?"
        rows = self._read(statement, (name, time.time()))
        return None if rows is None else sum(number for [number] in rows)

    def _sweep_now_and_then(self) -> None:
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self._sweep()

    def _sweep(self) -> None:
        now = time.time()
        self._write("DELETE FROM counts WHERE until <= ?", [(now,)])
        self._write("DELETE FROM entries WHERE expires <= ?", [(now,)])
        # What would end last stays, as far as there is room.
        excess = (
            "DELETE FROM entries WHERE key IN (SELECT key FROM ("
            "SELECT key, row_number() OVER late AS place, sum(length(value)) OVER late AS room "
            "FROM entries WINDOW late AS (ORDER BY expires DESC, key)"
            ") WHERE place > ? OR room > ?)"
        )
        self._write(excess, [(MAX_ENTRIES, MAX_BYTES)])

    def _read(self, statement: str, values: Sequence[Any]) -> list[Any] | None:
        try:
            return self._connections.get().execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return None

    def _write(self, statement: str, rows: Iterable[Sequence[Any]]) -> int | None:
        """Return how many rows were written; None when the file cannot be."""
        try:
            connection = self._connections.get()
            connection.execute("BEGIN IMMEDIATE")
            try:
                return connection.executemany(statement, rows).rowcount
            finally:
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return None

    def _failed(self, error: sqlite3.Error | OSError) -> None:
        log.warning("The shared cache cannot be used: %s", error)
        self._connections.failed(error)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    # Losing the newest entries in a power cut loses nothing that cannot be loaded again.
    connection.execute("PRAGMA synchronous=OFF")
    if connection.execute("PRAGMA user_version").fetchone()[0] != SHAPE:
        connection.executescript(f"DROP TABLE IF EXISTS entries; PRAGMA user_version={SHAPE};")
    connection.executescript(TABLES)
