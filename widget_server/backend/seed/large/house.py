"""A chain of studios: ten houses, some thirty services, and as many employees as are asked for.

Written in the words of the API and read by its schemas, like the demo business. Ids are given in
the order in which things are written here.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from widget_server.backend.models import (
    Business,
    Coupon,
    CustomField,
    Employee,
    Location,
    Service,
)
from widget_server.backend.rules import catalogue
from widget_server.backend.schemas.business import CouponSchema, CustomFieldSchema, SettingsSchema
from widget_server.backend.schemas.catalogue import LocationSchema, ServiceSchema
from widget_server.backend.schemas.people import EmployeeSchema
from widget_server.backend.seed.house import CUSTOM_FIELDS, SETTINGS, add
from widget_server.backend.seed.names import FIRST, LAST
from widget_server.backend.seed.team import FEASTS, special, week
from widget_server.backend.work import Work

Data = dict[str, Any]
Rows = Sequence[tuple[str, int, float, int, int, Data]]

LOCATIONS = (
    ("Berlin, Lindenhof", "Europe/Berlin"),
    ("Hamburg, Speicher 7", "Europe/Berlin"),
    ("Munich, Am Glockenbach", "Europe/Berlin"),
    ("Vienna, Servitenhof", "Europe/Vienna"),
    ("Zurich, Seefeld", "Europe/Zurich"),
    ("Lisbon, Casa da Luz", "Europe/Lisbon"),
    ("Porto, Rua das Flores", "Europe/Lisbon"),
    ("Madrid, Chueca", "Europe/Madrid"),
    ("London, Lamb's Conduit", "Europe/London"),
    ("Athens, Koukaki", "Europe/Athens"),
)

# Name, minutes, price, minutes of buffer after, seats (most), extras (minutes, price).
_HAIR: Rows = (
    ("Haircut", 30, 45, 0, 1, {"Wash and blow-dry": (15, 12), "Scalp massage": (10, 8)}),
    ("Long haircut", 45, 62, 0, 1, {"Wash and blow-dry": (15, 12)}),
    ("Children's haircut", 20, 25, 0, 1, {}),
    ("Beard trim", 30, 24, 0, 1, {"Hot towel shave": (15, 14)}),
    ("Fringe trim", 15, 12.5, 0, 1, {}),
    ("Blow-dry", 30, 32, 0, 1, {}),
    ("Root colour", 75, 84, 10, 1, {"Gloss finish": (20, 24)}),
    ("Colour and cut", 120, 138, 15, 1, {"Deep care mask": (15, 18)}),
)
_SKIN: Rows = (
    ("Clear skin facial", 60, 79, 10, 1, {"Eye mask": (10, 12), "LED light": (20, 25)}),
    ("Express facial", 30, 42, 5, 1, {}),
    ("Brows", 15, 18, 0, 1, {"Tint": (10, 9.5)}),
    ("Lashes", 45, 52, 5, 1, {}),
    ("Peel", 45, 88, 10, 1, {}),
    ("Skin consultation", 30, 0, 0, 1, {}),
    ("Waxing, legs", 45, 46, 5, 1, {}),
    ("Waxing, arms", 30, 28, 5, 1, {}),
)
_BODY: Rows = (
    ("Slow massage", 60, 82, 15, 1, {"Another quarter of an hour": (15, 18)}),
    ("Back massage", 30, 48, 10, 1, {"Hot stones": (15, 20)}),
    ("Sports massage", 45, 68, 10, 1, {}),
    ("Foot massage", 30, 39, 5, 1, {}),
    ("Physiotherapy", 30, 55, 0, 1, {}),
    ("First visit", 45, 60, 0, 1, {}),
)
_NAILS: Rows = (
    ("Manicure", 45, 38, 0, 1, {"French": (10, 8), "Repair": (10, 6)}),
    ("Pedicure", 45, 44, 5, 1, {}),
    ("Gel set", 75, 64, 0, 1, {"Nail art": (15, 15)}),
    ("Polish change", 20, 18, 0, 1, {}),
)
_CLASSES: Rows = (
    ("Morning yoga", 60, 16, 0, 8, {"Mat and towel": (0, 3)}),
    ("Small group pilates", 60, 22, 0, 6, {}),
    ("Breathing", 30, 12, 0, 10, {}),
    ("Barre", 45, 18, 0, 8, {}),
)
CATALOGUE: dict[str, Rows] = {
    "Hair": _HAIR, "Skin": _SKIN, "Body": _BODY, "Nails": _NAILS, "Classes": _CLASSES,
}  # fmt: skip
# Out of ten employees, how many give what.
_TRADES = ("Hair", "Classes", "Skin", "Hair", "Body", "Nails", "Hair", "Skin", "Body", "Hair")
_HOURS = (
    (("09:00", "13:00"), ("14:00", "18:00")),
    (("10:00", "14:00"), ("15:00", "19:00")),
    (("08:30", "12:30"), ("13:00", "17:30")),
    (("12:00", "16:00"), ("16:30", "21:00")),
)
_WEEKS = ((1, 2, 3, 4, 5), (2, 3, 4, 5, 6), (1, 2, 4, 5, 6), (1, 3, 4, 5, 6))


def add_house(work: Work, dice: Random, employees: int, years: Sequence[int]) -> None:
    """Write everything but customers and appointments; the schedules tell of these years."""
    work.session.add(Business(**SettingsSchema().load(SETTINGS)))
    work.session.flush()
    today = work.now.astimezone(work.zone).date()
    staff = [_employee(number, dice, today, years) for number in range(employees)]
    add(work, Location, LocationSchema(), _locations(), catalogue.write_plain)
    add(work, Service, ServiceSchema(), _services(), catalogue.write_service)
    add(work, Employee, EmployeeSchema(), staff, catalogue.write_employee)
    add(work, Coupon, CouponSchema(), _coupons(years), catalogue.write_coupon)
    add(work, CustomField, CustomFieldSchema(), CUSTOM_FIELDS, catalogue.write_custom_field)


def _locations() -> list[Data]:
    return [
        {"name": name, "address": name, "phone": f"+49 30 5550 12{number:02}", "timezone": zone}
        for number, (name, zone) in enumerate(LOCATIONS)
    ]


def _services() -> list[Data]:
    return [_service(category, *row) for category, rows in CATALOGUE.items() for row in rows]


def _service(  # noqa: PLR0913, PLR0917 - a row of the tables above
    category: str, name: str, minutes: int, price: float, after: int, seats: int, extras: Data
) -> Data:
    return {
        "name": name,
        "category": category,
        "description": f"{name}, the way it should be.",
        "duration": minutes,
        "price": price,
        "buffer_time_after": after,
        "min_capacity": 2 if seats > 6 else 1,
        "max_capacity": seats,
        "extras": [
            {"name": extra, "duration": longer, "price": dearer}
            for extra, (longer, dearer) in extras.items()
        ],
    }


def _employee(number: int, dice: Random, today: date, years: Sequence[int]) -> Data:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    place = number % len(LOCATIONS)
    # Each house has all trades once it has ten employees.
    trade = _TRADES[(number + number // len(LOCATIONS)) % len(_TRADES)]
    hours, weekdays = dice.choice(_HOURS), dice.choice(_WEEKS)
    saturday = today + timedelta(days=dice.randrange(60))
    return {
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}.{number + 1}@studio.example.org".lower(),
        "phone": f"+49 30 5551 {number:04}",
        "timezone": LOCATIONS[place][1],
        "location": place + 1,
        "services": _assigned(dice, trade),
        "working_hours": week(weekdays, *hours),
        "special_days": [special(saturday, ("10:00", "14:00"))] if number % 3 == 0 else [],
        "days_off": [*FEASTS, *(_holiday(dice, year) for year in years)],
    }


def _assigned(dice: Random, trade: str) -> list[Data]:
    names = [name for rows in CATALOGUE.values() for name, *_ in rows]
    ids = [names.index(name) + 1 for name, *_ in CATALOGUE[trade]]
    chosen = sorted(dice.sample(ids, max(3, len(ids) - 2)))
    # Every fourth has a price of their own for the first of them.
    own = {"price": 49} if dice.random() < 0.25 else {}
    return [{"id": chosen[0], **own}, *({"id": id_} for id_ in chosen[1:])]


def _holiday(dice: Random, year: int) -> Data:
    first = date(year, 2, 1) + timedelta(days=dice.randrange(270))
    last = first + timedelta(days=13)
    return {"name": "Holiday", "start_date": str(first), "end_date": str(last)}


def _coupons(years: Sequence[int]) -> list[Data]:
    """Return one a year for everybody, some with limits, some for a few services."""
    ends = f"{years[-1] + 1}-12-31"
    return [
        *(
            {"code": f"YEAR{year}", "discount_value": 10, "expiration_date": f"{year}-12-31"}
            for year in years
        ),
        {"code": "WELCOME10", "discount_value": 10, "limit_per_user": 1, "expiration_date": ends},
        {"code": "FIRST500", "discount_value": 20, "usage_limit": 500},
        {"code": "FIVELESS", "discount_type": "fixed", "discount_value": 5},
        {"code": "HAIR15", "discount_value": 15, "services": [1, 2, 3, 4], "limit_per_user": 3},
        {"code": "GOODSKIN", "discount_type": "fixed", "discount_value": 7.5, "services": [9, 10]},
        {"code": "NEVERUSED", "discount_value": 50, "usage_limit": 0},
    ]
