"""The databases: whether they answer, whether their tables are of this version, and take writing.

Nothing is made and nothing stays: what a first start would make is told, what is written for a try
is rolled back.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from widget_server import backend, database
from widget_server.booking import ledger
from widget_server.database import Database
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.prepare import open_backend, open_ledger
from widget_server.settings import Settings

NOT_YET = "its tables are made at the first start"


def of_ledger(settings: Settings) -> Iterator[Finding]:
    """Look at the ledger."""
    return _looked_at("ledger", settings, open_ledger(settings), ledger.MIGRATIONS)


def of_backend(settings: Settings) -> Iterator[Finding]:
    """Look at the embedded backend's database."""
    return _looked_at("backend", settings, open_backend(settings), backend.MIGRATIONS)


def is_ready(settings: Settings) -> bool:
    """Tell whether the embedded backend's tables are there, and of this version."""
    if _is_missing("backend", settings):
        return False
    opened = open_backend(settings)
    try:
        with opened.snapshot() as connection:
            return database.revision(connection) == database.revisions(backend.MIGRATIONS)[0]
    except DBAPIError:
        return False
    finally:
        opened.close()


def _looked_at(
    name: str, settings: Settings, opened: Database, migrations: Path
) -> Iterator[Finding]:
    if _is_missing(name, settings):
        raise CannotCheck(NOT_YET)
    try:
        with opened.snapshot() as connection:
            yield ok(f"{name} database", _version(connection))
            there = database.revision(connection)
        yield _history(name, there, database.revisions(migrations))
        if there:
            _write(opened)
            yield ok(f"{name} writing", "a try, rolled back")
    except DBAPIError as error:
        do = "Look at DATABASE_URL, and whether the database runs."
        if opened.schema is None:
            do = "Look at the file in DATA_DIR, and at free space."
        reason = str(error.orig).strip().partition("\n")[0]
        yield fix(f"{name} database", f"cannot be used: {reason}", do)
    finally:
        opened.close()


def _is_missing(name: str, settings: Settings) -> bool:
    # To open an SQLite file makes it.
    file = settings.data_dir / f"{name}.sqlite"
    return settings.database_url is None and not file.exists()


def _version(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def _history(name: str, there: str, known: Sequence[str]) -> Finding:
    called = f"{name} tables"
    if there == known[0]:
        return ok(called, f"version {there}, the newest")
    if not there:
        return warning(called, "not there", f"Start the server: {NOT_YET}.")
    if there in known:
        do = "Start the server: it brings them up to date."
        return warning(called, f"version {there}, and {known[0]} is the newest", do)
    do = "Install the version of this program that made them, or a newer one."
    return fix(called, f"version {there} is not known: it is of a newer program", do)


def _write(opened: Database) -> None:
    with opened.writing() as session:
        session.execute(text("CREATE TABLE widget_server_doctor (id INTEGER)"))
        session.rollback()
