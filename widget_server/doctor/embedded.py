"""The embedded backend: whether it answers the client that this server itself is."""

from collections.abc import Iterator

from widget_server.app import embedded_client
from widget_server.backend.app import create_backend_app
from widget_server.backend.config import BackendConfig
from widget_server.bookablesites.auth import Credentials
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.bookablesites.errors import CredentialsRefused
from widget_server.clock import Clock
from widget_server.doctor.databases import is_ready
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.prepare import known_credentials, open_backend
from widget_server.settings import Settings


def answers(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Ask it for what visitors need, in this process, with the server's own credentials."""
    credentials = known_credentials(settings)
    if credentials is None or not is_ready(settings):
        raise CannotCheck("the server has not been started yet in this version")
    database = open_backend(settings)
    try:
        backend = create_backend_app(BackendConfig(), database, clock)
        yield from _offer(embedded_client(backend, Credentials(*credentials), clock))
    except CredentialsRefused:
        do = "Start the server: it gives itself the credentials that are set, or in DATA_DIR."
        yield fix("backend", "refuses the server's own credentials", do)
    finally:
        database.close()


def _offer(client: BookablesitesClient) -> Iterator[Finding]:
    client.settings()
    services, employees = client.services(), client.employees()
    seen = f"answers: {len(services)} services, {len(employees)} employees"
    if not services or not employees:
        do = "Enter some by its API (docs/backend.md), or see the demo: DEMO=on."
        yield warning("backend", seen, do)
    else:
        yield ok("backend", seen)
