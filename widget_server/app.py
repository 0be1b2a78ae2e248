"""The one place where the parts are built and joined."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_caching import Cache as FlaskCache
from werkzeug.middleware.proxy_fix import ProxyFix

from widget_server.backend.app import create_backend_app
from widget_server.backend.changes import Change
from widget_server.backend.config import BackendConfig
from widget_server.backend.webhooks.delivering import deliveries, handler
from widget_server.backend.webhooks.sending import Sender
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.transport import Transport, embedded
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import HOLD, ManageLinks
from widget_server.booking.settle import settle_all
from widget_server.caching.cache import Cache
from widget_server.caching.flask_store import FlaskStore
from widget_server.catalogue.catalogue import Catalogue, Freshness
from widget_server.catalogue.invalidate import invalidate
from widget_server.clock import Clock, SystemClock
from widget_server.observability.logs import configure_logs, log_requests
from widget_server.outbox import deliver_due, deliver_for_ever
from widget_server.prepare import Prepared, open_backend, open_ledger, prepare
from widget_server.settings import Settings
from widget_server.site import DEFAULT_SITE
from widget_server.web import register_web
from widget_server.web.api.ready import ReadyAnswers
from widget_server.web.parts import EXTENSION, Parts
from widget_server.web.security.limits import Limits
from widget_server.web.security.origins import OriginPolicy
from widget_server.web.widget_script.files import WidgetFiles, built_widget

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# The embedded backend is at most this far behind: a read of it is a function call.
EMBEDDED_PAGE_SIZE = 100
BACKEND_PATHS = ("/api/v2/", "/auth/token")
MAX_BODY_BYTES = 64 * 1024
# What each worker does besides answering, by the embedded backend's leave.
BACKGROUND = "widget_server.background"


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Build the application; without settings they are read from the environment."""
    settings = settings or Settings.from_env(os.environ)
    clock = clock or SystemClock()
    configure_logs()
    prepared = prepare(settings, clock)
    app = Flask(__name__, template_folder=str(templates()), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    cache = _cache(app, settings, clock)
    backend = None if settings.account else _backend(settings, clock, cache)
    client = _client(settings, prepared, clock, backend)
    app.extensions[EXTENSION] = _parts(settings, prepared, clock, cache, client)
    register_web(app)
    log_requests(app)
    tasks = () if backend is None else (partial(deliver_webhooks, settings, clock),)
    app.extensions[BACKGROUND] = tasks
    if backend is not None and settings.backend_api:
        beside = _beside(app.wsgi_app, backend.wsgi_app)
        app.wsgi_app = beside  # type: ignore[method-assign, assignment]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, hops)  # type: ignore[method-assign]
    return app


def start_background(app: Flask) -> None:
    """Start what a worker does besides answering; once in each, after the fork."""
    parts: Parts = app.extensions[EXTENSION]
    for task in (partial(_settle_for_ever, parts.desk), *app.extensions[BACKGROUND]):
        threading.Thread(target=task, daemon=True).start()


def deliver_webhooks(settings: Settings, clock: Clock, *, once: bool = False) -> int:
    """Deliver the embedded backend's webhooks: what is due, or until the process ends."""
    database = open_backend(settings)
    outbox = deliveries(database, clock)
    send = handler(database, clock, Sender(frozenset(settings.webhook_hosts)))
    if once:
        return deliver_due(outbox, send)
    deliver_for_ever(outbox, send, threading.Event())
    return 0


def templates() -> Path:
    """Return where the templates are: inside the installed package, else in the checkout."""
    package = Path(__file__).parent
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"


def _cache(app: Flask, settings: Settings, clock: Clock) -> Cache:
    storage = FlaskCache(
        app,
        config={
            "CACHE_TYPE": "widget_server.caching.shared_file.SharedFileCache",
            "CACHE_DIR": str(settings.data_dir),
        },
    )
    return Cache(FlaskStore(storage.cache), clock, DEFAULT_SITE)


def _backend(settings: Settings, clock: Clock, cache: Cache) -> Flask:
    def on_change(change: Change) -> None:
        invalidate(cache, change.kind, change.spans)

    config = BackendConfig(webhook_hosts=frozenset(settings.webhook_hosts))
    return create_backend_app(config, open_backend(settings), clock, on_change)


def _client(
    settings: Settings, prepared: Prepared, clock: Clock, backend: Flask | None
) -> BookablesitesClient:
    account = settings.account
    if account:
        transport = Transport(account.origin, timeout_seconds=account.timeout_seconds)
        contract = Contract(account.api_path, account.page_size, account.extensions)
        token_path = account.api_path + account.token_path
    elif backend:
        transport = embedded(backend.wsgi_app)
        contract = Contract(page_size=EMBEDDED_PAGE_SIZE, extended=True)
        token_path = "/api/v2/token"  # noqa: S105 - a path
    credentials = Credentials(prepared.client_id, prepared.client_secret)
    tokens = AccessTokens(transport, token_path, credentials, clock)
    return BookablesitesClient(transport, tokens, contract)


def _parts(
    settings: Settings,
    prepared: Prepared,
    clock: Clock,
    cache: Cache,
    client: BookablesitesClient,
) -> Parts:
    freshness = Freshness(
        offer=timedelta(seconds=settings.catalogue_fresh_seconds),
        busy=timedelta(seconds=settings.slots_fresh_seconds),
    )
    desk = Desk(
        catalogue=Catalogue(client, cache, clock, freshness, _overrules(settings)),
        ledger=Ledger(open_ledger(settings), DEFAULT_SITE),
        links=ManageLinks(prepared.signing_keys, DEFAULT_SITE),
        hold_links=ManageLinks(prepared.signing_keys, DEFAULT_SITE, HOLD),
        clock=clock,
    )
    return Parts(
        desk=desk,
        origins=OriginPolicy(settings.allowed_origins, demo=settings.demo),
        limits=Limits(on=settings.rate_limits, demo=settings.demo),
        widget=WidgetFiles(built_widget()),
        ready_answers=ReadyAnswers(),
        public_url=settings.public_url,
        demo=settings.demo,
    )


def _overrules(settings: Settings) -> Mapping[str, Any]:
    business = settings.business
    return {
        "name": business.name,
        "timezone": business.timezone,
        "currency": business.currency,
        "languages": list(business.languages),
    }


def _beside(visitors: WsgiApp, backend: WsgiApp) -> WsgiApp:
    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_backends = environ["PATH_INFO"].startswith(BACKEND_PATHS)
        return (backend if is_backends else visitors)(environ, start_response)

    return dispatch


def _settle_for_ever(desk: Desk) -> None:
    pause = threading.Event()
    while not pause.wait(desk.period.total_seconds()):
        settle_all(desk)
