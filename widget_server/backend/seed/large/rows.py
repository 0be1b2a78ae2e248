"""The rows of the large business: its customers, its appointments and their bookings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.backend.errors import CouponInvalid
from widget_server.backend.models import Coupon
from widget_server.backend.rules import coupons
from widget_server.backend.rules.search import search_key
from widget_server.backend.seed.diary import fate
from widget_server.backend.seed.house import SETTINGS
from widget_server.backend.seed.large.diary import MINUTE, Made
from widget_server.backend.seed.names import FIRST, LAST

Row = dict[str, Any]
_ANSWERS = ("Please ring twice.", "I may be five minutes late.", "Allergic to lavender.")
_WITH_COUPON, _WITH_ANSWER = 0.06, 0.05


@dataclass(frozen=True, slots=True)
class Clientele:
    """The customers, ids 1 to `number`: they came one by one between `opened` and `now`."""

    number: int
    opened: datetime
    now: datetime

    def rows(self, dice: Random) -> Iterator[Row]:
        """Yield the customers' rows."""
        for id_ in range(1, self.number + 1):
            first, last = dice.choice(FIRST), dice.choice(LAST)
            email = f"{first}.{last}.{id_}@example.org".lower()
            phone = f"+49 30 555 {id_:06}"
            met = self._came(id_)
            yield {
                "id": id_,
                "first_name": first,
                "last_name": last,
                "email": email,
                "email_key": email,
                "search_key": search_key(first, last, email, phone),
                "phone_country_code": "DE",
                "phone_number": phone,
                "gender": None,
                "birthday": None,
                "description": "",
                "created_at": met,
                "updated_at": met,
            }

    def some(self, dice: Random, moment: datetime, most: int) -> list[int]:
        """Return up to so many different customers who had come by then."""
        known = int((moment - self.opened) / (self.now - self.opened) * self.number)
        return dice.sample(range(1, max(known, 1) + 1), k=min(most, max(known, 1)))

    def _came(self, id_: int) -> datetime:
        came = self.opened + (self.now - self.opened) * ((id_ - 1) / self.number)
        return came.replace(second=0, microsecond=0)


@dataclass
class CouponBook:
    """The coupons, and how often each was used, so that none is used beyond its limits."""

    coupons: Sequence[Coupon]
    zone: ZoneInfo
    used: Counter[object] = field(default_factory=Counter)

    def take(self, dice: Random, made: Made, customer: int) -> Coupon | None:
        """Return a coupon for a booking, None when chance or a rule is against it."""
        if dice.random() >= _WITH_COUPON:
            return None
        coupon = dice.choice(self.coupons)
        try:
            coupons.require_usable(coupon, made.offer.service, made.made_at, self.zone)
        except CouponInvalid:
            return None
        limits: dict[object, int | None] = {coupon.id: coupon.usage_limit}
        if coupon.limit_per_user is not None:
            limits[coupon.id, customer] = coupon.limit_per_user
        if any(limit is not None and self.used[key] >= limit for key, limit in limits.items()):
            return None
        self.used.update(limits.keys())
        return coupon


def appointment_rows(
    diary: Iterable[Made], clientele: Clientele, book: CouponBook, dice: Random
) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each appointment's row with those of its bookings."""
    booking_ids = count(1)
    for id_, made in enumerate(diary, start=1):
        guests = clientele.some(dice, made.made_at, made.guests)
        enough, ahead = len(guests) >= made.offer.least, made.start > clientele.now
        status = fate(dice, enough=enough, ahead=ahead)
        yield (
            {"id": id_, "status": status, **_appointment(made)},
            [
                {
                    "id": next(booking_ids),
                    "appointment_id": id_,
                    "customer_id": guest,
                    "status": status,
                    **_booking(made, book.take(dice, made, guest), dice),
                }
                for guest in guests
            ],
        )


def _appointment(made: Made) -> Row:
    end = made.start + made.offer.minutes * MINUTE
    return {
        "service_id": made.offer.service,
        "employee_id": made.employee,
        "location_id": made.location,
        "start": made.start,
        "end": end,
        "buffer_before": 0,
        "buffer_after": made.offer.buffer_after,
        "occupied_from": made.start,
        "occupied_to": end + made.offer.buffer_after * MINUTE,
        "note": "",
        "created_at": made.made_at,
        "updated_at": made.made_at,
    }


def _booking(made: Made, coupon: Coupon | None, dice: Random) -> Row:
    price = made.offer.price
    answered = dice.random() < _WITH_ANSWER
    return {
        "left_alone": False,
        "additional_persons": 0,
        "duration": made.offer.minutes,
        "extras": made.offer.extras,
        "custom_fields": {"1": dice.choice(_ANSWERS)} if answered else {},
        "coupon_id": coupon.id if coupon else None,
        "coupon_code": coupon.code if coupon else None,
        "price": price - coupons.discount(coupon, price) if coupon else price,
        "currency": SETTINGS["currency"],
        "note": "",
        "created_at": made.made_at,
    }
