"""The page on which the team confirms or declines a booking, by the link in its mail.

Looking changes nothing: mail scanners follow links. The link is worth nothing once it was used.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from widget_server.booking.decide import decide, undecided
from widget_server.booking.details import booking_view
from widget_server.booking.ledger.models import Booking
from widget_server.errors import InvalidInput
from widget_server.web.parts import parts

blueprint = Blueprint("decide", __name__)


@blueprint.get("/decide/<token>")
def show(token: str) -> str:
    """Show what is to be decided."""
    return _page(undecided(parts().desk, token))


@blueprint.post("/decide/<token>")
def act(token: str) -> str:
    """Confirm or decline, and say what has become of it."""
    verdict = request.form.get("verdict")
    if verdict not in ("approve", "reject"):
        undecided(parts().desk, token)
        raise InvalidInput.at("verdict", "Please confirm or decline.")
    return _page(decide(parts().desk, token, approve=verdict == "approve"))


def _page(bookings: Sequence[Booking]) -> str:
    offer = parts().catalogue.offer().value
    # Told in the business's own time: the one who looks works there.
    views = [booking_view(one, offer, offer.zone) for one in bookings]
    items = [item for view in views for item in view["items"]]
    return render_template(
        "decide.html",
        booking=views[0] | {"items": items},
        business=offer.settings,
        zone=offer.zone.key,
    )
