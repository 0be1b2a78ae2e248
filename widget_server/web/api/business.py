"""What the business offers: in one piece for the widget, and piece by piece for apps."""

from typing import Any

from flask import Response, json
from marshmallow import RAISE

from widget_server.catalogue import public
from widget_server.catalogue.offer import Offer
from widget_server.errors import NotFound
from widget_server.web.api.answers import (
    BusinessSchema,
    EmployeeSchema,
    LocationSchema,
    ServiceSchema,
)
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.ready import etag_of
from widget_server.web.api.schemas import ListQuerySchema
from widget_server.web.encodings import Body
from widget_server.web.parts import parts

Record = dict[str, Any]
blueprint = ApiBlueprint("business", __name__, description="What the business offers")
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"


@blueprint.get("/business")
@blueprint.alt_response(200, schema=BusinessSchema)
def business() -> Response:
    """Return all that the widget needs to start."""
    challenge = parts().defence.is_on
    return _answer(public.public_business(_offer(), challenge=challenge))


@blueprint.get("/services")
@blueprint.arguments(ListQuerySchema, location="query", unknown=RAISE)
@blueprint.alt_response(200, schema=ServiceSchema(many=True))
def services(wanted: Record) -> Response:
    """Return the services, of one location if asked."""
    offer = _offer()
    views = [public.public_service(offer, service) for service in offer.services.values()]
    return _answer([view for view in views if _fits(view, "id", wanted)])


@blueprint.get("/services/<int:id>")
@blueprint.alt_response(200, schema=ServiceSchema)
def service(id: int) -> Response:  # noqa: A002 - its name in the description of the API
    """Return one service."""
    offer = _offer()
    if id not in offer.services:
        raise NotFound("There is no such service.")
    return _answer(public.public_service(offer, offer.services[id]))


@blueprint.get("/employees")
@blueprint.arguments(ListQuerySchema, location="query", unknown=RAISE)
@blueprint.alt_response(200, schema=EmployeeSchema(many=True))
def employees(wanted: Record) -> Response:
    """Return the employees, of one service or location if asked."""
    offer = _offer()
    views = [
        public.public_employee(offer, employee)
        for employee in offer.employees.values()
        if wanted["service"] is None or employee in offer.givers(wanted["service"])
    ]
    return _answer([view for view in views if _fits(view, None, wanted)])


@blueprint.get("/locations")
@blueprint.arguments(ListQuerySchema, location="query", unknown=RAISE)
@blueprint.alt_response(200, schema=LocationSchema(many=True))
def locations(wanted: Record) -> Response:
    """Return the locations, of one service if asked."""
    offer = _offer()
    places = set(offer.locations)
    if wanted["service"] is not None:
        service = offer.services.get(wanted["service"])
        places = set(public.public_service(offer, service)["locations"]) if service else set()
    if wanted["location"] is not None:
        places &= {wanted["location"]}
    return _answer(
        [public.public_location(row) for id_, row in offer.locations.items() if id_ in places]
    )


def _offer() -> Offer:
    return parts().catalogue.offer().value


def _fits(view: Record, id_key: str | None, wanted: Record) -> bool:
    place, service = wanted["location"], wanted["service"]
    right_service = id_key is None or service is None or view[id_key] == service
    return right_service and (place is None or place in view["locations"])


def _answer(document: Any) -> Response:
    body = json.dumps(document).encode()
    response = Body(body, etag_of(body)).response("application/json")
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response
