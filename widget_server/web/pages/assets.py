"""Files that pages share, made from templates."""

from typing import Any

from flask import Response, render_template


def asset(template: str, mimetype: str, **values: Any) -> Response:
    """Return a file that anybody may keep for some minutes."""
    response = Response(render_template(template, **values), mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
