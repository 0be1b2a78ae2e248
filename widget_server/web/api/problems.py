"""Every error becomes an application/problem+json document here, and nowhere else (RFC 9457)."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, json, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from widget_server.booking.errors import NotOpen
from widget_server.errors import SEE_FIELDS, DomainError, first_fields
from widget_server.rate_limits import RateLimited
from widget_server.web.api.problem_kinds import PROBLEM_KINDS, code_of_status, problem_document
from widget_server.web.api.slot_view import slot_view
from widget_server.web.parts import parts, public_url

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = {503: 10}
# What the platform says of itself is for the log; visitors read this.
PLATFORM_DETAIL = "The booking system does not answer. Please try again in a few minutes."


def register(app: Flask) -> None:
    """Turn every exception of the application into a problem."""
    app.register_error_handler(DomainError, domain_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(OperationalError, database_problem)
    app.register_error_handler(Exception, unforeseen_problem)


def domain_problem(error: DomainError) -> Response:
    """Return the problem of a foreseen error."""
    extra = {}
    if isinstance(error, NotOpen):
        zone = ZoneInfo(error.timezone) if error.timezone else parts().catalogue.offer().value.zone
        extra["alternatives"] = [slot_view(slot, zone) for slot in error.alternatives]
    response = problem(error.code, visible_detail(error), errors=error.errors, extra=extra)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def visible_detail(error: DomainError) -> str:
    """Return what a visitor may read of an error."""
    if error.code == "platform_unavailable":
        log.warning("platform: %s", error.detail)
        return PLATFORM_DETAIL
    return error.detail


def http_problem(error: HTTPException) -> Response:
    """Return the problem of an HTTP error, schema errors included."""
    status = error.code or 500
    messages = (getattr(error, "data", None) or {}).get("messages")
    if messages is not None:
        errors = dict(field_errors(messages))
        return problem("invalid_input", SEE_FIELDS, errors=errors)
    response = problem(code_of_status(status), error.description or "", status=status)
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


def database_problem(error: OperationalError) -> Response:
    """Return the problem of a database that cannot be used now: busy, full or away."""
    log.error("The database cannot be used at %s: %s", request.url_rule, type(error.orig).__name__)
    return problem("unavailable", "This cannot be kept at the moment. Please try again shortly.")


def unforeseen_problem(error: Exception) -> Response:
    """Return a problem that tells nothing, and log what happened without any visitor's data."""
    log.error("Unforeseen %s at %s", type(error).__name__, request.url_rule, exc_info=error)
    if current_app.testing:
        raise error
    return problem("unavailable", "Something went wrong here. Please try again.", status=500)


def problem(
    code: str,
    detail: str,
    *,
    status: int | None = None,
    errors: Mapping[str, list[str]] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """Build the document; `status` overrides the code's own."""
    status = status or PROBLEM_KINDS[code].status
    named, besides = first_fields(errors or {})
    detail = f"{detail} {besides}".strip()
    document = problem_document(public_url(), code, status, detail, named) | dict(extra or {})
    response = _page(document) if _wants_page() else _json(document)
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in RETRY_AFTER_SECONDS:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS[status])
    return response


def _json(document: Mapping[str, Any]) -> Response:
    return Response(json.dumps(document), document["status"], mimetype="application/problem+json")


def _page(document: Mapping[str, Any]) -> Response:
    return Response(render_template("problem.html", problem=document), document["status"])


def _wants_page() -> bool:
    """Tell whether a person is looking: the API answers JSON, whatever it is asked for."""
    if request.path.startswith("/v1/"):
        return False
    kinds = ["application/problem+json", "application/json", "text/html"]
    return request.accept_mimetypes.best_match(kinds) == "text/html"


def field_errors(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield (path as the user wrote it, messages) of a tree of schema errors."""
    if not isinstance(messages, Mapping):
        texts = messages if isinstance(messages, list) else [messages]
        yield path, [str(text) for text in texts]
        return
    for key, below in messages.items():
        # Where the input came from (the body, the query) is no part of a field's name.
        outermost = not path and key in ("json", "query", "form", "headers")
        name = "" if outermost or key == "_schema" else str(key)
        yield from field_errors(below, ".".join(part for part in (path, name) if part))
