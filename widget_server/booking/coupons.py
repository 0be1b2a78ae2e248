"""Coupons: what one would take off a visit; whether it may be used is for the platform to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from widget_server.bookablesites.client import Coupon
from widget_server.booking.desk import Desk
from widget_server.booking.errors import CouponInvalid
from widget_server.booking.requests import Item
from widget_server.catalogue.offer import Offer

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a visit costs with a coupon; `discounts` are those of its parts."""

    discounts: tuple[Decimal, ...]
    total: Decimal

    @property
    def discount(self) -> Decimal:
        """Return what comes off altogether."""
        return sum(self.discounts, Decimal(0))


def quote(desk: Desk, code: str, items: Sequence[Item], email: str | None) -> Quote:
    """Return what a visit would cost with a coupon; raise CouponInvalid when it cannot be used.

    Without an employee named, the price is the lowest that the visit can have.
    """
    offer = desk.catalogue.offer().value
    prices = [
        offer.price_from(item.service, item.employee, item.persons, item.extras) for item in items
    ]
    discounts = discounts_of(desk, offer, code, items, prices, email)
    return Quote(discounts, sum(prices, Decimal(0)) - sum(discounts, Decimal(0)))


def discounts_of(
    desk: Desk,
    offer: Offer,
    code: str,
    items: Sequence[Item],
    prices: Sequence[Decimal],
    email: str | None,
) -> tuple[Decimal, ...]:
    """Return what a coupon takes off each part; raise CouponInvalid when it cannot be used.

    A fixed amount comes off once, a percentage off every part that the coupon is for, as often as
    the coupon may still be used.
    """
    coupon = desk.client.coupon(code)
    if coupon is None or _has_expired(coupon, desk.now().astimezone(offer.zone)):
        raise CouponInvalid
    left = _uses_left(desk, coupon, email)
    discounts = []
    for item, price in zip(items, prices, strict=True):
        fits = left > 0 and (coupon.services is None or item.service in coupon.services)
        discounts.append(_discount(coupon, price) if fits else Decimal(0))
        if fits:
            left = 0 if coupon.is_fixed else left - 1
    if not any(discounts):
        raise CouponInvalid
    return tuple(discounts)


def _has_expired(coupon: Coupon, now: datetime) -> bool:
    last: date | None = coupon.expires
    return last is not None and now.date() > last


def _uses_left(desk: Desk, coupon: Coupon, email: str | None) -> int:
    left = [1_000_000]
    if coupon.usage_limit is not None:
        left.append(coupon.usage_limit - coupon.used)
    if coupon.limit_per_user is not None:
        left.append(coupon.limit_per_user - _used_by(desk, coupon, email))
    return min(left)


def _used_by(desk: Desk, coupon: Coupon, email: str | None) -> int:
    customer = desk.client.customer_by_email(email) if email and "@" in email else None
    return desk.client.coupon_uses(coupon.code, customer) if customer else 0


def _discount(coupon: Coupon, price: Decimal) -> Decimal:
    if coupon.is_fixed:
        return min(coupon.value, price)
    return (price * coupon.value / 100).quantize(CENT, rounding=ROUND_HALF_UP)
