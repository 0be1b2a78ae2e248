"""What the worker does with a delivery: make its body, sign it, post it."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from widget_server.backend.models import Delivery, Webhook
from widget_server.backend.webhooks.sending import Sender
from widget_server.backend.webhooks.signing import signed_headers
from widget_server.clock import Clock
from widget_server.database import Database
from widget_server.outbox import Message, Outbox, Undeliverable


def deliveries(database: Database, clock: Clock) -> Outbox[Delivery]:
    """Return the outbox of the webhooks: a lane for each address that they go to."""
    address = select(Webhook.url).where(Webhook.id == Delivery.webhook_id).scalar_subquery()
    return Outbox(database, Delivery, clock, lane=address)


def handler(database: Database, clock: Clock, sender: Sender) -> Callable[[Message], str]:
    """Return what delivers one message of that outbox."""

    def handle(message: Message) -> str:
        with database.reading() as session:
            webhook = session.get(Webhook, message.payload["webhook"])
        if webhook is None:
            raise Undeliverable("There is no such webhook any more.")
        return _send(sender, webhook, message, clock.now())

    return handle


def _send(sender: Sender, webhook: Webhook, message: Message, now: datetime) -> str:
    data = message.payload["data"]
    if webhook.format == "form":
        kind, body = "application/x-www-form-urlencoded", _form(data)
    else:
        kind, body = "application/json", _json(message, data)
    headers = {"Content-Type": kind, **signed_headers(webhook.secret, message.id, now, body)}
    if webhook.verification_token:
        headers["Authorization"] = webhook.verification_token
    return sender.post(webhook.url, headers, body)


def _json(message: Message, data: Mapping[str, Any]) -> bytes:
    body = {"type": message.topic, "timestamp": message.created_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _form(data: Mapping[str, Any]) -> bytes:
    # As the platform sends it: its own fields, not our records beside them.
    own = ("appointment", "booking", "customer")
    pairs = [pair for name in data if name not in own for pair in _pairs(name, data[name])]
    return urlencode(pairs).encode()


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _pairs(f"{name}[{position}]", inner)
    else:
        yield name, str(value)
