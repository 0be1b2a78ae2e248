"""How often one may guess: coupon codes, and whose e-mail address has bookings here.

Only what failed is counted, so that whoever has a coupon may look at prices as often as they like.
Counted by network address, and for coupons by the beginning of the code besides: many addresses
that work through the codes together are slowed down as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import request
from limits import RateLimitItem
from limits.storage import Storage

from widget_server.booking.errors import CouponInvalid, LimitReached
from widget_server.rate_limits import (
    RateLimited,
    RateLimiter,
    Refused,
    network,
    nobody_minds,
    per_minutes,
)

# In ten minutes: enough for typing errors, too few for looking around.
COUPONS_OF_ONE_ADDRESS = 10
COUPONS_OF_ONE_PREFIX = 30
PREFIX_LENGTH = 3
# In an hour: who is refused for having enough bookings learns that the address has some.
REFUSALS_OF_ONE_ADDRESS = 5
Counted = tuple[RateLimitItem, str, str]


class Guesses:
    """Refuses whoever has guessed wrong too often; `on=False` counts nothing (load tests only)."""

    def __init__(
        self, *, on: bool, storage: Storage | None = None, refused: Refused = nobody_minds
    ) -> None:
        self._on = on
        self._refused = refused
        refusal = "Too many tries from your address. Please wait a few minutes."
        self._limiter = RateLimiter(refusal, storage)
        self._of_address = per_minutes(COUPONS_OF_ONE_ADDRESS, 10)
        self._of_prefix = per_minutes(COUPONS_OF_ONE_PREFIX, 10)
        self._refusals = per_minutes(REFUSALS_OF_ONE_ADDRESS, 60)

    @contextmanager
    def of_coupon(self, code: str | None) -> Iterator[None]:
        """Count a coupon that turns out to be none; raise RateLimited after too many."""
        counted: list[Counted] = []
        if code:
            prefix = code.strip().casefold()[:PREFIX_LENGTH]
            counted = [
                (self._of_address, "coupons of", network(request.remote_addr)),
                (self._of_prefix, "coupons like", prefix),
            ]
        with self._counting(CouponInvalid, counted):
            yield

    @contextmanager
    def in_booking(self, coupon: str | None) -> Iterator[None]:
        """Count what a booking tells: of its coupon, and of its visitor's other bookings."""
        refusals: Counted = (self._refusals, "refusals of", network(request.remote_addr))
        with self._counting(LimitReached, [refusals]), self.of_coupon(coupon):
            yield

    @contextmanager
    def _counting(self, failure: type[Exception], counted: list[Counted]) -> Iterator[None]:
        try:
            for one in counted if self._on else ():
                self._limiter.check(*one)
        except RateLimited:
            self._refused("guess")
            raise
        try:
            yield
        except failure:
            for one in counted if self._on else ():
                with suppress(RateLimited):  # it was one too many for the next try, not for this
                    self._limiter.hit(*one)
            raise
