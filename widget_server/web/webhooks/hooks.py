"""Who may tell us something, and what it makes us forget."""

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Request
from limits.storage import Storage

from widget_server.booking.desk import Desk
from widget_server.clock import Ticks
from widget_server.rate_limits import RateLimiter, network, per_minutes
from widget_server.web.security.tokens import TokenWrong
from widget_server.web.webhooks.reading import OF_NOBODYS_TIME, Told

# Of one address, in a minute.
WRONG_TOKENS = 10
# An event comes again under its id for days; without one, the same body twice may be two events.
REMEMBERED_SECONDS, SAME_BODY_SECONDS = 86_400.0, 5.0
REMEMBERED = 5000


class Hooks:
    """Takes the events of the platform.

    `token` is what it proves itself with; `look` has the bookings in an appointment looked at.
    """

    def __init__(
        self,
        token: str,
        look: Callable[[int], None] | None,
        ticks: Ticks,
        *,
        limited: bool,
        storage: Storage | None = None,
    ) -> None:
        self._token = token.encode()
        self._look = look
        self._limited = limited
        refusal = "Too many wrong tokens from your address. Please wait a minute."
        self._limiter = RateLimiter(refusal, storage)
        self._seen = _Seen(ticks)

    def admit(self, request: Request) -> None:
        """Raise TokenWrong for a stranger, RateLimited for one who comes too often.

        Whoever has the token is not counted: behind a proxy strangers may have the same address.
        """
        if self._knows(request.headers.get("Authorization", "")):
            return
        if self._limited:
            address = network(request.remote_addr)
            self._limiter.hit(per_minutes(WRONG_TOKENS), "wrong tokens of", address)
        raise TokenWrong("Send the verification token in the header Authorization.")

    @contextmanager
    def once(self, event: str, request: Request) -> Iterator[bool]:
        """Yield whether an event has not come before; one that fails may come again."""
        name, seconds = _name(event, request)
        is_new = self._seen.first(name, seconds)
        try:
            yield is_new
        except Exception:
            self._seen.forget(name)
            raise

    def hear(self, desk: Desk, event: str, told: Told) -> None:
        """Forget what an event may have made old; the next who asks reads it anew."""
        if event == OF_NOBODYS_TIME:
            return
        desk.client.appointment_changed(told.appointment)
        if told.span is None:
            desk.catalogue.all_times_changed()
        else:
            known = desk.ledger.spans_of(told.appointment) if told.appointment else []
            desk.catalogue.times_changed([told.span, *known])
        if self._look and told.appointment:
            self._look(told.appointment)

    def _knows(self, header: str) -> bool:
        sent = header.removeprefix("Bearer ").strip().encode("latin-1", "replace")
        return hmac.compare_digest(sent, self._token)


def _name(event: str, request: Request) -> tuple[str, float]:
    """Return what an event is known by, and for how long it is remembered."""
    told_id = request.headers.get("webhook-id")
    if told_id:
        return f"id:{told_id[:200]}", REMEMBERED_SECONDS
    return f"{event}:{hashlib.sha256(request.get_data()).hexdigest()}", SAME_BODY_SECONDS


class _Seen:
    """What has come, for a while each; the oldest are forgotten when there is too much."""

    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks
        self._guard = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def first(self, name: str, seconds: float) -> bool:
        """Tell whether this is the first time in so many seconds, and remember it."""
        now = self._ticks.seconds()
        with self._guard:
            if self._until.get(name, 0.0) > now:
                return False
            self._until[name] = now + seconds
            self._until.move_to_end(name)
            while len(self._until) > REMEMBERED:
                self._until.popitem(last=False)
        return True

    def forget(self, name: str) -> None:
        """Let it come as if for the first time."""
        with self._guard:
            self._until.pop(name, None)
