"""Hosted pages: the demo site, and the pages that book and manage without JavaScript."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from widget_server.booking.cancel import cancel
from widget_server.booking.see import see
from widget_server.catalogue.public import public_business
from widget_server.errors import DomainError
from widget_server.web.api.booking_view import full_view
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
    response = Response(render_template("pages.css"), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/manage/<token>")
def manage(token: str) -> str:
    """Show a visitor their booking."""
    return render_template("manage.html", booking=full_view(see(parts().desk, token)), problem=None)


@blueprint.post("/manage/<token>/cancel")
def cancel_page(token: str) -> AnyResponse | tuple[str, int]:
    """Cancel, and show what has become of it."""
    try:
        cancel(parts().desk, token)
    except DomainError as error:
        booking = full_view(see(parts().desk, token))
        return render_template("manage.html", booking=booking, problem=error.detail), 409
    return redirect(f"/manage/{token}", 303)
