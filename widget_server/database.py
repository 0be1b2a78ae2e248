"""How the program opens a database: one way for the ledger and the embedded backend.

SQLite waits for other writers instead of failing only if a transaction says from its first
statement that it will write; hence BEGIN IMMEDIATE for `writing()`. A transaction that upgrades
from reading to writing half-way fails at once, whatever the busy time-out says.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateSchema

from widget_server.errors import DomainError

BUSY_TIMEOUT_SECONDS = 10
# A worker's threads, and what goes on in the background.
POOL_SIZE = 10
READ_ONLY = "widget_server_read_only"
# By PostgreSQL's default each statement of a transaction may see another state.
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class OldTables(DomainError):
    """The tables are of an earlier version of this program."""

    def __init__(self) -> None:
        super().__init__("The tables are of an earlier version. Restart the server: it migrates.")


class Instant(TypeDecorator[datetime]):
    """A column type for moments: aware outside, UTC inside."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the moment into UTC; SQLite knows no zones, so it gets none."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say of a moment read that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


@dataclass(frozen=True)
class Database:
    """An open database; cheap to pass around, to be opened anew in each process."""

    engine: Engine
    # The PostgreSQL schema that the tables live in.
    schema: str | None = None
    # SQLite has one writer at a time and lets the others try again by chance: of 16 threads the
    # unluckiest waited ten times as long as when they take turns here.
    turn: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads: one consistent view, never in a writer's way."""
        with self.snapshot() as connection, Session(connection, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a reading transaction in which all is of one moment, however long it takes."""
        options = {READ_ONLY: True} if self.engine.dialect.name == "sqlite" else _SNAPSHOT
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: committed at the end, rolled back by an exception."""
        sqlite = self.engine.dialect.name == "sqlite"
        with (
            self.turn if sqlite else nullcontext(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Give every connection back, for instance before a fork."""
        self.engine.dispose()


def open_database(url: str, *, schema: str | None = None) -> Database:
    """Open the database at an SQLAlchemy URL; `schema` is the PostgreSQL schema to live in."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite(url))
    return Database(_postgresql(url, schema), schema)


def sqlite_url(path: Path) -> str:
    """Return the URL of the SQLite file at `path`."""
    return f"sqlite:///{path}"


def is_sqlite(session: Session) -> bool:
    """Tell which of the two dialects a statement will meet."""
    return session.get_bind().dialect.name == "sqlite"


def migrate(database: Database, migrations: Path) -> None:
    """Bring the schema up to date with the Alembic history in the folder `migrations`."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            _prepare_schema(connection, database.schema)
        command.upgrade(_alembic(connection, migrations), "head")
        connection.commit()


def check_tables(database: Database, migrations: Path) -> bool:
    """Touch the database; tell whether its tables are of this version, and not of a later one.

    Raises OldTables when they are of an earlier one, and what the database raises.
    """
    head, *earlier = revisions(migrations)
    with database.snapshot() as connection:
        present = revision(connection)
    # Without any tables none were made yet: that is earlier, too.
    if present in ("", *earlier):
        raise OldTables
    return present == head


def revision(connection: Connection) -> str:
    """Return the revision of the Alembic history that the schema is at."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@cache
def revisions(migrations: Path) -> tuple[str, ...]:
    """Return the revisions of the Alembic history in a folder, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(migrations)).walk_revisions())


def _prepare_schema(connection: Connection, schema: str | None) -> None:
    # Until the end of the transaction: several machines may start at once.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
    if schema:
        connection.execute(CreateSchema(schema, if_not_exists=True))


def _alembic(connection: Connection, migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    return config


def _sqlite(url: str) -> Engine:
    # What is written may be somebody's name: errors, which are logged, must not quote it.
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, hide_parameters=True
    )
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(_dialect: object, _record: object, args: list[str], _more: object) -> None:
    # People are in it: nobody else on this machine may read it, nor what SQLite keeps beside.
    if args[0] != ":memory:":
        Path(args[0]).touch(mode=0o600)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would open transactions of its own, and plain ones.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql(url: str, schema: str | None) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    options = {"options": f"-c search_path={schema},public -c timezone=UTC"} if schema else {}
    return create_engine(
        address,
        connect_args=options,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
    )
