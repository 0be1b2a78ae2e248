"""The widget's files over HTTP, for any website."""

from flask import Blueprint, Response, abort

from widget_server.web.encodings import Body
from widget_server.web.parts import parts

blueprint = Blueprint("widget_script", __name__)

SHORT = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/widget.js")
@blueprint.get("/widget/v1.js")
def loader() -> Response:
    """Return the loader: small, and looked at anew every few minutes."""
    body = parts().widget.loader
    if body is None:
        abort(404)
    return _script(body, SHORT)


@blueprint.get("/widget/<path:name>")
def piece(name: str) -> Response:
    """Return a piece, which never changes under its name."""
    body = parts().widget.piece(name)
    if body is None:
        abort(404)
    return _script(body, FOR_EVER)


def _script(body: Body, cache_control: str) -> Response:
    response = body.response("text/javascript")
    response.headers["Cache-Control"] = cache_control
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
