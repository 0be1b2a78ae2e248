"""The page on which visitors see, move and cancel their own booking; needs no JavaScript."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from widget_server.booking.cancel import cancel, cancel_series
from widget_server.booking.errors import StillProcessing
from widget_server.booking.ledger.models import Booking
from widget_server.booking.reschedule import open_moves, reschedule
from widget_server.booking.see import see
from widget_server.catalogue.find_slots import SlotsFound
from widget_server.errors import DomainError, InvalidInput
from widget_server.web.api.booking_view import full_view
from widget_server.web.api.fields import Day, Start
from widget_server.web.api.problem_kinds import PROBLEM_KINDS
from widget_server.web.api.problems import visible_detail
from widget_server.web.pages.openings import openings
from widget_server.web.parts import parts

blueprint = Blueprint("manage", __name__)


@blueprint.get("/manage/<token>")
def show(token: str) -> str:
    """Show a visitor their booking."""
    return _booking_page(see(parts().desk, token))


@blueprint.post("/manage/<token>/cancel")
def cancel_page(token: str) -> AnyResponse | tuple[str, int]:
    """Cancel the booking, or all that is left of its series, and show what has become of it."""
    how = cancel_series if request.form.get("series") else cancel
    try:
        how(parts().desk, token)
    except DomainError as error:
        page = _booking_page(see(parts().desk, token), visible_detail(error))
        return page, PROBLEM_KINDS[error.code].status
    return redirect(f"/manage/{token}", 303)


@blueprint.get("/manage/<token>/times")
def times(token: str) -> str:
    """Show where the booking could be moved to."""
    return _times_page(token, _day())


@blueprint.post("/manage/<token>/times")
def move(token: str) -> AnyResponse | tuple[str, int]:
    """Move the booking to the time that was chosen."""
    start = _start()
    try:
        reschedule(parts().desk, token, start, None)
    except StillProcessing:
        pass  # the booking's page tells, and looks again by itself
    except DomainError as error:
        page = _times_page(token, start.date(), visible_detail(error))
        return page, PROBLEM_KINDS[error.code].status
    return redirect(f"/manage/{token}", 303)


def _booking_page(booking: Booking, problem: str | None = None) -> str:
    view, now = full_view(booking), parts().desk.now()
    return render_template(
        "manage.html",
        booking=view,
        business=parts().catalogue.offer().value.settings,
        can_cancel=now <= datetime.fromisoformat(view["can_cancel_until"]),
        can_move=now <= datetime.fromisoformat(view["can_reschedule_until"]),
        problem=problem,
    )


def _times_page(token: str, day: date | None, problem: str | None = None) -> str:
    desk = parts().desk
    view = full_view(see(desk, token))
    zone = ZoneInfo(view["timezone"])

    def find(first: date, last: date) -> SlotsFound:
        return open_moves(desk, token, first, last, zone.key)

    return render_template(
        "move.html",
        booking=view,
        business=parts().catalogue.offer().value.settings,
        openings=openings(find, zone, day, desk.now()),
        problem=problem,
    )


def _day() -> date | None:
    text = request.args.get("day")
    try:
        day: date | None = Day().deserialize(text) if text else None
    except ValidationError:
        raise InvalidInput.at("day", "Please give a date such as 2026-12-01.") from None
    return day


def _start() -> datetime:
    try:
        start: datetime = Start(required=True).deserialize(request.form.get("start", ""))
    except ValidationError:
        raise InvalidInput.at("start", "Please choose one of the open times.") from None
    return start
