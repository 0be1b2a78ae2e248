"""How often a client may call, and how often a secret may be guessed at."""

from flask import Request

from widget_server.rate_limits import IN_PROCESS, RateLimiter, network, per_minutes

WRONG_SECRETS_PER_MINUTE = 60
WRONG_SECRETS = per_minutes(WRONG_SECRETS_PER_MINUTE)


class CallLimits:
    """Counts calls by client and wrong secrets by address; None for `calls_per_minute`: nothing.

    What the server calls of itself, for visitors who have limits of their own, does not count.
    """

    def __init__(self, calls_per_minute: int | None) -> None:
        self._calls = calls_per_minute
        self._limiter = RateLimiter("Too many requests; try again as Retry-After says.")

    def count_call(self, request: Request, client_id: str) -> None:
        """Count a call; raise RateLimited when there were too many."""
        if self._calls and not request.environ.get(IN_PROCESS):
            self._limiter.hit(per_minutes(self._calls), "call", client_id)

    def check_guesses(self, request: Request) -> None:
        """Raise RateLimited when too many wrong secrets came from where this comes from."""
        if self._calls and not request.environ.get(IN_PROCESS):
            self._limiter.check(WRONG_SECRETS, "guess", network(request.remote_addr))

    def count_guess(self, request: Request) -> None:
        """Count a wrong secret; raise RateLimited when it was one too many."""
        if self._calls and not request.environ.get(IN_PROCESS):
            self._limiter.hit(WRONG_SECRETS, "guess", network(request.remote_addr))
