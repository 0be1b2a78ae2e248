"""The file of the copy: one SQLite database in DATA_DIR, shared by the workers of a machine.

It may be lost at any moment; the appointments are read anew then. A row holds what `mapping` makes
of an appointment, as JSON, and where in the account's order it stands. What is `missing` was not
where it should have been: it takes its time until it is found elsewhere, or known to be gone.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.mirror.rows import Row
from widget_server.sqlite_file import Connections

log = logging.getLogger(__name__)

BUSY_TIMEOUT_SECONDS = 5
# So many appointments are remembered as told of and not looked at yet.
MOST_OWED = 200
# Raised when the tables change: what older servers have kept is read anew then.
SHAPE = 1
TABLES = """
CREATE TABLE IF NOT EXISTS appointments
  (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL,
   busy TEXT NOT NULL, asked REAL NOT NULL, sweep INTEGER NOT NULL, missing INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS appointments_order ON appointments (missing, rank, ends);
CREATE INDEX IF NOT EXISTS appointments_times ON appointments (starts, ends, missing, asked, rank);
CREATE TABLE IF NOT EXISTS owed (id INTEGER PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
"""
# Notes of when something was done.
MOMENTS = "('looked', 'swept', 'sweep_began', 'sweep_moved')"
TOUCHING = "starts < ? AND starts >= ? AND ends > ?"
NAMES = ("appointments", "owed", "notes")
DROPPED = "".join(f"DROP TABLE IF EXISTS {name};" for name in NAMES)


class MirrorFile:
    """Rows in their order, and notes of what was done; nothing connects before it is used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(path, _prepare)

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a question; raise PlatformError when the file cannot be read."""
        try:
            return self._connections.get().execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from None

    def number(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Return the one number that answers a question."""
        return int(self.read(statement, values)[0][0])

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that writes: committed at the end, rolled back by an exception."""
        try:
            connection = self._connections.get()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                # A full disk has rolled it back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from None

    # Notes

    def noted(self, name: str) -> Any:
        """Return what was noted; None when nothing was."""
        rows = self.read("SELECT value FROM notes WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def note(self, **notes: Any) -> None:
        """Write notes down, all at once."""
        with self.changing() as connection:
            connection.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", notes.items())

    def latest(self) -> float:
        """Return the latest moment that was noted; 0 when none was."""
        [[moment]] = self.read(f"SELECT MAX(value) FROM notes WHERE name IN {MOMENTS}")  # noqa: S608
        return float(moment or 0)

    def put_back(self, now: float) -> None:
        """Let nothing have been done later than now."""
        with self.changing() as connection:
            notes = f"UPDATE notes SET value = ?1 WHERE name IN {MOMENTS} AND value > ?1"  # noqa: S608
            connection.execute(notes, (now,))
            connection.execute("UPDATE appointments SET asked = ?1 WHERE asked > ?1", (now,))

    def begin_anew(self, of: str) -> None:
        """Forget everything; from now on this is a copy of `of`."""
        with self.changing() as connection:
            for table in NAMES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            connection.execute("INSERT INTO notes VALUES ('of', ?)", (of,))

    # What was told of

    def owe(self, appointments: Iterable[int]) -> None:
        """Remember appointments that are to be looked at."""
        with self.changing() as connection:
            statement = (
                "INSERT INTO owed SELECT ?, 1 WHERE (SELECT COUNT(*) FROM owed) < ? "
                "ON CONFLICT (id) DO UPDATE SET times = times + 1"
            )
            connection.executemany(statement, [(one, MOST_OWED) for one in appointments])

    def owed(self, most: int) -> list[tuple[int, int]]:
        """Return some of the appointments that are to be looked at, and how often each was told."""
        return self.read("SELECT id, times FROM owed LIMIT ?", (most,))

    def settled(self, owed: Iterable[tuple[int, int]]) -> None:
        """Forget that these were to be looked at, unless they were told of again meanwhile."""
        with self.changing() as connection:
            connection.executemany("DELETE FROM owed WHERE id = ? AND times = ?", owed)

    # The times

    def between(self, start: int, end: int, employee: int | None = None) -> list[Row]:
        """Return what touches the seconds from `start` to `end`, of one employee or of all."""
        statement = f"SELECT id, starts, ends, busy FROM appointments WHERE {TOUCHING}"  # noqa: S608
        rows = [Row(*found) for found in self.read(statement, self._touching(start, end))]
        return [row for row in rows if employee is None or employee in _employees(row)]

    def not_read_for_longest(self, start: int, end: int) -> int | None:
        """Return the rank of what was read before all else that touches these seconds."""
        statement = (
            f"SELECT rank FROM appointments WHERE {TOUCHING} AND missing = 0 "  # noqa: S608
            "ORDER BY asked LIMIT 1"
        )
        rows = self.read(statement, self._touching(start, end))
        return rows[0][0] if rows else None

    def next_to_come(self, now: int) -> int | None:
        """Return the rank of what is not over yet, each time the next in the account's order."""
        statement = (
            "SELECT rank FROM appointments WHERE missing = 0 AND rank > ? AND ends > ? "
            "ORDER BY rank LIMIT 1"
        )
        for after in (self.noted("rolled"), -(2**63)):
            rows = [] if after is None else self.read(statement, (after, now))
            if rows:
                found: int = rows[0][0]
                return found
        return None

    def _touching(self, start: int, end: int) -> tuple[int, int, int]:
        # Nothing that began earlier reaches so far: only a part of the index is read.
        return max(end, start + 1), start - (self.noted("longest") or 0), start

    # The order

    def excess(self) -> int:
        """Return how many more the account counts than it shows, as was found last."""
        return int(self.noted("excess") or 0)

    def known(self) -> int:
        """Return how many appointments are where they should be."""
        return self.number("SELECT COUNT(*) FROM appointments WHERE missing = 0")

    def place(self, appointment: int) -> int | None:
        """Return how many appointments stand before one, in the account's order."""
        rows = self.read("SELECT rank FROM appointments WHERE id = ?", (appointment,))
        return self.place_of_rank(rows[0][0]) if rows else None

    def place_of_rank(self, rank: int) -> int:
        """Return how many appointments stand before a rank."""
        statement = "SELECT COUNT(*) FROM appointments WHERE missing = 0 AND rank < ?"
        return self.number(statement, (rank,))

    def roll(self, place: int) -> None:
        """Have `next_to_come` go on with what stands at a place in the account's order."""
        statement = "SELECT rank FROM appointments WHERE missing = 0 ORDER BY rank LIMIT 1 OFFSET ?"
        rows = self.read(statement, (max(0, place - 1),))
        self.note(rolled=rows[0][0] if rows else None)

    def lose(self, appointment: int) -> None:
        """Note that an appointment is not where it should be."""
        with self.changing() as connection:
            connection.execute("UPDATE appointments SET missing = 1 WHERE id = ?", (appointment,))

    # The connection

    @contextmanager
    def lock(self, suffix: str) -> Iterator[IO[str]]:
        """Open a file to be locked, beside this one; raise PlatformError when that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_suffix(suffix).open("w")
        except OSError as error:
            raise self._failed(error) from None
        with lock:
            yield lock

    def _failed(self, error: sqlite3.Error | OSError) -> PlatformError:
        log.warning("The copy of the appointments cannot be used: %s", error)
        self._connections.failed(error)
        return PlatformError("The copy of the appointments cannot be used.")


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    # What a power cut takes is read anew.
    connection.execute("PRAGMA synchronous=OFF")
    if connection.execute("PRAGMA user_version").fetchone()[0] != SHAPE:
        connection.executescript(f"{DROPPED} PRAGMA user_version={SHAPE};")
    connection.executescript(TABLES)


def _employees(row: Row) -> list[int | None]:
    employees: list[int | None] = json.loads(row.busy)["employees"]
    return employees
