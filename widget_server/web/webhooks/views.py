"""The platform's events over HTTP: one path for each kind, as it names none in the body."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from widget_server.errors import DomainError, NotFound
from widget_server.web.parts import parts
from widget_server.web.webhooks.reading import EVENTS, read_body, told

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/bookablesites/<event>")
def take(event: str) -> Response:
    """Take an event: it changes nothing here but what is to be read again."""
    hooks = parts().hooks
    if hooks is None or event not in EVENTS:
        raise NotFound("There is nothing here.")
    hooks.admit(request)
    with hooks.once(event, request) as is_new:
        if is_new:
            fields = read_body(request.get_data(), request.form)
            hooks.hear(parts().desk, event, told(event, fields, _zone()))
    return Response(status=204)


def _zone() -> ZoneInfo:
    try:
        return parts().catalogue.offer().value.zone
    except DomainError:
        return ZoneInfo("UTC")
