"""Webhooks and their deliveries as this API shows them."""

from marshmallow import ValidationError, fields, validate, validates

from widget_server.backend.schemas.base import Message
from widget_server.backend.schemas.values import Text
from widget_server.backend.webhooks.queue import EVENTS


class WebhookSchema(Message):
    """A subscription; `secret` is told once, when it is made."""

    MADE = frozenset({"secret"})

    id = fields.Integer(dump_only=True)
    event = Text(most=64, required=True, validate=validate.OneOf(EVENTS))
    url = Text(most=2000, least=1, required=True)
    format = Text(most=8, load_default="json", validate=validate.OneOf(("json", "form")))
    verification_token = Text(most=200, load_only=True, load_default=None, allow_none=True)
    secret = fields.String(dump_only=True)
    created_at = fields.String(dump_only=True)

    @validates("verification_token")
    def _fits_a_header(self, value: str | None, **_kwargs: object) -> None:
        if value and not (value.isascii() and value.isprintable()):
            raise ValidationError("Takes printable ASCII characters only.")


class DeliverySchema(Message):
    """One event for one subscription: `state` is waiting, delivered or dead."""

    id = fields.Integer(required=True)
    message_id = fields.String(required=True)
    event = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    outcome = fields.String(required=True)
    created_at = fields.String(required=True)
    next_at = fields.String(required=True, allow_none=True)
    finished_at = fields.String(required=True, allow_none=True)
