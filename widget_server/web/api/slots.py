"""Open slots over HTTP: ready bytes if the very same question was answered a moment ago."""

from datetime import datetime, timedelta

from flask import Response, json, request
from marshmallow import RAISE

from widget_server.catalogue.find_slots import SlotSearch, SlotsFound, find_slots, search_span
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.ready import Ready, etag_of
from widget_server.web.api.schemas import SlotQuerySchema
from widget_server.web.api.slot_view import slots_document
from widget_server.web.encodings import Body
from widget_server.web.parts import parts

# How long any answer is kept ready, stale or not; and how long that there is none.
LOOK_AGAIN, EMPTY_WINDOW = timedelta(seconds=1), timedelta(seconds=5)
blueprint = ApiBlueprint("slots", __name__, description="Open slots")


@blueprint.before_request
def answer_at_once() -> Response | None:
    """Answer from the raw query string, before anything is parsed."""
    if request.endpoint != f"{blueprint.name}.{slots.__name__}":
        return None
    ready = parts().ready_answers.find(request.query_string, parts().desk.now())
    if ready is None:
        return None
    response = ready.response(parts().desk.now())
    parts().watch.metrics.served_ready(ready.slots_in(response.status_code), ready.result)
    return response


@blueprint.get("/slots")
@blueprint.arguments(SlotQuerySchema, location="query", unknown=RAISE)
def slots(search: SlotSearch) -> Response:
    """Return the open starts of a service in a window of dates."""
    now = parts().desk.now()
    ready = _ready(search, now)
    response = parts().ready_answers.keep(request.query_string, ready).response(now)
    parts().watch.metrics.served(ready.slots_in(response.status_code))
    return response


def _ready(search: SlotSearch, now: datetime) -> Ready:
    catalogue = parts().catalogue
    start, end = search_span(search.first, search.last)
    # Read before the data is, so that a change in between makes the answer old at once.
    version, made_at_version = catalogue.watch(search.services, start, end)
    held = parts().desk.held(start, end)
    found = find_slots(catalogue, search, now, held)
    document = slots_document(search.first, search.last, found)
    return Ready(
        body=Body(
            json.dumps(document).encode(),
            etag_of(json.dumps([document["days"], document["next_available"]]).encode()),
        ),
        as_of=found.as_of,
        expires=_expires(found, now),
        changes_after=found.changes_after,
        version=version,
        made_at_version=made_at_version,
        slots=len(found.slots),
        stale=found.stale,
    )


def _expires(found: SlotsFound, now: datetime) -> datetime:
    soon = now + LOOK_AGAIN
    if found.stale:
        return soon  # newer data is on its way, or the platform is down
    # An empty window also tells of what lies beyond it, which `version` does not watch.
    latest = found.look_again_at if found.slots else now + EMPTY_WINDOW
    return max(soon, min(latest, found.look_again_at))
