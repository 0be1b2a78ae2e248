"""The blueprint that all resources use: strict JSON in, scopes checked, problems documented."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from flask import Request, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from widget_server.backend import auth
from widget_server.backend.context import backend
from widget_server.backend.errors import Forbidden, Unauthorized
from widget_server.backend.schemas.base import Problem

Data = dict[str, Any]
View = Callable[..., Any]
Views = TypeVar("Views", bound=type[MethodView])
Decorator = Callable[[View], View]
READING = {"GET", "HEAD", "OPTIONS"}
# What anybody may send, token or not: credentials, with every sign of them escaped.
LITTLE_BYTES = 16 * 1024
# The largest id: a longer number in a path names nothing.
ID = "<int(max=2147483647):id_>"


class StrictParser(FlaskParser):
    """Reads JSON as JSON is defined: no NaN, no endless nesting, nothing but JSON."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs' way
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": "raise",
        "form": "raise",
    }

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not core.is_json(req.mimetype):
            raise UnsupportedMediaType("The body must be JSON (application/json).")
        try:
            return json.loads(body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("Not valid JSON.", "body", 0) from error

    def load_json_or_form(self, req: Request, schema: Schema) -> Any:
        """Read JSON where JSON is announced, a form otherwise."""
        if core.is_json(req.mimetype):
            return self.load_json(req, schema)
        return self.load_form(req, schema)


class ResourceBlueprint(Blueprint):  # type: ignore[misc]
    """A resource; every call needs a token whose scopes cover it."""

    ARGUMENTS_PARSER = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: dict[str, str] = {  # noqa: RUF012 - its way
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "json_or_form": "application/x-www-form-urlencoded",
    }

    def __init__(self, name: str, description: str, *, open_to_all: bool = False) -> None:
        super().__init__(name, name, description=description)
        self._prepare_doc_cbks.append(_document(guarded=not open_to_all))
        self.before_request(_expect_little if open_to_all else _require_scope)

    def takes(self, schema: type[Schema] | Schema, location: str = "json") -> Decorator:
        """Hand the checked input to the view as its first argument."""
        decorator: Decorator = self.arguments(schema, location=location)
        return decorator

    def answers(
        self, status: int, schema: type[Schema] | None = None, *, summary: str
    ) -> Decorator:
        """Show what the view returns by a schema, and document it."""

        def decorate(view: View) -> View:
            shown: View = self.response(status, schema)(self.doc(summary=summary)(view))
            return shown

        return decorate

    def answers_csv_too(self) -> Decorator:
        """Document that the view can answer as CSV."""
        text = {"type": "string"}
        decorator: Decorator = self.alt_response(200, schema=text, content_type="text/csv")
        return decorator

    def at(self, path: str, endpoint: str | None = None) -> Callable[[Views], Views]:
        """Serve a class of views at a path."""
        decorator: Callable[[Views], Views] = self.route(path, endpoint=endpoint)
        return decorator


def partial(schema: type[Schema]) -> Schema:
    """Return the schema of a partial change: any of the fields, each of them whole."""
    return schema(partial=tuple(schema().fields))


def _require_scope() -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthorized("The access token is missing.")
    here = backend()
    g.caller = auth.caller(here.database, token.strip(), here.now())
    here.limits.count_call(request, g.caller.client_id)
    action = "read" if request.method in READING else "write"
    if not g.caller.may(request.blueprint or "", action):
        raise Forbidden(f"The client may not {action} {request.blueprint}.")


def _expect_little() -> None:
    request.max_content_length = LITTLE_BYTES


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


_RESPONSES = {
    "401": "No valid token.",
    "403": "Not within the client's scopes.",
    "404": "There is no such thing.",
    "409": "Not possible as things are.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "Some of this is not valid; `errors` names the fields.",
    "429": "Called too often; `Retry-After` says for how many seconds to wait.",
    "default": "Another problem.",
}


def _document(*, guarded: bool) -> Any:
    def document(doc: Data, _info: Mapping[str, Any], **_kwargs: Any) -> Data:
        # The library tells errors as plain JSON, and they are not.
        doc.setdefault("responses", {}).update(
            {
                status: {
                    "description": description,
                    "content": {"application/problem+json": {"schema": Problem}},
                }
                for status, description in _RESPONSES.items()
            }
        )
        doc["security"] = [{"token": []}] if guarded else []
        return doc

    return document
