"""Taking in a page: what is new, what has changed, what is gone from where it stood.

Between two rows of a page, in the account's order, nothing else stands. So what the copy holds
between them, and the page does not show, has left this place. It is `missing` until it is found
elsewhere; it is forgotten once as many are known as the account says there are.

A page that was asked for before what is known was, and came later, says nothing.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from widget_server.bookablesites.mirror.order import longest_run, placed
from widget_server.bookablesites.mirror.rows import Row


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came; `pages` and `total` are None where they are not told.

    `size` is how many rows a full page has, `asked` when it was asked for, as a timestamp.
    """

    number: int
    size: int
    rows: Sequence[Row]
    pages: int | None
    total: int | None
    asked: float

    @property
    def is_last(self) -> bool:
        """Tell whether no page comes after this one, as far as that is told."""
        return self.pages is not None and self.number >= self.pages


@dataclass(frozen=True, slots=True)
class News:
    """How many rows of a page were new, were changed, were met by this sweep for the first time."""

    new: int
    changed: int
    unswept: int


class _Known(NamedTuple):
    rank: int
    row: Row
    asked: float
    sweep: int
    missing: int


# Beyond every rank.
LEAST, MOST = -(2**63), 2**63 - 1
KNOWN = "SELECT id, starts, ends, busy, rank, asked, sweep, missing FROM appointments WHERE id IN "
KEPT = """
INSERT INTO appointments VALUES (?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (id) DO UPDATE SET
  rank = excluded.rank, starts = excluded.starts, ends = excluded.ends, busy = excluded.busy,
  asked = excluded.asked, sweep = MAX(sweep, excluded.sweep), missing = 0
"""


def take_in(
    connection: sqlite3.Connection, page: Page, before: Page | None = None, sweep: int = 0
) -> News:
    """Take in a page, within a transaction.

    `before` is the page before it, if that was read just now; `sweep` the number of the sweep that
    reads it.
    """
    known = _known(connection, page)
    if any(one.asked > page.asked for one in known.values()):
        return News(0, 0, len(page.rows))
    ranks, gone = _compared(connection, page, before, known)
    connection.executemany(
        KEPT,
        [
            (row.id, rank, row.starts, row.ends, row.busy, page.asked, sweep)
            for row, rank in zip(page.rows, ranks, strict=True)
        ],
    )
    _note_longest(connection, page)
    marks = "UPDATE appointments SET missing = 1 WHERE id = ? AND asked < ?"
    connection.executemany(marks, [(one, page.asked) for one in gone])
    _forget_missing(connection, page)
    there = [known.get(row.id) for row in page.rows]
    return News(
        new=there.count(None),
        changed=sum(
            one is not None and (one.row != row or one.missing == 1)
            for one, row in zip(there, page.rows, strict=True)
        ),
        unswept=sum(one is None or one.sweep < sweep for one in there),
    )


def take_out(connection: sqlite3.Connection, before: Page, after: Page) -> None:
    """Let what is known to stand between two pages, one after the other, be missing."""
    edges = (before.rows[-1].id, after.rows[0].id)
    statement = """
        UPDATE appointments SET missing = 1
        WHERE rank > (SELECT rank FROM appointments WHERE id = ?)
          AND rank < (SELECT rank FROM appointments WHERE id = ?) AND asked < ?
    """
    connection.execute(statement, (*edges, min(before.asked, after.asked)))
    _forget_missing(connection, after)


def _note_longest(connection: sqlite3.Connection, page: Page) -> None:
    longest = max((row.ends - row.starts for row in page.rows), default=0)
    statement = (
        "INSERT INTO notes VALUES ('longest', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)"
    )
    connection.execute(statement, (longest,))


def _known(connection: sqlite3.Connection, page: Page) -> dict[int, _Known]:
    marks = ", ".join("?" * len(page.rows))
    rows = connection.execute(f"{KNOWN} ({marks})", [row.id for row in page.rows])
    return {row[0]: _Known(row[4], Row(*row[:4]), *row[5:]) for row in rows}


def _compared(
    connection: sqlite3.Connection, page: Page, previous: Page | None, known: dict[int, _Known]
) -> tuple[list[int], list[int]]:
    """Return the rank of each row, and the ids of those that are not where they were."""
    floor = _rank_of_last(connection, previous)
    there = (known.get(row.id) for row in page.rows)
    # What ranks before the page before has moved.
    ranks = [one.rank if one and (floor is None or one.rank > floor) else None for one in there]
    run = longest_run(ranks)
    if run:
        stand = set(run)
        standing = [rank if at in stand else None for at, rank in enumerate(ranks)]
        first, last = ranks[run[0]] or 0, ranks[run[-1]] or 0
        gone = _left_out(connection, page, first if floor is None else floor, last)
        if len(gone) <= page.size:
            before = _one(connection, "MAX(rank)", "rank < ?", first)
            after = _one(connection, "MIN(rank)", "rank > ?", last)
            return placed(standing, before, after), gone
    # Nothing to go by but the number of the page.
    before = _before_page(connection, page) if floor is None else floor
    after = _one(connection, "MIN(rank)", "rank > ?", LEAST if before is None else before)
    return placed([None] * len(page.rows), before, after), []


def _left_out(connection: sqlite3.Connection, page: Page, first: int, last: int) -> list[int]:
    """Return what is known to stand where the page shows something else."""
    low = LEAST if page.number == 1 else first
    high = MOST if page.is_last else last
    shown = {row.id for row in page.rows}
    statement = (
        "SELECT id FROM appointments WHERE missing = 0 AND rank > ? AND rank < ? "
        "ORDER BY rank LIMIT ?"
    )
    rows = connection.execute(statement, (low, high, len(shown) + page.size + 1))
    return [row[0] for row in rows if row[0] not in shown]


def _before_page(connection: sqlite3.Connection, page: Page) -> int | None:
    """Return the rank of what stands before a page of which nothing is known."""
    if page.number == 1:
        return None
    statement = "SELECT rank FROM appointments WHERE missing = 0 ORDER BY rank LIMIT 1 OFFSET ?"
    place = (page.number - 1) * page.size - 1
    row = connection.execute(statement, (place,)).fetchone()
    return row[0] if row else _one(connection, "MAX(rank)", "rank > ?", LEAST)


def _rank_of_last(connection: sqlite3.Connection, page: Page | None) -> int | None:
    if page is None or not page.rows:
        return None
    return _one(connection, "MAX(rank)", "id = ?", page.rows[-1].id)


def _one(connection: sqlite3.Connection, what: str, where: str, value: int) -> int | None:
    statement = f"SELECT {what} FROM appointments WHERE missing = 0 AND {where}"  # noqa: S608
    found: int | None = connection.execute(statement, (value,)).fetchone()[0]
    return found


def _forget_missing(connection: sqlite3.Connection, page: Page) -> None:
    """Forget what is missing when it is known not to be elsewhere: all that there are are known."""
    if page.total is None:
        return
    if not connection.execute("SELECT 1 FROM appointments WHERE missing = 1").fetchone():
        return
    known = "SELECT COUNT(*) FROM appointments WHERE missing = 0"
    if connection.execute(known).fetchone()[0] == page.total - _excess(connection):
        connection.execute(
            "DELETE FROM appointments WHERE missing = 1 AND asked < ?", (page.asked,)
        )


def _excess(connection: sqlite3.Connection) -> int:
    """Return how many more the account counts than it shows, as was found last."""
    row = connection.execute("SELECT value FROM notes WHERE name = 'excess'").fetchone()
    return int(row[0]) if row else 0
