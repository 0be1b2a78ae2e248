"""From errors to HTTP: the one place of this API that knows which error is which status.

Problems are told as RFC 9457 says, with the platform's `message` beside.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Response, json
from flask_smorest import Api
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from widget_server.backend.schemas.base import Problem
from widget_server.errors import DomainError, first_fields
from widget_server.rate_limits import RateLimited

MEDIA_TYPE = "application/problem+json"

# Code -> status and title.
_DOMAIN = {
    "invalid_input": (422, "Some of this is not valid"),
    "coupon_invalid": (422, "This coupon cannot be used"),
    "not_found": (404, "There is no such thing"),
    "slot_taken": (409, "This time is taken"),
    "in_use": (409, "This is still needed"),
    "wrong_state": (409, "Its status does not allow this"),
    "changed_meanwhile": (409, "Changed at the same moment"),
    "unauthorized": (401, "No valid access"),
    "forbidden": (403, "Not within the client's scopes"),
    "rate_limited": (429, "Called too often"),
}
_HTTP = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
}
_KEPT = {"Allow", "Retry-After"}
_BUSY = "The booking system is busy; try again."


class ProblemApi(Api):  # type: ignore[misc]
    """The API, with its errors told as problems; 405 keeps its Allow header."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Return the problem for an error of HTTP, or of the input's form."""
        status = error.code or 500
        said = getattr(error, "data", None) or {}
        errors = _fields(said.get("errors") or said.get("messages") or {})
        code = _HTTP.get(status, "unavailable" if status >= 500 else "invalid_request")
        detail = _sentence(errors) or error.description or error.name
        headers = dict(error.get_headers())
        kept = {name: value for name, value in headers.items() if name in _KEPT}
        return problem(status, code, error.name, detail, errors=errors, headers=kept)


def register(app: Flask) -> None:
    """Tell domain errors, and a database that is busy, as problems."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(OperationalError, _busy)


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer that tells a problem."""
    named, besides = first_fields(errors or {})
    detail = f"{detail} {besides}".strip()
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "message": detail,
        "errors": named,
    }
    return Response(json.dumps(body), status, headers, content_type=MEDIA_TYPE)


def _domain(error: DomainError) -> Response:
    status, title = _DOMAIN.get(error.code, (500, "Out of order"))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.seconds)
    return problem(status, error.code, title, error.detail, errors=error.errors, headers=headers)


def _busy(_error: OperationalError) -> Response:
    return problem(503, "unavailable", "Busy", _BUSY, headers={"Retry-After": "1"})


def _fields(messages: Any) -> dict[str, list[str]]:
    """Return each field's path, as the caller wrote it, and what is wrong with it."""
    if isinstance(messages, Mapping) and len(messages) == 1 and set(messages) <= _PLACES:
        (messages,) = messages.values()
    return dict(_flat(messages, ""))


def _flat(messages: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, f"{path}.{name}".strip("."))
    else:
        yield path.removesuffix("._schema") or "_schema", [str(said) for said in messages]


# The first level of what webargs says: where the input lay.
_PLACES = {"json", "query", "form", "json_or_form"}


def _sentence(errors: Mapping[str, list[str]]) -> str:
    named, _ = first_fields(errors)
    return " ".join(f"{field}: {said}" for field, all_ in named.items() for said in all_[:1])
