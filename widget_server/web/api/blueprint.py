"""A part of the public API, and how it reads what comes in."""

import json
from typing import Any

from flask import Request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser


class JsonParser(FlaskParser):
    """Refuses as bad JSON also what Python chokes on: endless nesting, endless numbers."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("Not valid JSON.", "body", 0) from error


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A part of the public API."""

    ARGUMENTS_PARSER = JsonParser()
