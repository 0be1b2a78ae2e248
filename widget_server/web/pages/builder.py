"""The snippet builder: a site owner chooses, sees the widget, and copies the tag."""

from typing import Any

from babel import Locale
from flask import Blueprint, Response, make_response, render_template, request

from widget_server.catalogue.public import public_business
from widget_server.web.pages.assets import asset
from widget_server.web.pages.looks import (
    MAX_RADIUS,
    USUAL_ACCENT,
    USUAL_RADIUS,
    read_look,
)
from widget_server.web.pages.words import in_english, languages
from widget_server.web.parts import parts, public_url
from widget_server.web.security.headers import page_policy

blueprint = Blueprint("snippet", __name__)


@blueprint.get("/snippet")
def builder() -> Response:
    """Show the form, the widget as it would be, and what to paste."""
    in_english()
    look = read_look(request.args)
    page = render_template(
        "snippet.html", business=public_business(parts().catalogue.offer().value), look=look,
        snippet=look.snippet(public_url()), frame=look.frame(public_url()),
        languages=_named_languages(), most=MAX_RADIUS, named=_named,
        usual=(USUAL_ACCENT, USUAL_RADIUS),
    )  # fmt: skip
    response = make_response(page)
    response.headers["Content-Security-Policy"] = page_policy(frames="'self'")
    return response


@blueprint.get("/snippet.txt")
def text() -> Response:
    """Return what to paste, and nothing else."""
    snippet = read_look(request.args).snippet(public_url())
    return Response(f"{snippet}\n", mimetype="text/plain")


@blueprint.get("/frame.txt")
def frame() -> Response:
    """Return what to paste where no script is taken, and nothing else."""
    frame = read_look(request.args).frame(public_url())
    return Response(f"{frame}\n", mimetype="text/plain")


@blueprint.get("/snippet.js")
def script() -> Response:
    """Return the script that keeps the builder's preview and tag up to date."""
    return asset("snippet.js", "text/javascript")


def _named_languages() -> list[tuple[str, str]]:
    """Return the languages by their own names, in order."""
    names = ((code, Locale(code).get_display_name(code) or code) for code in languages())
    return sorted(((code, name.capitalize()) for code, name in names), key=lambda one: one[1])


def _named(things: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(thing["id"], thing["name"]) for thing in things]
