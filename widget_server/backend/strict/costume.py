"""The costume itself: takes a request in as the platform would, lets our answer out as its answer.

The method comes before the token, as with most routers; which comes first live is unknown.
"""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from widget_server.backend.config import BackendConfig
from widget_server.backend.strict.asked import Refused, refuse_unknown
from widget_server.backend.strict.hints import widened
from widget_server.backend.strict.surface import Operation, operations_at

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
FORM = "application/x-www-form-urlencoded"
# Headers that hold for whatever is shown.
KEPT = ("Cache-Control", "Pragma")
# Whatever the platform does not know, its website answers, and is content.
PAGE = """<!doctype html>
<html lang="en"><head><title>Booking</title></head><body><div id="app"></div></body></html>
"""


def strict(app: WsgiApp, config: BackendConfig) -> WsgiApp:
    """Return the application as the live platform would be seen from outside."""
    return _Costume(app, config)


@dataclass(frozen=True, slots=True)
class _Costume:
    app: WsgiApp
    config: BackendConfig

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ, populate_request=False)
        request.max_content_length = self.config.most_bytes
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        prefix = self.config.api_path
        inside = request.path.startswith(f"{prefix}/")
        operations = operations_at(request.path.removeprefix(prefix)) if inside else None
        if operations is None:
            return Response(PAGE, 200, mimetype="text/html")
        operation = operations.get(request.method)
        if operation is None:
            refused = _message(405, "Method Not Allowed")
            refused.headers["Allow"] = ", ".join(operations)
            return refused
        try:
            return self._carry_out(operation, request)
        except Refused as refusal:
            return _message(refusal.status, refusal.message)
        except HTTPException as error:
            return _message(error.code or 400, error.name)

    def _carry_out(self, operation: Operation, request: Request) -> Response:
        environ = _taken_in(operation, request)
        return _let_out(operation, Response.from_app(self.app, environ, buffered=True))


def _taken_in(operation: Operation, request: Request) -> dict[str, Any]:
    """Return the request as the whole application gets it; raise Refused."""
    refuse_unknown(request.args, operation.query)
    body = request.get_data()
    if operation.form and request.mimetype != FORM:
        raise Refused(422, f"The body must be a form ({FORM}).")
    if operation.body:
        body = operation.body.read(body)
    environ: dict[str, Any] = {
        **request.environ,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    if operation.hints:
        environ["QUERY_STRING"] = urlencode(widened(request.args.items(multi=True)))
    return environ


def _let_out(operation: Operation, answer: Response) -> Response:
    shown = _shown(operation, answer)
    shown.headers.extend((name, answer.headers[name]) for name in KEPT if name in answer.headers)
    return shown


def _shown(operation: Operation, answer: Response) -> Response:
    if answer.status_code >= 400:
        return _message(answer.status_code, _said(answer))
    record = operation.show(answer.get_json(silent=True))
    if record is None:
        return Response(status=204)
    return _json(answer.status_code, record)


def _said(answer: Response) -> str:
    problem = answer.get_json(silent=True)
    return str(problem["message"]) if isinstance(problem, dict) else "Server Error"


def _message(status: int, message: str) -> Response:
    return _json(status, {"message": message})


def _json(status: int, value: Any) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
