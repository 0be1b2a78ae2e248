"""The headers that every answer carries."""

from flask import Response, request

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
# Paths that carry a manage token must not travel to other sites.
PRIVATE_PATHS = ("/manage/", "/v1/bookings")
# A page with a form carries a key of its own, and perhaps what somebody typed.
NOT_KEPT = (*PRIVATE_PATHS, "/book")


def secure(response: Response) -> Response:
    """Add the security headers."""
    is_page = response.mimetype == "text/html"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else API_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if request.path.startswith(PRIVATE_PATHS):
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Robots-Tag"] = "noindex"
    if request.path.startswith(NOT_KEPT):
        headers["Cache-Control"] = "no-store"
    return response
