"""Hosted pages: the demo site, and the files that all pages share."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from widget_server.catalogue.public import public_business
from widget_server.web.parts import parts, public_url

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> AnyResponse | str:
    """Show the demo business's site; outside the demo, lead to the booking page."""
    if not parts().demo:
        return redirect("/book", 302)
    business = public_business(parts().catalogue.offer().value)
    return render_template("demo.html", business=business, public_url=public_url())


@blueprint.get("/pages.css")
def style() -> Response:
    """Return the pages' style."""
    return _asset("pages.css", "text/css")


@blueprint.get("/icon.svg")
def icon() -> Response:
    """Return the pages' icon."""
    return _asset("icon.svg", "image/svg+xml")


def _asset(template: str, mimetype: str) -> Response:
    response = Response(render_template(template), mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
