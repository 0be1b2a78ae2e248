"""The one place where the parts are built and joined."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from widget_server.backend.app import create_backend_app
from widget_server.backend.changes import Change, OnChange
from widget_server.backend.config import CALLS_PER_MINUTE, BackendConfig
from widget_server.backend.rules.timing import CANCELED, RESCHEDULED, STATUS_CHANGED
from widget_server.backend.strict import strict
from widget_server.backend.webhooks.delivering import deliveries, handler
from widget_server.backend.webhooks.sending import Sender
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.observing import Nobody, Observer, Watched
from widget_server.bookablesites.transport import embedded
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import DECIDE, HOLD, ManageLinks
from widget_server.booking.messages.delivering import mails
from widget_server.booking.messages.telling import look_again
from widget_server.booking.reconcile import Round, settle_all, settle_for_ever
from widget_server.booking.revoke import revoke_links
from widget_server.caching.cache import Cache, Window
from widget_server.caching.failures import Failures
from widget_server.caching.store import Store
from widget_server.caching.switching import Switching
from widget_server.catalogue.catalogue import Catalogue, Freshness, Knowledge
from widget_server.catalogue.invalidate import invalidate
from widget_server.catalogue.sources import source_named
from widget_server.catalogue.sources.told import Differences
from widget_server.clock import Clock, SystemClock, SystemTicks, Ticks
from widget_server.database import Database
from widget_server.mailing import postman, teller
from widget_server.observability.logs import configure_logs, log_requests
from widget_server.observability.metrics import Metrics, folder_of
from widget_server.outbox import Handler, Outbox, deliver_due, deliver_for_ever
from widget_server.prepare import (
    Prepared,
    backend_is_current,
    ledger_is_current,
    open_backend,
    open_ledger,
    prepare,
)
from widget_server.remote import mirror_of, remote_client, waiting_room
from widget_server.request_bodies import WsgiApp, whole_bodies
from widget_server.settings import Settings
from widget_server.shared import Shared
from widget_server.site import DEFAULT_SITE
from widget_server.vitals import checks, lengths
from widget_server.web import register_web
from widget_server.web.api.door import Door
from widget_server.web.api.readiness import Readiness
from widget_server.web.api.ready import ReadyAnswers
from widget_server.web.parts import EXTENSION, Parts, Watch
from widget_server.web.security.bot_defence import BotDefence
from widget_server.web.security.guesses import Guesses
from widget_server.web.security.limits import READS_AT_A_TIME, Limits
from widget_server.web.security.origins import OriginPolicy
from widget_server.web.webhooks.hooks import Hooks
from widget_server.web.widget_script.files import KEPT_FOLDER, WidgetFiles, built_widget

# The most that it gives: a read of the embedded backend is a function call.
EMBEDDED_PAGE_SIZE = 100
BACKEND_PATHS = ("/api/v2/", "/auth/token")
# Of a body, of a form, of a form's parts: more than any visitor could mean.
_MOST = {"MAX_CONTENT_LENGTH": 64 * 1024, "MAX_FORM_MEMORY_SIZE": 64 * 1024, "MAX_FORM_PARTS": 200}
# What a business offers changes seldom, and is told of when it does where that can be.
OFFER_WINDOW = Window(timedelta(minutes=5), timedelta(days=1))
# What waits to leave the house, and what takes it there.
DELIVERIES = "widget_server.deliveries"
Delivery = tuple[Outbox[Any], Handler]
# Has the bookings in one of the platform's appointments looked at.
Look = Callable[[int], None]
# What staff do to an appointment that its visitors should hear of.
LOOKED_AT = (CANCELED, RESCHEDULED, STATUS_CHANGED)


@dataclass(frozen=True, slots=True)
class Databases:
    """What the process has open; nothing connects before it is used."""

    ledger: Database
    backend: Database


def create_app(
    settings: Settings | None = None, clock: Clock | None = None, ticks: Ticks | None = None
) -> Flask:
    """Build the application; without settings they are read from the environment."""
    settings = settings or Settings.from_env(os.environ)
    clock, ticks = clock or SystemClock(), ticks or SystemTicks()
    configure_logs()
    prepared = prepare(settings, clock)
    app = Flask(__name__, template_folder=str(templates()), static_folder=None)
    app.config.update(_MOST)
    # Each address is written in one way; another one is not redirected, but unknown.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    keys = prepared.signing_keys
    shared = Shared.by_workers(app, settings.data_dir, settings.redis_url, keys)
    metrics = Metrics(folder_of(settings.data_dir), clock.now())
    # The embedded backend is never slow enough for anybody to be sent away.
    room = waiting_room(settings.account, ticks) if settings.account else None
    failures = Failures(ticks=ticks)
    cache = Cache(shared.store, clock, DEFAULT_SITE, room, failures=failures, observer=metrics)
    databases = Databases(open_ledger(settings), open_backend(settings))
    ledger = Ledger(databases.ledger, DEFAULT_SITE, teller(settings))
    config = _backend_config(settings)
    look = None
    if settings.mails:
        look = partial(look_again, mails(databases.ledger, clock), ledger, DEFAULT_SITE)
    backend = None
    if not settings.account:
        listener = _listener(cache, look)
        backend = create_backend_app(config, databases.backend, clock, listener)
    client = _client(settings, prepared, clock, backend, metrics)
    catalogue = _catalogue(settings, prepared, cache, client, clock, metrics)
    desk = _desk(prepared, catalogue, ledger, clock, metrics)
    app.extensions[DELIVERIES] = tuple(_deliveries(settings, clock, desk, databases))
    watch = _watch(settings, metrics, desk, databases, shared.store, app.extensions[DELIVERIES])
    hooks = _hooks(settings, shared, look, ticks)
    parts = _parts(settings, keys, desk, shared, watch, hooks)
    app.extensions[EXTENSION] = parts
    register_web(app)
    log_requests(app, metrics.answered)
    shown = _shown(settings, config, backend) if backend is not None else None
    app.wsgi_app = _behind_doors(app.wsgi_app, settings, parts, shown)  # type: ignore[method-assign, assignment]
    return app


def start_background(app: Flask) -> None:
    """Start what a worker does besides answering; once in each, after the fork."""
    parts: Parts = app.extensions[EXTENSION]
    parts.watch.metrics.begin()
    settle = partial(settle_for_ever, parts.desk, threading.Event())
    threading.Thread(target=settle, daemon=True).start()
    keep_up = partial(parts.desk.client.keep_up, lambda: parts.catalogue.offer().value.zone)
    threading.Thread(target=keep_up, args=(threading.Event(),), daemon=True).start()
    start_deliveries(app)


def start_deliveries(app: Flask) -> list[threading.Thread]:
    """Start delivering what waits to leave the house; return the threads that do."""
    threads = [
        threading.Thread(
            target=deliver_for_ever, args=(outbox, handler, threading.Event()), daemon=True
        )
        for outbox, handler in app.extensions[DELIVERIES]
    ]
    for thread in threads:
        thread.start()
    return threads


def deliver_once(app: Flask) -> int:
    """Deliver what is due; return how many attempts that took."""
    return sum(deliver_due(outbox, handler) for outbox, handler in app.extensions[DELIVERIES])


def reconcile_once(app: Flask) -> Round:
    """Bring to rest what nobody has touched for a while, whoever else does so at this moment."""
    parts: Parts = app.extensions[EXTENSION]
    return settle_all(parts.desk)


def reconcile_for_ever(app: Flask, stop: threading.Event) -> None:
    """Bring every record to rest, until told to stop."""
    parts: Parts = app.extensions[EXTENSION]
    settle_for_ever(parts.desk, stop)


def revoke(app: Flask, booking: str) -> str:
    """Revoke every link to a booking, given by its id or a link; return its new one."""
    parts: Parts = app.extensions[EXTENSION]
    return f"{parts.public_url or ''}/manage/{revoke_links(parts.desk, booking)}"


def embedded_client(
    backend: Flask, credentials: Credentials, clock: Clock, observer: Observer | None = None
) -> BookablesitesClient:
    """Return the client of the embedded backend, which is called in this process."""
    transport = Watched(embedded(backend.wsgi_app), observer or Nobody(), SystemTicks())
    contract = Contract(page_size=EMBEDDED_PAGE_SIZE, extended=True)
    tokens = AccessTokens(transport, "/api/v2/token", credentials, clock)
    return BookablesitesClient(transport, tokens, contract)


def templates() -> Path:
    """Return where the templates are: inside the installed package, else in the checkout."""
    package = Path(__file__).parent
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"


def _watch(
    settings: Settings,
    metrics: Metrics,
    desk: Desk,
    databases: Databases,
    store: Store,
    delivered: Iterable[Delivery],
) -> Watch:
    tables = {"ledger": partial(ledger_is_current, databases.ledger)}
    if not settings.account:
        tables["backend"] = partial(backend_is_current, databases.backend)
    is_away = store.is_away if isinstance(store, Switching) else None
    widget = WidgetFiles(built_widget())
    return Watch(
        metrics=metrics,
        readiness=Readiness(checks(desk, widget, settings.data_dir, tables, is_away)),
        lengths=lengths(desk, [outbox for outbox, _ in delivered]),
        token=settings.metrics_token,
    )


def _listener(cache: Cache, look: Look | None) -> OnChange:
    """Return what the backend tells its changes; `look` is given appointments to look at."""

    def on_change(change: Change) -> None:
        invalidate(cache, change.kind, change.spans, change.employees)
        if look and change.event in LOOKED_AT:
            for appointment in change.ids:
                look(appointment)

    return on_change


def _deliveries(
    settings: Settings, clock: Clock, desk: Desk, databases: Databases
) -> Iterator[Delivery]:
    ledger, backend = databases.ledger, databases.backend
    if not settings.account:
        sender = Sender(frozenset(settings.webhook_hosts))
        yield deliveries(backend, clock), handler(backend, clock, sender)
    if settings.mails:
        yield mails(ledger, clock), postman(settings, settings.mails, desk, ledger, templates())


def _backend_config(settings: Settings) -> BackendConfig:
    return BackendConfig(
        webhook_hosts=frozenset(settings.webhook_hosts),
        calls_per_minute=CALLS_PER_MINUTE if settings.rate_limits else None,
    )


def _shown(settings: Settings, config: BackendConfig, backend: Flask) -> WsgiApp | None:
    """Return the backend as the outside sees it, if it does; this server always sees all of it."""
    if not settings.backend_api:
        return None
    if settings.backend_strict:
        return strict(backend.wsgi_app, config)
    return backend.wsgi_app


def _behind_doors(
    app: WsgiApp, settings: Settings, parts: Parts, backend: WsgiApp | None
) -> WsgiApp:
    """Return the application behind all that a request passes before it."""
    door: WsgiApp = Door(
        app, parts.ready_answers, parts.limits, parts.desk.clock, parts.watch.metrics
    )
    if backend is not None:
        door = _beside(door, backend)
    whole, hops = whole_bodies(door), settings.trusted_proxies
    return ProxyFix(whole, hops, hops, hops, 0, hops) if hops else whole


def _client(
    settings: Settings,
    prepared: Prepared,
    clock: Clock,
    backend: Flask | None,
    metrics: Metrics,
) -> BookablesitesClient:
    credentials = Credentials(prepared.client_id, prepared.client_secret)
    if backend is not None:
        return embedded_client(backend, credentials, clock, metrics)
    assert settings.account  # noqa: S101 - there is one where there is no backend
    share = settings.web_concurrency
    client = remote_client(settings.account, share, credentials, clock, metrics)
    return client.mirrored(mirror_of(settings.account, share, settings.data_dir, clock))


def _catalogue(
    settings: Settings,
    prepared: Prepared,
    cache: Cache,
    client: BookablesitesClient,
    clock: Clock,
    metrics: Metrics,
) -> Catalogue:
    def noted(found: Differences) -> None:
        metrics.compared(found.agreed, len(found.only_computed), len(found.only_platform))

    freshness = Freshness(
        offer=OFFER_WINDOW,
        busy=_window(settings.slots_fresh_seconds, settings.slots_stale_seconds),
    )
    source = source_named(settings.availability_source)
    knowledge = Knowledge(source, prepared.schedules, noted)
    return Catalogue(client, cache, clock, freshness, _overrules(settings), knowledge)


def _desk(
    prepared: Prepared, catalogue: Catalogue, ledger: Ledger, clock: Clock, metrics: Metrics
) -> Desk:
    return Desk(
        catalogue=catalogue,
        ledger=ledger,
        links=ManageLinks(prepared.signing_keys, DEFAULT_SITE),
        hold_links=ManageLinks(prepared.signing_keys, DEFAULT_SITE, HOLD),
        decide_links=ManageLinks(prepared.signing_keys, DEFAULT_SITE, DECIDE),
        clock=clock,
        observer=metrics,
    )


def _parts(
    settings: Settings,
    keys: Sequence[str],
    desk: Desk,
    shared: Shared,
    watch: Watch,
    hooks: Hooks | None,
) -> Parts:
    return Parts(
        desk=desk,
        origins=OriginPolicy(settings.allowed_origins, demo=settings.demo),
        limits=Limits(
            on=settings.rate_limits,
            demo=settings.demo,
            reads=shared.counting(READS_AT_A_TIME),
            writes=shared.counting(),
            refused=watch.metrics.limited,
        ),
        guesses=Guesses(
            on=settings.rate_limits, storage=shared.counting(), refused=watch.metrics.limited
        ),
        defence=BotDefence(keys, DEFAULT_SITE, desk.ledger.challenges, on=settings.bot_defence),
        widget=WidgetFiles(built_widget(), settings.data_dir / KEPT_FOLDER),
        ready_answers=ReadyAnswers(),
        watch=watch,
        public_url=settings.public_url,
        demo=settings.demo,
        patience_seconds=settings.account.limits.deadline_seconds if settings.account else None,
        hooks=hooks,
    )


def _hooks(settings: Settings, shared: Shared, look: Look | None, ticks: Ticks) -> Hooks | None:
    if settings.webhook_token is None:
        return None
    limited, counts = settings.rate_limits, shared.counting()
    return Hooks(settings.webhook_token, look, ticks, limited=limited, storage=counts)


def _window(fresh: int, stale: int) -> Window:
    return Window(timedelta(seconds=fresh), timedelta(seconds=max(fresh, stale)))


def _overrules(settings: Settings) -> Mapping[str, Any]:
    business = settings.business
    return {
        "name": business.name,
        "timezone": business.timezone,
        "currency": business.currency,
        "languages": list(business.languages),
        "minimum_notice_minutes": business.minimum_notice_minutes,
        "booking_window_days": business.booking_window_days,
        "cancel_limit_minutes": business.cancel_limit_minutes,
        "reschedule_limit_minutes": business.reschedule_limit_minutes,
        "max_active_bookings": business.max_active_bookings,
    }


def _beside(visitors: WsgiApp, backend: WsgiApp) -> WsgiApp:
    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_backends = environ["PATH_INFO"].startswith(BACKEND_PATHS)
        return (backend if is_backends else visitors)(environ, start_response)

    return dispatch
