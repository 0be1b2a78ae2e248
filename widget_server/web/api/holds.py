"""Keeping a visit's time for some minutes while the visitor types."""

from typing import Any

from flask import Response, json, request
from flask_smorest import Blueprint

from widget_server.booking import holds
from widget_server.booking.ledger.models import Booking
from widget_server.web.api.schemas import HeldSchema, HoldSchema, NothingSchema
from widget_server.web.parts import parts
from widget_server.web.security.limits import network

blueprint = Blueprint("holds", __name__, description="Times that are kept for a while")


@blueprint.post("/holds")
@blueprint.arguments(HoldSchema)
@blueprint.alt_response(201, schema=HeldSchema)
def hold(wanted: dict[str, Any]) -> Response:
    """Keep the time of a visit for some minutes; booking takes it over by its `token`."""
    desk = parts().desk
    visitor = desk.hold_links.pseudonym(network(request.remote_addr))
    held = holds.hold(desk, tuple(wanted["items"]), wanted["timezone"], visitor)
    return _answer(held, 201)


@blueprint.patch("/holds/<token>")
@blueprint.arguments(NothingSchema, required=False)
@blueprint.alt_response(200, schema=HeldSchema)
def extend(_nothing: dict[str, Any], token: str) -> Response:
    """Keep the time for longer, up to a limit."""
    return _answer(holds.extend(parts().desk, token), 200)


@blueprint.delete("/holds/<token>")
@blueprint.response(204)
def give_back(token: str) -> None:
    """Give the time back."""
    holds.give_back(parts().desk, token)


def _answer(held: Booking, status: int) -> Response:
    assert held.expires_at  # noqa: S101 - a hold always ends
    token = parts().desk.hold_links.issue(held.id, held.token_version)
    body = {"token": token, "expires_at": held.expires_at.isoformat(timespec="seconds")}
    return Response(json.dumps(body), status, mimetype="application/json")
