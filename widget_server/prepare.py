"""What must be there before the first worker serves; done once, under a lock, safe to repeat."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from widget_server import backend
from widget_server.backend.auth import create_client
from widget_server.backend.seed import seed_demo
from widget_server.booking import ledger
from widget_server.catalogue.schedules_file import read_schedules
from widget_server.clock import Clock
from widget_server.database import Database, check_tables, open_database, sqlite_url
from widget_server.settings import Settings, SettingsError
from widget_server.shapes import Schedules, ShapeError
from widget_server.web.widget_script.files import KEPT_FOLDER, built_widget, keep_pieces

OWN_CLIENT = "widget-server"
ALL_SCOPES = ("*",)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The secrets that this installation works with, and what it knows besides the account."""

    client_id: str
    client_secret: str
    signing_keys: tuple[str, ...]
    schedules: Schedules

    def __repr__(self) -> str:
        """Tell no secret."""
        return f"Prepared({self.client_id!r})"


def prepare(settings: Settings, clock: Clock) -> Prepared:
    """Create what is missing: folder, keys, tables, credentials, demo data, kept widget pieces.

    Raises SettingsError for a schedules file that cannot be read.
    """
    schedules = _schedules(settings)
    folder = settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / "prepare.lock"):
        keep_pieces(built_widget(), folder / KEPT_FOLDER, clock.now())
        signing_keys = (settings.secret_key or _made_key(folder), *settings.secret_keys_previous)
        database = open_ledger(settings)
        ledger.migrate(database)
        database.close()
        if settings.account:
            account = settings.account
            return Prepared(account.client_id, account.client_secret, signing_keys, schedules)
        return Prepared(*_prepare_backend(settings, clock), signing_keys, schedules)


def _schedules(settings: Settings) -> Schedules:
    path = settings.schedules_file
    try:
        return read_schedules(path) if path else Schedules()
    except ShapeError as error:
        raise SettingsError(f"SCHEDULES_FILE {path}: {error.field} {error.message}.") from None


def open_ledger(settings: Settings) -> Database:
    """Open the ledger's database."""
    return _open(settings, "ledger")


def open_backend(settings: Settings) -> Database:
    """Open the embedded backend's database."""
    return _open(settings, "backend")


def ledger_is_current(database: Database) -> bool:
    """Tell whether the ledger's tables are of this version, and not of a later one."""
    return check_tables(database, ledger.MIGRATIONS)


def backend_is_current(database: Database) -> bool:
    """Tell whether the embedded backend's tables are of this version, and not of a later one."""
    return check_tables(database, backend.MIGRATIONS)


@contextmanager
def backend_alone(settings: Settings) -> Iterator[Database]:
    """Open the embedded backend's database, its tables up to date; nothing else is prepared."""
    folder = settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_backend(settings)
    try:
        with _locked(folder / "prepare.lock"):
            backend.migrate(database)
        yield database
    finally:
        database.close()


def known_credentials(settings: Settings) -> tuple[str, str] | None:
    """Return the embedded backend's client id and secret of this server; None: not made yet."""
    if settings.embedded_client_id and settings.embedded_client_secret:
        return settings.embedded_client_id, settings.embedded_client_secret
    path = _credentials_file(settings)
    if not path.exists():
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    return known["client_id"], known["client_secret"]


def own_client(settings: Settings) -> str:
    """Return the id of the client that the server itself is, with the embedded backend."""
    return settings.embedded_client_id or OWN_CLIENT


def _open(settings: Settings, name: str) -> Database:
    """Open a schema of the PostgreSQL database, or the SQLite file of the same name."""
    if settings.database_url:
        return open_database(settings.database_url, schema=name)
    return open_database(sqlite_url(settings.data_dir / f"{name}.sqlite"))


def _prepare_backend(settings: Settings, clock: Clock) -> tuple[str, str]:
    database = open_backend(settings)
    try:
        backend.migrate(database)
        credentials = _credentials(settings)
        create_client(database, OWN_CLIENT, ALL_SCOPES, *credentials)
        if settings.demo:
            seed_demo(database, clock.now())
    finally:
        database.close()
    return credentials


def _credentials(settings: Settings) -> tuple[str, str]:
    return known_credentials(settings) or _made_credentials(settings)


def _made_credentials(settings: Settings) -> tuple[str, str]:
    client_id = own_client(settings)
    secret = settings.embedded_client_secret or secrets.token_urlsafe(32)
    made = {"client_id": client_id, "client_secret": secret}
    _write_private(_credentials_file(settings), json.dumps(made, indent=2) + "\n")
    return client_id, secret


def _credentials_file(settings: Settings) -> Path:
    return settings.data_dir / "credentials.json"


def _made_key(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48) + "\n")
    return path.read_text(encoding="utf-8").strip()


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
