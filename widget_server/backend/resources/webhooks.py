"""Webhooks: subscribe, list, unsubscribe, try out, see what was delivered, deliver again."""

from datetime import datetime
from typing import Any

from flask import jsonify
from flask.views import MethodView
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from widget_server.backend import records
from widget_server.backend.context import backend
from widget_server.backend.listing import page_of
from widget_server.backend.models import Delivery, Webhook
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint
from widget_server.backend.schemas.base import PageQuery
from widget_server.backend.schemas.base import page_of as page_schema
from widget_server.backend.schemas.webhooks import DeliverySchema, WebhookSchema
from widget_server.backend.webhooks.delivering import deliveries
from widget_server.backend.webhooks.queue import add_delivery
from widget_server.backend.webhooks.sending import address_problem
from widget_server.backend.webhooks.signing import new_secret
from widget_server.backend.work import read_business
from widget_server.errors import InvalidInput, NotFound
from widget_server.outbox import WAITING

blueprint = ResourceBlueprint("webhooks", "Who is told of what happens.")


@blueprint.at("/webhooks")
class Webhooks(MethodView):
    """All subscriptions."""

    @blueprint.takes(PageQuery, "query")
    @blueprint.answers(200, page_schema(WebhookSchema), summary="List webhooks")
    def get(self, asked: Data) -> Any:
        """Leave the secrets out."""
        with backend().reading() as session:
            query = select(Webhook).order_by(Webhook.id)
            return jsonify(page_of(session, query, asked, lambda row: _record(session, row)))

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
            return jsonify(_record(work.session, webhook) | {"secret": webhook.secret}), 201


@blueprint.at(f"/webhooks/{ID}")
class SingleWebhook(MethodView):
    """One subscription."""

    @blueprint.answers(200, WebhookSchema, summary="Get a webhook")
    def get(self, id_: int) -> Any:
        """Leave the secret out."""
        with backend().reading() as session:
            return jsonify(_record(session, _webhook(session, id_)))

    @blueprint.answers(204, summary="Unsubscribe: what was not delivered yet is dropped")
    def delete(self, id_: int) -> None:
        """Take the deliveries along."""
        with backend().writing() as work:
            webhook = _webhook(work.session, id_)
            work.session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
            work.session.delete(webhook)


@blueprint.at(f"/webhooks/{ID}/test")
class Test(MethodView):
    """A delivery to try the receiver out."""

    @blueprint.answers(202, DeliverySchema, summary="Send a test delivery")
    def post(self, id_: int) -> Any:
        """Queue it like any other; its data say that it is a test."""
        with backend().writing() as work:
            webhook = _webhook(work.session, id_)
            row = add_delivery(work.session, webhook, "test", {"test": "true"}, work.now)
            work.session.flush()
            return jsonify(_delivery(work.session, row)), 202


@blueprint.at(f"/webhooks/{ID}/deliveries")
class Deliveries(MethodView):
    """What was, or is to be, delivered to one subscriber."""

    @blueprint.takes(PageQuery, "query")
    @blueprint.answers(
        200, page_schema(DeliverySchema), summary="List a webhook's deliveries, the newest first"
    )
    def get(self, asked: Data, id_: int) -> Any:
        """Tell how each went, not what was in it."""
        with backend().reading() as session:
            mine = Delivery.webhook_id == _webhook(session, id_).id
            query = select(Delivery).where(mine).order_by(Delivery.id.desc())
            return jsonify(page_of(session, query, asked, lambda row: _delivery(session, row)))


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
            return jsonify(_delivery(work.session, row)), 202


def _webhook(session: Session, id_: int) -> Webhook:
    webhook = session.get(Webhook, id_)
    if webhook is None:
        raise NotFound("There is no webhook with this id.")
    return webhook


def _record(session: Session, webhook: Webhook) -> Data:
    return {
        "id": webhook.id,
        "event": webhook.event,
        "url": webhook.url,
        "format": webhook.format,
        "created_at": _local(session, webhook.created_at),
    }


def _delivery(session: Session, row: Delivery) -> Data:
    return {
        "id": row.id,
        "message_id": row.message_id,
        "event": row.topic,
        "state": row.state,
        "attempts": row.attempts,
        "outcome": row.outcome,
        "created_at": _local(session, row.created_at),
        "next_at": _local(session, row.next_at) if row.state == WAITING else None,
        "finished_at": _local(session, row.finished_at) if row.finished_at else None,
    }


def _local(session: Session, moment: datetime) -> str:
    return records.local(moment, read_business(session).zone)
