"""Open slots over HTTP: ready bytes if the very same question was answered a moment ago."""

from datetime import datetime, timedelta

from flask import Response, json, request
from flask_smorest import Blueprint
from marshmallow import RAISE

from widget_server.catalogue.find_slots import SlotSearch, SlotsFound, find_slots, search_span
from widget_server.web.api.ready import Ready, etag_of
from widget_server.web.api.schemas import SlotQuerySchema
from widget_server.web.api.slot_view import slots_document
from widget_server.web.parts import parts

blueprint = Blueprint("slots", __name__, description="Open slots")


@blueprint.before_request
def answer_at_once() -> Response | None:
    """Answer from the raw query string, before anything is parsed."""
    ready = parts().ready_answers.find(request.query_string, parts().desk.now())
    return ready.response(parts().desk.now()) if ready else None


@blueprint.get("/slots")
@blueprint.arguments(SlotQuerySchema, location="query", unknown=RAISE)
def slots(search: SlotSearch) -> Response:
    """Return the open starts of a service in a window of dates."""
    now = parts().desk.now()
    ready = _ready(search, now)
    return parts().ready_answers.keep(request.query_string, ready).response(now)


def _ready(search: SlotSearch, now: datetime) -> Ready:
    catalogue = parts().catalogue
    start, end = search_span(search.first, search.last)

    def version() -> str:
        return catalogue.version(start, end)

    # Read before the data is, so that a change in between makes the answer old at once.
    made_at_version = version()
    held = parts().desk.held(start, end)
    found = find_slots(catalogue, search, now, held)
    document = slots_document(search.first, search.last, found)
    return Ready(
        body=json.dumps(document).encode(),
        etag=etag_of(json.dumps([document["days"], document["next_available"]]).encode()),
        expires=_expires(found),
        changes_after=found.changes_after,
        version=version,
        made_at_version=made_at_version,
    )


def _expires(found: SlotsFound) -> datetime:
    fresh = parts().catalogue.freshness.busy
    # An empty window also tells of what lies beyond it, which `version` does not watch.
    return found.as_of + (fresh if found.slots else min(fresh, timedelta(seconds=5)))
