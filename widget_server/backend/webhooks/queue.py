"""Putting events into the outbox, in the transaction of the change they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.backend import records
from widget_server.backend.changes import Change
from widget_server.backend.models import Business, Customer, Delivery, Webhook
from widget_server.backend.webhooks import fields
from widget_server.outbox import new_row

EVENTS = (
    "appointment_booked",
    "appointment_canceled",
    "appointment_rescheduled",
    "appointment_status_changed",
    "customer_created",
)


def enqueue(
    session: Session,
    business: Business,
    change: Change,
    id_: int,
    payload: Mapping[str, Any],
    now: datetime,
) -> None:
    """Add a delivery of the change of one thing for each webhook that asked for such events."""
    if change.event not in EVENTS:
        return
    subscribed = select(Webhook).where(Webhook.event == change.event).order_by(Webhook.id)
    # Kept until the deliveries are committed: somebody may be about to unsubscribe.
    webhooks = session.scalars(subscribed.with_for_update(read=True, key_share=True)).all()
    if not webhooks:
        return
    data = {**_fields(session, business, change.kind, id_, payload), **payload}
    for webhook in webhooks:
        add_delivery(session, webhook, f"{change.kind}/{id_}", data, now)


def add_delivery(
    session: Session, webhook: Webhook, about: str, data: Mapping[str, Any], now: datetime
) -> Delivery:
    """Add a delivery; those about the same thing to the same receiver keep their order."""
    payload = {"webhook": webhook.id, "data": dict(data)}
    key = f"{webhook.id}/{about}"
    row = new_row(Delivery, webhook.event, key, payload, now, webhook_id=webhook.id)
    session.add(row)
    return row


def _fields(
    session: Session, business: Business, kind: str, id_: int, payload: Mapping[str, Any]
) -> fields.Fields:
    if kind == "appointment":
        whole = records.load_appointment(session, id_)
        return fields.appointment_fields(session, business, whole, payload.get("booking"))
    return fields.customer_fields(session.get_one(Customer, id_))
