"""Tells whether the process is alive, and whether it can do its work."""

from collections.abc import Callable

from flask import Blueprint, Response, json

from widget_server.errors import DomainError
from widget_server.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return _json({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether bookings can be made, and what is in the way."""
    desk = parts().desk
    checks: dict[str, Callable[[], object]] = {
        "booking_system": desk.catalogue.offer,
        "ledger": desk.ledger.ping,
        "widget": _widget_is_built,
    }
    reasons = {name: problem for name, check in checks.items() if (problem := _problem(check))}
    body: dict[str, object] = {"status": "unready" if reasons else "ready", "reasons": reasons}
    return _json(body, 503 if reasons else 200)


def _problem(check: Callable[[], object]) -> str | None:
    try:
        check()
    except DomainError as error:
        return error.detail
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return f"does not work ({type(error).__name__})"
    return None


def _widget_is_built() -> None:
    if parts().widget.loader is None:
        raise DomainError("The widget has not been built; run make.")


def _json(body: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
