"""Webhooks: subscribe, list, unsubscribe, try out, see what was delivered, deliver again."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify
from flask.views import MethodView
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from widget_server.backend import records
from widget_server.backend.context import backend
from widget_server.backend.listing import Listed, changed_since, page_of
from widget_server.backend.models import Delivery, Webhook
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint
from widget_server.backend.schemas.base import ListQuery
from widget_server.backend.schemas.base import page_of as page_schema
from widget_server.backend.schemas.webhooks import DeliverySchema, WebhookSchema
from widget_server.backend.webhooks.delivering import deliveries
from widget_server.backend.webhooks.queue import add_delivery
from widget_server.backend.webhooks.sending import address_problem
from widget_server.backend.webhooks.signing import new_secret
from widget_server.backend.work import KEPT, read_business
from widget_server.errors import InvalidInput, NotFound
from widget_server.outbox import WAITING

blueprint = ResourceBlueprint("webhooks", "Who is told of what happens.")


@blueprint.at("/webhooks")
class Webhooks(MethodView):
    """All subscriptions."""

    @blueprint.takes(ListQuery, "query")
    @blueprint.answers(200, page_schema(WebhookSchema), summary="List webhooks")
    def get(self, asked: Data) -> Any:
        """Leave the secrets out."""
        with backend().reading() as session:
            show = partial(_record, zone=read_business(session).zone)
            # A webhook never changes.
            since = changed_since(session, Webhook.created_at, asked)
            listed = Listed(select(Webhook).where(*since), (Webhook.id,))
            return jsonify(page_of(session, listed, asked, show))

    @blueprint.takes(WebhookSchema)
    @blueprint.answers(201, WebhookSchema, summary="Subscribe to one type of event")
    def post(self, data: Data) -> Any:
        """Tell the secret that signs, this once."""
        problem = address_problem(data["url"], backend().config.webhook_hosts)
        if problem:
            raise InvalidInput.at("url", problem)
        with backend().writing() as work:
            webhook = Webhook(**data, secret=new_secret(), created_at=work.now)
            work.session.add(webhook)
            work.session.flush()
            return jsonify(_record(webhook, work.zone) | {"secret": webhook.secret}), 201


@blueprint.at(f"/webhooks/{ID}")
class SingleWebhook(MethodView):
    """One subscription."""

    @blueprint.answers(200, WebhookSchema, summary="Get a webhook")
    def get(self, id_: int) -> Any:
        """Leave the secret out."""
        with backend().reading() as session:
            return jsonify(_record(_webhook(session, id_), read_business(session).zone))

    @blueprint.answers(204, summary="Unsubscribe: what was not delivered yet is dropped")
    def delete(self, id_: int) -> None:
        """Take the deliveries along."""
        with backend().writing() as work:
            webhook = _webhook(work.session, id_, lock=True)
            work.session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
            work.session.delete(webhook)


@blueprint.at(f"/webhooks/{ID}/test")
class Test(MethodView):
    """A delivery to try the receiver out."""

    @blueprint.answers(202, DeliverySchema, summary="Send a test delivery")
    def post(self, id_: int) -> Any:
        """Queue it like any other; its data say that it is a test."""
        with backend().writing() as work:
            webhook = _webhook(work.session, id_, lock=KEPT)
            row = add_delivery(work.session, webhook, "test", {"test": "true"}, work.now)
            work.session.flush()
            return jsonify(_delivery(row, work.zone)), 202


@blueprint.at(f"/webhooks/{ID}/deliveries")
class Deliveries(MethodView):
    """What was, or is to be, delivered to one subscriber."""

    @blueprint.takes(ListQuery, "query")
    @blueprint.answers(
        200, page_schema(DeliverySchema), summary="List a webhook's deliveries, the newest first"
    )
    def get(self, asked: Data, id_: int) -> Any:
        """Tell how each went, not what was in it."""
        with backend().reading() as session:
            mine = Delivery.webhook_id == _webhook(session, id_).id
            since = changed_since(session, Delivery.updated_at, asked)
            newest_first = Listed(select(Delivery).where(mine, *since), (Delivery.id.desc(),))
            show = partial(_delivery, zone=read_business(session).zone)
            return jsonify(page_of(session, newest_first, asked, show))


@blueprint.at(f"/webhooks/{ID}/deliveries/<int(max=2147483647):delivery>/replay")
class Replay(MethodView):
    """Delivering again."""

    @blueprint.answers(202, DeliverySchema, summary="Deliver again, under the same message id")
    def post(self, id_: int, delivery: int) -> Any:
        """Start over with the attempts."""
        with backend().writing() as work:
            row = work.session.get(Delivery, delivery)
            if row is None or row.webhook_id != _webhook(work.session, id_).id:
                raise NotFound("This webhook has no delivery with this id.")
            deliveries(backend().database, backend().clock).replay(row)
            return jsonify(_delivery(row, work.zone)), 202


def _webhook(session: Session, id_: int, *, lock: Any = None) -> Webhook:
    webhook = session.get(Webhook, id_, with_for_update=lock)
    if webhook is None:
        raise NotFound("There is no webhook with this id.")
    return webhook


def _record(webhook: Webhook, zone: ZoneInfo) -> Data:
    return {
        "id": webhook.id,
        "event": webhook.event,
        "url": webhook.url,
        "format": webhook.format,
        "created_at": records.local(webhook.created_at, zone),
    }


def _delivery(row: Delivery, zone: ZoneInfo) -> Data:
    return {
        "id": row.id,
        "message_id": row.message_id,
        "event": row.topic,
        "state": row.state,
        "attempts": row.attempts,
        "outcome": row.outcome,
        "created_at": records.local(row.created_at, zone),
        "next_at": records.local(row.next_at, zone) if row.state == WAITING else None,
        "finished_at": records.local(row.finished_at, zone) if row.finished_at else None,
    }
