"""Which dates of a recurring visit are open, over HTTP."""

from zoneinfo import ZoneInfo

from flask import Response, json
from marshmallow import RAISE

from widget_server.booking.requests import recurrence_errors
from widget_server.booking.series import look
from widget_server.errors import InvalidInput
from widget_server.web.api.answers import SeriesSchema
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.api.schemas import SeriesQuery, SeriesQuerySchema
from widget_server.web.api.slot_view import series_document
from widget_server.web.parts import parts

blueprint = ApiBlueprint("series", __name__, description="Recurring visits")


@blueprint.get("/slots/series")
@blueprint.arguments(SeriesQuerySchema, location="query", unknown=RAISE)
@blueprint.alt_response(200, schema=SeriesSchema)
def dates(query: SeriesQuery) -> Response:
    """Return which dates of a recurring visit are open."""
    _refuse_unoffered(query)
    found = look(parts().desk, query.item, query.recurrence, query.timezone)
    zone = ZoneInfo(query.timezone) if query.timezone else parts().catalogue.offer().value.zone
    return Response(json.dumps(series_document(found, zone)), mimetype="application/json")


def _refuse_unoffered(query: SeriesQuery) -> None:
    """Look at no more dates than could be booked; raise InvalidInput naming the parameters."""
    offer = parts().catalogue.offer().value
    errors = recurrence_errors((query.item,), query.recurrence, offer)
    if errors:
        named = {name.removeprefix("recurrence."): said for name, said in errors.items()}
        raise InvalidInput("This series is not offered.", errors=named)
