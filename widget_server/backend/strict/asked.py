"""What a request to the platform may say: its query parameters, its body's fields.

A field that is not known to be taken is refused. To ignore it would let a client believe that its
coupon or its note has arrived.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from widget_server.errors import first_fields


class Refused(Exception):
    """The request is answered with this status and message, and goes no further."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of a JSON body.

    `incomplete` is the status for a body without all of the `required`. `unread` are fields that
    are taken, as whole numbers, and have no effect: what the numbers mean is not known.
    """

    required: frozenset[str]
    optional: frozenset[str] = field(default=frozenset())
    unread: frozenset[str] = field(default=frozenset())
    incomplete: int = 422

    def read(self, body: bytes) -> bytes:
        """Return the body as it goes on; raise Refused."""
        fields = _object(body)
        missing = self.required - set(fields)
        if missing:
            raise Refused(self.incomplete, _missing(self.incomplete, missing))
        refuse_unknown(fields, self.required | self.optional | self.unread)
        for name in self.unread & set(fields):
            if type(fields[name]) is not int:
                raise Refused(422, f"The {name} must be an integer.")
        read = {name: value for name, value in fields.items() if name not in self.unread}
        return json.dumps(read).encode()


def refuse_unknown(given: Collection[str], known: Collection[str]) -> None:
    """Raise Refused when something is given that nobody knows."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        named, besides = first_fields(dict.fromkeys(unknown, ()))
        raise Refused(422, f"Unknown: {', '.join(named)}. {besides}".strip())


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refused(422, "The body must be a JSON object.")
    return fields


def _missing(status: int, names: frozenset[str]) -> str:
    if status == 500:
        return "Server Error"
    return f"Required: {', '.join(sorted(names))}."
