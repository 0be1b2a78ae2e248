"""What a coupon would take off a visit."""

from typing import Any

from flask import Response, json

from widget_server.booking.coupons import quote
from widget_server.booking.details import money
from widget_server.booking.errors import CouponInvalid
from widget_server.booking.requests import check_items
from widget_server.web.api.answers import CheckedCouponSchema
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.schemas import CouponCheckSchema
from widget_server.web.parts import parts

blueprint = ApiBlueprint("coupons", __name__, description="Coupons")


@blueprint.post("/coupons/check")
@blueprint.arguments(CouponCheckSchema)
@blueprint.alt_response(200, schema=CheckedCouponSchema)
def check(asked: dict[str, Any]) -> Response:
    """Return what a coupon would take off; the same answer for all that cannot be used."""
    desk, items = parts().desk, tuple(asked["items"])
    offer = desk.catalogue.offer().value
    check_items(items, offer)
    try:
        with parts().guesses.of_coupon(asked["code"]):
            quoted = quote(desk, asked["code"], items, asked["email"], asked["hold"])
    except CouponInvalid:
        return _json({"valid": False})
    return _json(
        {
            "valid": True,
            "discount": money(quoted.discount),
            "total": money(quoted.total),
            "currency": offer.settings["currency"],
        }
    )


def _json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), mimetype="application/json")
