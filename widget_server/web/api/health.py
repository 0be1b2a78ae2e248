"""Tells whether the process is alive, whether it can do its work, and what it has done."""

import hmac
import time

from flask import Blueprint, Response, json, request

from widget_server.errors import NotFound
from widget_server.observability.exposition import CONTENT_TYPE
from widget_server.web.parts import parts
from widget_server.web.security.tokens import TokenWrong

# For the numbers that have to be looked up: without them rather than late.
PATIENCE_SECONDS = 1.0
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return _json({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether bookings can be made, and what is in the way."""
    report = parts().watch.readiness.report()
    return _json(report, 503 if report["reasons"] else 200)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Tell Prometheus what all workers of this machine have counted."""
    watch = parts().watch
    _admit(watch.token)
    lengths = watch.lengths.result(time.monotonic() + PATIENCE_SECONDS)
    response = Response(watch.metrics.text(lengths or {}), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _admit(token: str | None) -> None:
    if token is None:
        if not parts().demo:
            raise NotFound("There is nothing here.")
        return
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    known = hmac.compare_digest(sent.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not known:
        raise TokenWrong("Send METRICS_TOKEN in the header Authorization, after Bearer.")


def _json(body: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
