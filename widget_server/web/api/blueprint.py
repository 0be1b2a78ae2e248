"""A part of the public API, and how it reads what comes in."""

import json
from collections.abc import Callable
from typing import Any

from flask import Request, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from widget_server.errors import InvalidInput

# Set on views that read the query themselves.
READS_QUERY = "reads_query"


class InputParser(FlaskParser):
    """Refuses what the library would read somehow.

    As bad JSON also what Python chokes on: endless nesting, endless numbers. In a query what is
    said twice of what can only be one.
    """

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Return the query; raise ValidationError for what is repeated."""
        query = super().load_querystring(req, schema)
        repeated = {
            name: ["Give this once."]
            for name, values in req.args.lists()
            if len(values) > 1 and name not in query.multiple_keys
        }
        if repeated:
            raise ValidationError(repeated)
        return query

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("Not valid JSON.", "body", 0) from error


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A part of the public API; what a route does not know of a query it refuses."""

    ARGUMENTS_PARSER = InputParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_refuse_unread_query)

    def arguments(self, schema: Any, *, location: str = "json", **kwargs: Any) -> Any:
        """Return the decorator for views that take what the schema reads."""
        decorate = super().arguments(schema, location=location, **kwargs)

        def note(view: Callable[..., Any]) -> Any:
            if location == "query":
                setattr(view, READS_QUERY, True)
            return decorate(view)

        return note


def _refuse_unread_query() -> None:
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, READS_QUERY, False) or request.method == "OPTIONS" or not request.args:
        return
    raise InvalidInput.of({name: ["Unknown field."] for name in request.args})
