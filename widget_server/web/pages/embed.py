"""The widget on a page of its own, for frames on websites that take no script.

Who may frame it is the list of ALLOWED_ORIGINS, and this server. The page tells its height, and
what happens in it, to the page that frames it alone.
"""

from flask import Blueprint, Response, make_response, render_template, request

from widget_server.web.pages.assets import asset
from widget_server.web.pages.looks import read_look
from widget_server.web.pages.snippet import OPENER
from widget_server.web.parts import parts, public_url
from widget_server.web.security.headers import page_policy

blueprint = Blueprint("embed", __name__)


@blueprint.get("/embed")
def embed() -> Response:
    """Show nothing but the widget, as the query wants it."""
    look = read_look(request.args)
    response = make_response(
        render_template("embed.html", look=look, snippet=look.snippet(public_url()))
    )
    framed_by = " ".join(("'self'", *parts().origins.allowed))
    response.headers["Content-Security-Policy"] = page_policy(framed_by=framed_by)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/embed.css")
def style() -> Response:
    """Return the style that the query wants."""
    return asset("embed.css", "text/css", look=read_look(request.args), opener=OPENER)


@blueprint.get("/embed.js")
def script() -> Response:
    """Return the script that tells the frame's page what it needs to know."""
    return asset("embed.js", "text/javascript")
