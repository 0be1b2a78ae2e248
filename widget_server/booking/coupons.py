"""Coupons: what one would take off a visit; whether it may be used is for the platform to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from widget_server.bookablesites.client import Coupon
from widget_server.booking.desk import Desk
from widget_server.booking.errors import CouponInvalid
from widget_server.booking.holds import open_hold
from widget_server.booking.requests import UNDECIDED, Item, visit_search
from widget_server.booking.visits import Wanted, first_team
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


def quote(
    desk: Desk, code: str, items: tuple[Item, ...], email: str | None, hold: str | None = None
) -> Quote:
    """Return what a visit would cost with a coupon; raise CouponInvalid when it cannot be used.

    Priced with whoever would take the visit, as far as that is known; else at the lowest price of
    those who give it there. `hold` is the token of what is kept for the visitor.
    """
    offer = desk.catalogue.offer().value
    prices = _likely_prices(desk, offer, items, hold) or lowest_prices(offer, items)
    discounts = discounts_of(desk, offer, code, items, prices, email)
    return Quote(discounts, sum(prices, Decimal(0)) - sum(discounts, Decimal(0)))


def lowest_prices(offer: Offer, items: tuple[Item, ...]) -> list[Decimal]:
    """Return of each part the price with its employee, or the lowest with anyone there."""
    place = visit_search(items, None).location
    return [
        offer.price_from(item.service, item.employee, item.persons, item.extras, place)
        for item in items
    ]


def _likely_prices(
    desk: Desk, offer: Offer, items: tuple[Item, ...], hold: str | None
) -> list[Decimal] | None:
    starts = tuple(item.start for item in items)
    if UNDECIDED in starts:
        return None
    around = desk.held_around(starts[0], besides=open_hold(desk, hold))
    team = first_team(desk, offer, Wanted(visit_search(items, None), starts, around))
    if team is None:
        return None
    return [
        offer.price(item.service, employee, item.persons, item.extras)
        for item, employee in zip(items, team, strict=True)
    ]


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
