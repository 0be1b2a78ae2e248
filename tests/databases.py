"""Databases for tests: SQLite files, and databases of one's own on a PostgreSQL server."""

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from widget_server.database import sqlite_url

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
Made = TypeVar("Made")


class Databases(Protocol):
    """Makes databases; each is dropped at the latest when the tests are over."""

    # What was made to be copied; see `kept`.
    originals: dict[object, Any]

    def new(self) -> str:
        """Return the URL of an empty database."""
        ...

    def copy(self, url: str) -> str:
        """Return the URL of a copy; nobody may be connected to the original."""
        ...

    def drop(self, url: str) -> None:
        """Drop a database."""
        ...


@dataclass
class SqliteFiles:
    """SQLite files in a folder."""

    folder: Path
    originals: dict[object, Any] = field(default_factory=dict)

    def new(self) -> str:
        return sqlite_url(self.folder / f"{uuid.uuid4().hex}.sqlite")

    def copy(self, url: str) -> str:
        copied = self.new()
        shutil.copyfile(make_url(url).database or "", make_url(copied).database or "")
        return copied

    def drop(self, url: str) -> None:
        Path(make_url(url).database or "").unlink(missing_ok=True)


@dataclass
class PostgresqlServer:
    """Databases on a server, named so that two runs never meet."""

    server: URL
    made: set[str] = field(default_factory=set)
    originals: dict[object, Any] = field(default_factory=dict)

    def new(self) -> str:
        return self._create("")

    def copy(self, url: str) -> str:
        return self._create(f' TEMPLATE "{make_url(url).database}"')

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.discard(url)

    def drop_all(self) -> None:
        for url in list(self.made):
            self.drop(url)

    def _create(self, how: str) -> str:
        name = f"widget_test_{os.getpid()}_{uuid.uuid4().hex[:12]}"
        self.execute(f'CREATE DATABASE "{name}"{how}')
        url = self.server.set(drivername="postgresql", database=name)
        self.made.add(url.render_as_string(hide_password=False))
        return url.render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        engine = create_engine(
            self.server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def kept(databases: Databases, key: object, make: Callable[[], Made]) -> Made:
    """Return what `make` makes, of the first time that `key` was asked for: an original to copy.

    A session's fixture would not do: where tests on both kinds of databases alternate, one with
    parameters is made anew at each turn.
    """
    if key not in databases.originals:
        databases.originals[key] = make()
    made: Made = databases.originals[key]
    return made


def postgresql_server() -> PostgresqlServer:
    """Return the server for tests; without one, skip, or fail where one is demanded."""
    server = PostgresqlServer(make_url(os.environ.get("TEST_DATABASE_URL", POSTGRESQL)))
    try:
        server.execute("SELECT 1")
    except OperationalError:
        missing("No PostgreSQL server answers; TEST_DATABASE_URL can name one.")
    return server


def missing(what: str) -> None:
    """Skip a test for want of a server, unless the servers are demanded."""
    if os.environ.get("DEMAND_SERVICES"):
        pytest.fail(what)
    pytest.skip(what)
