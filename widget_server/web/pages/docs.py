"""The public API for people to read: from the very document that /openapi.json serves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from flask import Blueprint, current_app, json, render_template

from widget_server.errors import NotFound
from widget_server.web.api.openapi import description
from widget_server.web.api.problem_kinds import PROBLEM_KINDS
from widget_server.web.pages.words import in_english

blueprint = Blueprint("docs", __name__)
Record = dict[str, Any]
METHODS = ("get", "post", "patch", "delete")


@blueprint.get("/docs")
def api() -> str:
    """Show every operation of the API, and every error code."""
    in_english()
    spec = description(current_app)
    return render_template(
        "docs/api.html", title=spec["info"]["title"], operations=Reader(spec).operations(),
        kinds=PROBLEM_KINDS,
    )  # fmt: skip


@blueprint.get("/problems/<code>")
def problem(code: str) -> str:
    """Say what an error code means: where the `type` of every problem leads."""
    if code not in PROBLEM_KINDS:
        raise NotFound("There is no such error code.")
    in_english()
    return render_template("docs/problem.html", code=code, kind=PROBLEM_KINDS[code])


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads an OpenAPI document into the rows of tables."""

    spec: Record

    def operations(self) -> list[Record]:
        """Return every operation: its method, path, summary, parameters, body and answers."""
        return [
            {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "parameters": [
                    self._field(one["name"], one["schema"], required=one.get("required", False))
                    for one in map(
                        self._resolve,
                        [*of_path.get("parameters", []), *operation.get("parameters", [])],
                    )
                ],
                "body": self._content(operation.get("requestBody", {})),
                "answers": {
                    status: self._content(self._resolve(answer))
                    for status, answer in operation["responses"].items()
                    if status < "400"
                },
            }
            for path, of_path in self.spec["paths"].items()
            for method, operation in of_path.items()
            if method in METHODS
        ]

    def _content(self, holder: Record) -> list[Record]:
        schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
        return list(self._rows(schema, ""))

    def _rows(self, schema: Record, path: str) -> Iterator[Record]:
        whole = self._resolve(schema)
        for name, node in whole.get("properties", {}).items():
            yield self._field(path + name, node, required=name in whole.get("required", ()))
            inner = self._resolve(node)
            below = inner.get("items")
            yield from self._rows(below or inner, f"{path}{name}{'[]' if below else ''}.")

    def _field(self, name: str, schema: Record, *, required: bool) -> Record:
        inner = self._resolve(schema)
        default = inner.get("default")
        return {
            "name": name,
            "required": required,
            "kind": self._kind(schema),
            "default": "" if default is None else json.dumps(default),
        }

    def _kind(self, schema: Record) -> str:
        inner = self._resolve(schema)
        if "items" in inner:
            return f"list of {self._kind(inner['items'])}"
        kinds = inner.get("type", "object")
        text = kinds if isinstance(kinds, str) else " or ".join(kinds)
        return f"{text} ({inner['format']})" if "format" in inner else text

    def _resolve(self, node: Record) -> Record:
        reference = node.get("$ref")
        if not reference:
            return node
        found: Record = reduce(getitem, reference.split("/")[1:], self.spec)
        return found
