"""`widget-server backend`: look after the embedded booking system's own data.

Every command brings the tables up to date first. Whatever goes wrong is told in one sentence, with
exit status 1; 2 when the command itself makes no sense.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

import click
from sqlalchemy.exc import DBAPIError

from widget_server.backend import bulk
from widget_server.backend.app import known_scopes
from widget_server.backend.auth import create_client, list_clients, revoke_client
from widget_server.backend.seed import seed_demo
from widget_server.backend.seed.large import seed_large
from widget_server.backend.transfer import export_lines, import_lines, read_lines
from widget_server.clock import SystemClock
from widget_server.database import Database
from widget_server.errors import DomainError
from widget_server.prepare import backend_alone, own_client
from widget_server.settings import Settings

_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LONGEST_NAME = 200
_TELL_EVERY = 1024 * 1024


@click.group("backend")
def command() -> None:
    """Look after the embedded booking system: tables, clients, data."""


@command.command("migrate")
def migrate() -> None:
    """Bring the tables up to date."""
    with _opened(_settings()):
        click.echo("The tables are up to date.")


@command.group("client")
def client() -> None:
    """Say which programs may call the API."""


@client.command("create")
@click.option("--name", required=True, help="What the client is called.")
@click.option("--id", "client_id", help="Its id; made up without it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("*",),
    show_default=True,
    help="*, *:read, *:write, or like customers:read; several times for several.",
)
def create(name: str, client_id: str | None, scopes: Sequence[str]) -> None:
    """Create a client; its secret is shown this once."""
    settings = _settings()
    _check_client(name.strip(), client_id, scopes)
    with _opened(settings) as database:
        taken = {own_client(settings), *(known.id for known in list_clients(database))}
        if client_id in taken:
            raise click.ClickException(f"There is a client {client_id} already.")
        made = create_client(database, name.strip(), scopes, client_id, clock=SystemClock())
    for field, value in zip(("client_id", "client_secret"), made, strict=True):
        click.echo(f"{field}: {value}")


@client.command("revoke")
@click.argument("client_id", metavar="ID")
def revoke(client_id: str) -> None:
    """Refuse a client and its tokens from now on, for good."""
    settings = _settings()
    if client_id == own_client(settings):
        raise click.ClickException("This is the server's own client; it needs it to work.")
    with _opened(settings) as database:
        revoke_client(database, client_id, SystemClock().now())
    click.echo(f"{client_id} is revoked.")


@client.command("list")
def list_all() -> None:
    """List the clients, one a line: id, state, scopes, name."""
    with _opened(_settings()) as database:
        for known in list_clients(database):
            state = "revoked" if known.revoked_at else "active"
            click.echo("\t".join((known.id, state, ",".join(known.scopes), known.name)))


@command.command("seed")
@click.option(
    "--size",
    type=click.Choice(("small", "large")),
    default="small",
    show_default=True,
    help="small: the demo business; large: a million appointments.",
)
def seed(size: str) -> None:
    """Fill an empty backend with a made-up business."""
    now = SystemClock().now()
    with _opened(_settings()) as database:
        if size == "small":
            written = seed_demo(database, now)
        else:
            with _progress("Writing") as progress:
                written = seed_large(database, now, progress=progress)
    if not written:
        raise click.ClickException("There are data already; only an empty backend can be filled.")
    click.echo("The made-up business is there.")


@command.command("export")
@click.argument("file", default="-", type=click.Path(allow_dash=True, dir_okay=False))
def export(file: str) -> None:
    """Write everything to FILE, or to the standard output; it holds secrets."""
    with (
        _opened(_settings()) as database,
        _written_whole(file) as stream,
        _progress("Exporting") as progress,
    ):
        for line in export_lines(database, progress):
            stream.write(line)


@command.command("import")
@click.argument("file", default="-", type=click.Path(allow_dash=True, dir_okay=False))
def import_(file: str) -> None:
    """Fill an empty backend from FILE, or from the standard input: all of it, or nothing."""
    with (
        _opened(_settings()) as database,
        click.open_file(file, "rb") as stream,
        _progress("Importing") as progress,
    ):
        size = os.fstat(stream.fileno()).st_size
        rows = import_lines(database, _seen(read_lines(stream), size, progress))
    click.echo(f"{rows} rows imported.")


def _seen(lines: Iterable[bytes], size: int, progress: bulk.Progress) -> Iterator[bytes]:
    """Hand lines through; a pipe, whose size is unknown, shows no progress."""
    done = told = 0
    for line in lines:
        done += len(line)
        if size and done - told >= _TELL_EVERY:
            progress(done, size)
            told = done
        yield line


@contextmanager
def _written_whole(file: str) -> Iterator[IO[bytes]]:
    """Open a file that only its owner can read, to be there whole or not at all."""
    if file == "-":
        yield sys.stdout.buffer
        return
    path = Path(file).resolve()
    if path.exists() and not path.is_file():
        # A pipe or a device; a file moved there would take its place.
        with path.open("wb") as stream:
            yield stream
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _settings() -> Settings:
    settings = Settings.from_env(os.environ, serving=False)
    if settings.account:
        raise click.ClickException("With BOOKABLESITES_URL there is no embedded backend.")
    return settings


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    """Open the database; say in one sentence what goes wrong with it."""
    try:
        with backend_alone(settings) as database:
            yield database
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise click.ClickException(f"The database cannot be used: {reason}") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'A file'}: {error.strerror}.") from None


@contextmanager
def _progress(label: str) -> Iterator[bulk.Progress]:
    """Draw a bar beside what is printed."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


def _check_client(name: str, client_id: str | None, scopes: Sequence[str]) -> None:
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        _refuse("--name", f"must have 1 to {_LONGEST_NAME} printable characters")
    if client_id is not None and not _CLIENT_ID.fullmatch(client_id):
        _refuse("--id", "takes up to 64 letters, digits, dots, dashes and underscores")
    known = known_scopes()
    for scope in scopes:
        if scope not in known:
            _refuse("--scope", f"does not know {scope}; there are {', '.join(known)}")


def _refuse(option: str, why: str) -> NoReturn:
    raise click.UsageError(f"{option} {why}.")
