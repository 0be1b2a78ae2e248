"""Many rows at once, on both databases, with the counters of ids right afterwards.

Events, lists and rules know single changes; here go whole businesses: the large seed and imports.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.orm import Session

from widget_server.backend.models import Base, Client, Token
from widget_server.database import Database, is_sqlite

T = TypeVar("T")
Row = Mapping[str, Any]
# Told how much is done, and of how much.
Progress = Callable[[int, int], None]
BATCH = 5000
# Who may call is no part of the business: an installation has clients before it has any data.
ACCESS = (Client.__table__, Token.__table__)
TABLES = tuple(table for table in Base.metadata.sorted_tables if table not in ACCESS)
# Pages of a dozen indexes are touched by every batch; SQLite's own 2 MB would thrash.
_SQLITE_CACHE_KIB = 128 * 1024


def unseen(_done: int, _total: int) -> None:
    """Let progress pass unseen."""


def is_empty(session: Session) -> bool:
    """Tell whether the business has no data at all; clients do not count."""
    return all(session.execute(table.select().limit(1)).first() is None for table in TABLES)


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield rows in lists of a size that databases like."""
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


@contextmanager
def loading(database: Database) -> Iterator[Session]:
    """Open a transaction that writes much; whoever else would write waits for its end."""
    with database.writing() as session:
        if not is_sqlite(session):
            names = ", ".join(table.name for table in TABLES)
            session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
            yield session
            return
        usual = session.execute(text("PRAGMA cache_size")).scalar()
        session.execute(text(f"PRAGMA cache_size = -{_SQLITE_CACHE_KIB}"))
        yield session
        session.execute(text(f"PRAGMA cache_size = {usual}"))


class RowsRefused(Exception):
    """The database takes the row at `position` for wrong; the transaction cannot go on."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


def insert_rows(session: Session, name: str, rows: Sequence[Row]) -> None:
    """Insert rows with their ids into the table of this name; each of them has every column.

    Raises RowsRefused with the database's reason.
    """
    table, connection = Base.metadata.tables[name], session.connection()
    if is_sqlite(session):
        # No savepoint: SQLite would write down every page before changing it; an import of a
        # million appointments took 270 seconds with it, 105 without.
        _insert_one_by_one(connection, table, rows)
        return
    driver: Any = connection.dialect.loaded_dbapi
    try:
        with connection.begin_nested():
            _copy(connection, table, rows)
    except (driver.IntegrityError, driver.DataError):
        # One of them is wrong: which?
        _insert_one_by_one(connection, table, rows)
        raise


def numbered_tables() -> list[Table]:
    """Return the tables that number their rows."""
    return [table for table in TABLES if table.autoincrement_column is not None]


def last_id(connection: Connection, table: Table) -> int:
    """Return the largest id that was ever given in a table, 0 when none was."""
    if connection.dialect.name == "sqlite":
        query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :table"
        return int(connection.execute(text(query), {"table": table.name}).scalar_one())
    sequence = _sequence(connection, table)
    query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608
    return int(connection.execute(text(query)).scalar_one())


def set_last_id(connection: Connection, table: Table, last: int) -> None:
    """Let the next row of a table get the id after `last`; on PostgreSQL no rollback undoes it."""
    if connection.dialect.name == "sqlite":
        name = {"table": table.name, "last": last}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), name)
        if last:
            new = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"
            connection.execute(text(new), name)
        return
    value = {"sequence": _sequence(connection, table), "last": max(last, 1), "given": last > 0}
    connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :last, :given)"), value)


def count_on(session: Session) -> None:
    """Let ids go on after the largest there is, in all tables."""
    connection = session.connection()
    for table in numbered_tables():
        largest = connection.execute(select(func.max(table.c.id))).scalar()
        set_last_id(connection, table, largest or 0)


def settle(database: Database) -> None:
    """Let the database learn what it holds now, so that it plans its queries well."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("ANALYZE"))
            connection.commit()
            return
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in TABLES:
            alone.execute(text(f"VACUUM (ANALYZE) {table.name}"))


def _sequence(connection: Connection, table: Table) -> str:
    query = text("SELECT pg_get_serial_sequence(:table, 'id')")
    return str(connection.execute(query, {"table": table.name}).scalar_one())


def _insert_one_by_one(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    driver: Any = connection.dialect.loaded_dbapi
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in table.columns)
    statement = f"INSERT INTO {_target(connection, table)} VALUES ({marks})"  # noqa: S608 - ours
    cursor = connection.connection.cursor()
    for position, values in enumerate(_values(connection, table, rows)):
        try:
            cursor.execute(statement, values)
        except (driver.IntegrityError, driver.DataError) as error:
            raise RowsRefused(position, str(error).strip().partition("\n")[0]) from error
    cursor.close()


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    statement = f"COPY {_target(connection, table)} FROM STDIN"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for values in _values(connection, table, rows):
            copy.write_row(values)


def _target(connection: Connection, table: Table) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"{table.name} ({', '.join(quote(column.name) for column in table.columns)})"


def _values(connection: Connection, table: Table, rows: Iterable[Row]) -> Iterator[list[Any]]:
    """Yield the values of rows as the driver takes them."""
    columns = [(column.name, _binder(column.type, connection)) for column in table.columns]
    for row in rows:
        yield [bind(row[name]) if bind else row[name] for name, bind in columns]


def _binder(kind: Any, connection: Connection) -> Callable[[Any], Any] | None:
    binder: Callable[[Any], Any] | None = kind.dialect_impl(connection.dialect).bind_processor(
        connection.dialect
    )
    return binder
