"""Keeping a visit's time for some minutes while the visitor types."""

from typing import Any

from flask import Response, json, request

from widget_server.booking import holds
from widget_server.booking.ledger.models import Booking
from widget_server.rate_limits import network
from widget_server.web.api.answers import HeldSchema
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.idempotency import key_header, optional_key
from widget_server.web.api.schemas import HoldSchema, NothingSchema
from widget_server.web.parts import parts

blueprint = ApiBlueprint("holds", __name__, description="Times that are kept for a while")


@blueprint.post("/holds")
@blueprint.arguments(HoldSchema)
@blueprint.doc(parameters=[key_header()])
@blueprint.alt_response(201, schema=HeldSchema)
def hold(wanted: dict[str, Any]) -> Response:
    """Keep the time of a visit for some minutes; booking takes it over by its `token`."""
    items, email = tuple(wanted["items"]), wanted["email"]
    visitor = _name_of(network(request.remote_addr))
    also = _name_of(email.casefold()) if email else None
    held = holds.hold(parts().desk, items, wanted["timezone"], visitor, optional_key(), also)
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


def _name_of(text: str) -> str:
    return parts().desk.hold_links.pseudonyms(text)[0]


def _answer(held: Booking, status: int) -> Response:
    assert held.expires_at  # noqa: S101 - a hold always ends
    body = {
        "token": parts().desk.hold_links.issue(held.id, held.token_version),
        "expires_at": held.expires_at.isoformat(timespec="seconds"),
        # What a visitor's clock says is anybody's guess.
        "seconds_left": int((held.expires_at - parts().desk.now()).total_seconds()),
    }
    return Response(json.dumps(body), status, mimetype="application/json")
