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
from widget_server.clock import Clock
from widget_server.database import Database, open_database, sqlite_url
from widget_server.settings import Settings

OWN_CLIENT = "widget-server"
ALL_SCOPES = ("*",)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The secrets that this installation works with."""

    client_id: str
    client_secret: str
    signing_keys: tuple[str, ...]

    def __repr__(self) -> str:
        """Tell no secret."""
        return f"Prepared({self.client_id!r})"


def prepare(settings: Settings, clock: Clock) -> Prepared:
    """Create what is missing: folder, keys, tables, credentials, demo data."""
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "prepare.lock"):
        signing_keys = (settings.secret_key or _made_key(folder), *settings.secret_keys_previous)
        database = open_ledger(settings)
        ledger.migrate(database)
        database.close()
        if settings.account:
            account = settings.account
            return Prepared(account.client_id, account.client_secret, signing_keys)
        return Prepared(*_prepare_backend(settings, clock), signing_keys)


def open_ledger(settings: Settings) -> Database:
    """Open the ledger's database."""
    return _open(settings, "ledger")


def open_backend(settings: Settings) -> Database:
    """Open the embedded backend's database."""
    return _open(settings, "backend")


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
    if settings.embedded_client_id and settings.embedded_client_secret:
        return settings.embedded_client_id, settings.embedded_client_secret
    path = settings.data_dir / "credentials.json"
    if not path.exists():
        made = {
            "client_id": settings.embedded_client_id or OWN_CLIENT,
            "client_secret": settings.embedded_client_secret or secrets.token_urlsafe(32),
        }
        _write_private(path, json.dumps(made, indent=2) + "\n")
    known = json.loads(path.read_text(encoding="utf-8"))
    return known["client_id"], known["client_secret"]


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
