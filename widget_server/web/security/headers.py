"""The headers that every answer carries."""

from flask import Response, request

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Paths that carry a manage token must not travel to other sites.
PRIVATE_PATHS = ("/manage/", "/decide/", "/v1/bookings")
# A page with a form carries a key of its own, and perhaps what somebody typed.
NOT_KEPT = (*PRIVATE_PATHS, "/book")


def page_policy(*, framed_by: str = "'none'", frames: str = "'none'") -> str:
    """Return the Content-Security-Policy of a page: who may frame it, and what it frames."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
        f"connect-src 'self'; frame-src {frames}; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {framed_by}; require-trusted-types-for 'script'"
    )


def secure(response: Response) -> Response:
    """Add the security headers."""
    is_page = response.mimetype == "text/html"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", page_policy() if is_page else API_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if request.path.startswith(PRIVATE_PATHS):
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Robots-Tag"] = "noindex"
    if request.path.startswith(NOT_KEPT):
        headers["Cache-Control"] = "no-store"
    return response
