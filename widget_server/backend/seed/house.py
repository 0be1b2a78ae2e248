"""The demo business itself: settings, locations, services, employees, coupons, questions.

Written in the words of the API and read by its schemas, so that it cannot say what the API could
not. Numbers are ids: rows get them in the order in which they are written here.
"""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema

from widget_server.backend.models import (
    Business,
    Coupon,
    CustomField,
    Employee,
    Location,
    Numbered,
    Service,
)
from widget_server.backend.rules import catalogue
from widget_server.backend.schemas.business import CouponSchema, CustomFieldSchema, SettingsSchema
from widget_server.backend.schemas.catalogue import LocationSchema, ServiceSchema
from widget_server.backend.schemas.people import EmployeeSchema
from widget_server.backend.seed.team import team
from widget_server.backend.work import Work

Data = dict[str, Any]

SETTINGS: Data = {
    "name": "Linden & Luz Studio",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "languages": ["en", "de"],
    "minimum_notice": 60,
    "booking_window_days": 365,
    "cancel_limit": 60,
    "reschedule_limit": 60,
}

LOCATIONS: list[Data] = [
    {
        "name": "Berlin, Lindenhof",
        "address": "Am Lindenhof 12, 10119 Berlin",
        "phone": "+49 30 5550 1200",
        "timezone": "Europe/Berlin",
    },
    {
        "name": "Lisbon, Casa da Luz",
        "address": "Rua da Luz 48, 1200-109 Lisboa",
        "phone": "+351 21 555 0480",
        "timezone": "Europe/Lisbon",
    },
    {"name": "Video call", "timezone": "Europe/Berlin", "virtual": True},
]

SERVICES: list[Data] = [
    {
        "name": "Haircut",
        "category": "Hair",
        "description": "A cut that still sits well in six weeks. We look, we talk, then we cut.",
        "duration": 30,
        "price": 45,
        "extras": [
            {"name": "Wash and blow-dry", "duration": 15, "price": 12},
            {"name": "Scalp massage", "duration": 10, "price": 8},
        ],
    },
    {
        "name": "Colour and cut",
        "category": "Hair",
        "description": "Colour mixed for you, a cut to go with it, and time for both.",
        "duration": 120,
        "price": 138,
        "buffer_time_after": 15,
        "extras": [
            {"name": "Gloss finish", "duration": 20, "price": 24},
            {"name": "Deep care mask", "duration": 15, "price": 18},
        ],
    },
    {
        "name": "Beard trim",
        "category": "Hair",
        "description": "Scissors, razor, a warm towel and a little oil.",
        "duration": 30,
        "price": 24,
        "extras": [{"name": "Hot towel shave", "duration": 15, "price": 14}],
    },
    {
        "name": "Clear skin facial",
        "category": "Skin",
        "description": "Cleansing, a gentle peel and a mask chosen for your skin on the day.",
        "duration": 60,
        "price": 79,
        "buffer_time_before": 5,
        "buffer_time_after": 10,
        "extras": [
            {"name": "Eye mask", "duration": 10, "price": 12},
            {"name": "LED light", "duration": 20, "price": 25},
        ],
    },
    {
        "name": "Brows and lashes",
        "category": "Skin",
        "description": "Shaped and tinted, with a second look in daylight.",
        "duration": 45,
        "price": 39.5,
        "buffer_time_after": 5,
    },
    {
        "name": "Slow massage",
        "category": "Body",
        "description": "An hour for back, shoulders and neck. Firm where needed, never hurried.",
        "duration": 60,
        "price": 82,
        "buffer_time_after": 15,
        "recurring": {"frequencies": ["weekly", "monthly"], "max_count": 12},
        "extras": [
            {"name": "Another quarter of an hour", "duration": 15, "price": 18, "max_quantity": 2},
            {"name": "Hot stones", "duration": 15, "price": 20},
        ],
    },
    {
        "name": "Morning yoga",
        "category": "Classes",
        "description": "A quiet hour for up to eight people. Beginners are welcome.",
        "duration": 60,
        "price": 16,
        "min_capacity": 1,
        "max_capacity": 8,
        "slot_step": 60,
        "recurring": {"frequencies": ["weekly"], "max_count": 10},
        "extras": [{"name": "Mat and towel", "price": 3, "max_quantity": 8}],
    },
    {
        "name": "Small group pilates",
        "category": "Classes",
        "description": "Takes place with three people or more; until then your place is pending.",
        "duration": 60,
        "price": 22,
        "min_capacity": 3,
        "max_capacity": 6,
        "slot_step": 60,
    },
    {
        "name": "Skin consultation by video",
        "category": "Skin",
        "description": "Half an hour of honest advice. Free, and nothing to buy.",
        "duration": 30,
        "price": 0,
        "minimum_notice": 120,
    },
    {
        "name": "Wedding hair, by invitation",
        "category": "Hair",
        "description": "Trial and wedding day. Shared by link only.",
        "duration": 90,
        "price": 160,
        "buffer_time_before": 15,
        "buffer_time_after": 15,
        "private": True,
    },
]

CUSTOM_FIELDS: list[Data] = [
    {"label": "Anything we should know?", "type": "textarea"},
    {
        "label": "How do you like the room?",
        "type": "select",
        "options": ["quiet", "with music", "no preference"],
        "services": [4, 6],
    },
]


def coupons(today: date) -> list[Data]:
    """Return the coupons: two that are good, one that was."""
    year, month = timedelta(days=365), timedelta(days=30)
    return [
        {
            "code": "WELCOME10",
            "discount_value": 10,
            "expiration_date": (today + year).isoformat(),
            "limit_per_user": 1,
        },
        {
            "code": "FIVELESS",
            "discount_type": "fixed",
            "discount_value": 5,
            "expiration_date": (today + year).isoformat(),
            "usage_limit": 200,
            "services": [1, 2, 3],
        },
        {
            "code": "LASTSEASON",
            "discount_value": 20,
            "expiration_date": (today - month).isoformat(),
        },
    ]


def add_house(work: Work) -> None:
    """Write everything but customers and appointments."""
    work.session.add(Business(**SettingsSchema().load(SETTINGS)))
    work.session.flush()
    today = work.now.astimezone(work.zone).date()
    add(work, Location, LocationSchema(), LOCATIONS, catalogue.write_plain)
    add(work, Service, ServiceSchema(), SERVICES, catalogue.write_service)
    add(work, Employee, EmployeeSchema(), team(today), catalogue.write_employee)
    add(work, Coupon, CouponSchema(), coupons(today), catalogue.write_coupon)
    add(work, CustomField, CustomFieldSchema(), CUSTOM_FIELDS, catalogue.write_custom_field)


def add(
    work: Work, model: type[Numbered], schema: Schema, messages: list[Data], write: Any
) -> None:
    """Write rows from messages of the API."""
    for message in messages:
        row: Any = model()
        write(work, row, schema.load(message))
        row.updated_at = work.now - timedelta(days=90)
        work.session.add(row)
        work.session.flush()
