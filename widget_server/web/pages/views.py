"""Hosted pages: the demo site, and the page on which visitors manage their booking."""

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from widget_server.booking.cancel import cancel
from widget_server.booking.ledger.models import Booking
from widget_server.booking.see import see
from widget_server.catalogue.public import public_business
from widget_server.errors import DomainError
from widget_server.web.api.booking_view import full_view
from widget_server.web.api.problem_kinds import PROBLEM_KINDS
from widget_server.web.api.problems import visible_detail
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


@blueprint.get("/manage/<token>")
def manage(token: str) -> str:
    """Show a visitor their booking."""
    return _manage(see(parts().desk, token))


@blueprint.post("/manage/<token>/cancel")
def cancel_page(token: str) -> AnyResponse | tuple[str, int]:
    """Cancel, and show what has become of it."""
    try:
        cancel(parts().desk, token)
    except DomainError as error:
        page = _manage(see(parts().desk, token), visible_detail(error))
        return page, PROBLEM_KINDS[error.code].status
    return redirect(f"/manage/{token}", 303)


def _manage(booking: Booking, problem: str | None = None) -> str:
    view = full_view(booking)
    return render_template(
        "manage.html",
        booking=view,
        business=parts().catalogue.offer().value.settings,
        can_cancel=parts().desk.now() <= datetime.fromisoformat(view["can_cancel_until"]),
        problem=problem,
    )


def _asset(template: str, mimetype: str) -> Response:
    response = Response(render_template(template), mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
