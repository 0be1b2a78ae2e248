"""Which websites' scripts may call the API.

This is what browsers enforce on behalf of visitors; it authenticates nobody. Apps and scripts
outside a browser send no Origin at all and are held by the limits instead.
"""

import re
from collections.abc import Sequence

from flask import Response, request

# Of this machine, on any port.
DEMO_ORIGINS = ("http://localhost:*", "http://127.0.0.1:*")
METHODS = "GET, POST, PATCH, DELETE, OPTIONS"
HEADERS = "Content-Type, Idempotency-Key, If-None-Match"
EXPOSED = "ETag, Retry-After"
PREFLIGHT_SECONDS = 7200


class OriginPolicy:
    """Allows exact origins and `https://*.example.org`; in the demo also this machine's."""

    def __init__(self, allowed: Sequence[str], *, demo: bool) -> None:
        self.allowed = DEMO_ORIGINS if demo and not allowed else tuple(allowed)
        self._pattern = re.compile("|".join(map(_pattern, self.allowed)) or r"(?!)")

    def allows(self, origin: str) -> bool:
        """Tell whether scripts of this origin may read answers."""
        return self._pattern.fullmatch(origin) is not None

    def preflight(self) -> Response | None:
        """Answer a browser that asks before it calls; None for any other request."""
        if request.method != "OPTIONS" or not request.path.startswith("/v1/"):
            return None
        return Response(status=204)

    def mark(self, response: Response) -> Response:
        """Add the headers that let allowed origins read an API answer."""
        if not request.path.startswith("/v1/"):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if self.allows(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = METHODS
                response.headers["Access-Control-Allow-Headers"] = HEADERS
                response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response


def _pattern(origin: str) -> str:
    """Return what matches the origins meant: any port, or one more name before a domain."""
    host = origin.removesuffix(":*")
    escaped = re.escape(host).replace(r"\*", r"[a-z0-9-]+")
    return f"(?:{escaped}{r'(:[0-9]+)?' if host != origin else ''})"
