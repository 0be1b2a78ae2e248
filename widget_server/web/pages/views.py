"""Hosted pages: the demo site, and the files that all pages share."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from widget_server.catalogue.public import public_business
from widget_server.web.pages.assets import asset
from widget_server.web.pages.words import in_english
from widget_server.web.parts import parts, public_url

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> AnyResponse | str:
    """Show the demo business's site; outside the demo, lead to the booking page."""
    if not parts().demo:
        return redirect("/book", 302)
    in_english()
    business = public_business(parts().catalogue.offer().value)
    return render_template("demo/home.html", business=business, public_url=public_url())


@blueprint.get("/pages.css")
def style() -> Response:
    """Return the pages' style."""
    return asset("pages.css", "text/css")


@blueprint.get("/icon.svg")
def icon() -> Response:
    """Return the pages' icon."""
    return asset("icon.svg", "image/svg+xml")
