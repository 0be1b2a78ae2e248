"""The server as it is seen from outside: at its public address, and by the platform's webhooks.

A server that does not run is no fault here; one that answers in another way is.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.transport import Form, Reply, Transport
from widget_server.clock import Deadline
from widget_server.doctor.findings import CannotCheck, Finding, fix, not_checked, ok, warning
from widget_server.doctor.running import Check
from widget_server.settings import Settings
from widget_server.web.webhooks.reading import EVENTS

TIMEOUT_SECONDS = 5
HOOKS = "/webhooks/bookablesites"
Send = Callable[..., Reply]


def checks(settings: Settings, deadline: Deadline) -> Iterator[tuple[str, Check]]:
    """Yield the checks by name; only an account sends webhooks here."""
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    transport = Transport(address, timeout_seconds=TIMEOUT_SECONDS)
    send = partial(transport.send, deadline=deadline)
    yield "public address", partial(_health, address, send)
    if settings.account:
        yield "webhooks", partial(_webhooks, settings, address, send)


def _health(address: str, send: Send) -> Iterator[Finding]:
    reply = _answer(send, "GET", "/healthz")
    if reply is None:
        do = "Start the server, and look at the proxy before it; then look again."
        yield warning("public address", f"{address} does not answer", do)
    elif reply.status == 200 and _json(reply) == {"status": "ok"}:
        yield ok("public address", f"{address} answers")
    else:
        do = "Lead PUBLIC_URL to this server, with all its paths."
        yield fix("public address", f"{address} is answered by another one ({reply.status})", do)


def _webhooks(settings: Settings, address: str, send: Send) -> Iterator[Finding]:
    urls = " ".join(f"{address}{HOOKS}/{event}" for event in EVENTS)
    if settings.webhook_token is None:
        seconds = settings.slots_fresh_seconds
        do = "Set it to a token of your own, and enter it in the account with these URLs: "
        seen = f"WEBHOOK_TOKEN is not set: changes in the account are seen {seconds} s later"
        yield warning("webhooks", seen, do + urls)
        return
    # A token that nobody has: the right answer is ours to a stranger.
    headers = {"Authorization": f"Bearer {secrets.token_hex(16)}"}
    form = Form({"appointmentId": "0"})
    reply = _answer(send, "POST", f"{HOOKS}/{EVENTS[0]}", headers, form)
    if reply is None:
        raise CannotCheck("the public address does not answer")
    yield _judged(reply, urls)


def _judged(reply: Reply, urls: str) -> Finding:
    told = _json(reply)
    code = told.get("code") if isinstance(told, dict) else None
    if reply.status == 401 and code == "unauthorized":
        return ok("webhooks", "can be reached, and refuse strangers", do=f"In the account: {urls}")
    if reply.status == 429:
        return not_checked("webhooks", "there were too many wrong tokens; wait a minute")
    if reply.status == 404 and code == "not_found":
        do = "Start the server anew: it does not know WEBHOOK_TOKEN yet."
        return fix("webhooks", "the running server takes none", do)
    do = f"Lead {HOOKS} of PUBLIC_URL to this server, with POST and the header Authorization."
    return fix("webhooks", f"another one answers there ({reply.status})", do)


def _answer(
    send: Send,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: Form | None = None,
) -> Reply | None:
    try:
        return send(method, path, headers=headers or {}, body=body)
    except PlatformError:
        return None


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
