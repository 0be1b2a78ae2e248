"""Write everything down as it is at one moment, a few rows in memory at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, String, Table, collate, func, select

from widget_server import database as db
from widget_server.backend import bulk
from widget_server.backend.transfer.lines import EXPORTED, header, line_of

_AT_ONCE = 1000


def export_lines(database: db.Database, progress: bulk.Progress = bulk.unseen) -> Iterator[bytes]:
    """Yield the lines of the file; `progress` hears of the rows."""
    with database.snapshot() as connection:
        tables = EXPORTED.values()
        total = sum(connection.execute(_count(table)).scalar_one() for table in tables)
        yield line_of(header(db.revision(connection)))
        done = 0
        for table in tables:
            for row in _rows(connection, table):
                yield line_of({"table": table.name, "row": row})
                done += 1
                if done % _AT_ONCE == 0:
                    progress(done, total)
        progress(done, total)
        ids = {table.name: bulk.last_id(connection, table) for table in bulk.numbered_tables()}
        yield line_of({"end": True, "rows": done, "last_ids": ids})


def _count(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    # PostgreSQL may sort texts as people do; SQLite sorts them by their bytes, and so does "C".
    postgresql = connection.dialect.name == "postgresql"
    keys = [
        collate(column, "C") if postgresql and isinstance(column.type, String) else column
        for column in table.primary_key
    ]
    rows = connection.execute(
        select(table).order_by(*keys), execution_options={"yield_per": _AT_ONCE}
    )
    for row in rows:
        yield row._asdict()
