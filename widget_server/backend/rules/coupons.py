"""Which bookings a coupon makes cheaper, and by how much.

The coupon's row is locked before its uses are counted, so that the last use is used once.
"""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from widget_server.backend.errors import CouponInvalid
from widget_server.backend.models import Booking, Coupon
from widget_server.backend.rules.statuses import USING

CENT = Decimal("0.01")


def code_key(code: str) -> str:
    """Return a code as codes are compared: case does not matter."""
    return code.strip().casefold()


def find(session: Session, code: str) -> Coupon:
    """Return the coupon with this code, locked; raise CouponInvalid when there is none."""
    query = select(Coupon).where(Coupon.code_key == code_key(code)).with_for_update()
    coupon = session.scalar(query)
    if coupon is None:
        raise CouponInvalid
    return coupon


def lock(session: Session, wanted: ColumnElement[bool]) -> None:
    """Take the locks of all coupons that are wanted, always in the same order."""
    query = select(Coupon.id).where(wanted).order_by(Coupon.id).with_for_update()
    session.execute(query).all()


def require_usable(coupon: Coupon, service: int, now: datetime, zone: ZoneInfo) -> None:
    """Raise CouponInvalid when it has expired or is not for this service."""
    expired = coupon.expiration_date and now.astimezone(zone).date() > coupon.expiration_date
    if expired or (coupon.services is not None and service not in coupon.services):
        raise CouponInvalid


def require_left(session: Session, coupon: Coupon, customer: int) -> None:
    """Raise CouponInvalid when it is used up, by all or by this customer."""
    if coupon.usage_limit is not None and used(session, coupon.id) >= coupon.usage_limit:
        raise CouponInvalid
    own = coupon.limit_per_user
    if own is not None and used(session, coupon.id, customer) >= own:
        raise CouponInvalid


def used(session: Session, coupon: int, customer: int | None = None) -> int:
    """Return how many bookings hold the coupon; those of one customer, when given."""
    count = select(func.count()).where(Booking.coupon_id == coupon, Booking.status.in_(USING))
    if customer is not None:
        count = count.where(Booking.customer_id == customer)
    return session.scalar(count) or 0


def count_use(session: Session, coupon: int, change: int) -> None:
    """Add to the number of bookings that a coupon tells; it is told, and decides nothing."""
    mine = update(Coupon).where(Coupon.id == coupon)
    session.execute(mine.values(used=Coupon.used + change))


def recount(session: Session) -> None:
    """Count the uses of all coupons anew."""
    holding = select(func.count()).where(Booking.coupon_id == Coupon.id, Booking.status.in_(USING))
    session.execute(update(Coupon).values(used=holding.scalar_subquery()))


def discount(coupon: Coupon, price: Decimal) -> Decimal:
    """Return what comes off the price: never more than the price."""
    if coupon.discount_type == "fixed":
        return min(coupon.discount_value, price)
    part = price * coupon.discount_value / 100
    return part.quantize(CENT, rounding=ROUND_HALF_UP)
