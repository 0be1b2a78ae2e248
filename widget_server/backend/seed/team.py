"""The demo business's employees with their schedules, some of them around today."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

Data = dict[str, Any]
BERLIN, LISBON, VIDEO = 1, 2, 3
CUT, COLOUR, BEARD, FACIAL, BROWS, MASSAGE, YOGA, PILATES, ADVICE, WEDDING = range(1, 11)

FEASTS: list[Data] = [
    {
        "name": "Christmas",
        "start_date": "2020-12-25",
        "end_date": "2020-12-26",
        "repeat_yearly": True,
    },
    {
        "name": "New Year",
        "start_date": "2020-12-31",
        "end_date": "2021-01-01",
        "repeat_yearly": True,
    },
]


def team(today: date) -> list[Data]:
    """Return the employees in the words of the API."""
    return [*_hair(today), *_skin_and_body(today), *_classes(today)]


def _hair(today: date) -> list[Data]:
    return [
        {
            **_person("Ada", "Berg", BERLIN, "Cuts and colour; trained in Leipzig and Porto."),
            "services": [{"id": CUT}, {"id": COLOUR, "price": 145}, {"id": WEDDING}],
            "working_hours": week(range(1, 6), ("09:00", "13:00"), ("14:00", "18:00")),
            "special_days": [special(_saturday(today, 2), ("10:00", "14:00"))],
            "days_off": [*FEASTS, _holiday(today, 23, 27)],
        },
        {
            **_person("Jonas", "Weiss", BERLIN, "Short hair and beards."),
            "services": [{"id": CUT, "price": 42}, {"id": BEARD}],
            "working_hours": [
                *week(range(2, 6), ("10:00", "14:00"), ("15:00", "19:00")),
                *week([6], ("10:00", "16:00")),
            ],
            "days_off": FEASTS,
        },
        {
            **_person("Marta", "Silva", LISBON, "Long hair, curls, and everything in between."),
            "services": [{"id": CUT}, {"id": COLOUR, "duration": 105}, {"id": WEDDING}],
            "working_hours": week(range(1, 6), ("09:30", "13:00"), ("14:30", "18:30")),
            "days_off": FEASTS,
        },
        {
            **_person("Rui", "Almeida", LISBON, "Haircuts in the day, razors in the evening."),
            "services": [{"id": CUT, "price": 38}, {"id": BEARD, "price": 20}],
            "working_hours": week([1, 2, 4, 5], ("12:00", "16:00"), ("17:00", "21:00")),
            "special_days": [special(today + timedelta(days=9), ("12:00", "16:00"))],
            "days_off": [*FEASTS, _holiday(today, -9, -6)],
        },
    ]


def _skin_and_body(today: date) -> list[Data]:
    mornings = ("09:00", "12:30")
    return [
        {
            **_person("Inês", "Costa", LISBON, "Facials without fuss."),
            "services": [{"id": FACIAL, "price": 72}, {"id": BROWS}],
            "working_hours": week(range(1, 6), mornings, ("13:30", "17:30")),
            "days_off": FEASTS,
        },
        {
            **_person("Clara", "Novak", BERLIN, "Skin therapist; advice by video on Fridays."),
            "services": [{"id": FACIAL}, {"id": BROWS}, {"id": ADVICE}],
            "working_hours": [
                *week(range(1, 5), ("10:00", "14:00"), ("15:00", "19:00")),
                {
                    "weekday": 5,
                    "periods": [_period("09:00", "13:00", services=[ADVICE], location=VIDEO)],
                },
            ],
            "special_days": [special(_saturday(today, 1), ("10:00", "15:00"))],
            "days_off": FEASTS,
        },
        {
            **_person("Thomas", "Keller", BERLIN, "Massage; takes a little longer on purpose."),
            "services": [{"id": MASSAGE, "duration": 75, "price": 95}],
            "working_hours": [
                *week([1, 3, 5], ("11:00", "15:00"), ("16:00", "20:00")),
                *week([6], ("10:00", "15:00")),
            ],
            "days_off": [*FEASTS, _holiday(today, 12, 14)],
        },
    ]


def _classes(today: date) -> list[Data]:
    day = [
        _period("08:00", "10:00", services=[YOGA]),
        _period("10:30", "13:00", services=[MASSAGE]),
        _period("17:00", "19:00", services=[PILATES]),
    ]
    return [
        {
            **_person("Leonie", "Hartmann", BERLIN, "Yoga and pilates; massage between classes."),
            "services": [{"id": YOGA}, {"id": PILATES}, {"id": MASSAGE}],
            "working_hours": [{"weekday": weekday, "periods": day} for weekday in (1, 2, 3, 4, 5)],
            "special_days": [special(_saturday(today, 3), ("09:00", "12:00"))],
            "days_off": FEASTS,
        },
        {
            **_person("Teresa", "Duarte", LISBON, "Yoga with a view of the river."),
            "services": [{"id": YOGA, "price": 14, "capacity": 6}],
            "working_hours": week([2, 4, 6], ("07:30", "10:30")),
            "days_off": FEASTS,
        },
    ]


def _person(first: str, last: str, location: int, description: str) -> Data:
    plain = f"{first}.{last}".lower().replace("ê", "e")
    berlin = location == BERLIN
    return {
        "first_name": first,
        "last_name": last,
        "email": f"{plain}@studio.example.org",
        "phone": "+49 30 5550 1210" if berlin else "+351 21 555 0481",
        "timezone": "Europe/Berlin" if berlin else "Europe/Lisbon",
        "location": location,
        "description": description,
    }


def week(weekdays: Iterable[int], *periods: tuple[str, str]) -> list[Data]:
    """Return the same periods for each of the weekdays, 1 = Monday."""
    return [
        {"weekday": weekday, "periods": [_period(*period) for period in periods]}
        for weekday in weekdays
    ]


def _period(start: str, end: str, **where: Any) -> Data:
    return {"start": start, "end": end, **where}


def special(day: date, *periods: tuple[str, str]) -> Data:
    """Return a day with hours of its own."""
    return {
        "start_date": day.isoformat(),
        "end_date": day.isoformat(),
        "periods": [_period(*period) for period in periods],
    }


def _holiday(today: date, first: int, last: int) -> Data:
    return {
        "name": "Holiday",
        "start_date": (today + timedelta(days=first)).isoformat(),
        "end_date": (today + timedelta(days=last)).isoformat(),
    }


def _saturday(today: date, weeks: int) -> date:
    return today + timedelta(days=5 - today.weekday(), weeks=weeks - 1 + (today.weekday() >= 5))
