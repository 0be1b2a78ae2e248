"""From the JSON of scenario files to the engine's values."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from widget_server.availability.model import (
    Appointment,
    Business,
    Capacity,
    DayOff,
    Employee,
    EmployeeService,
    Extra,
    Location,
    Period,
    Rules,
    Service,
    SlotQuery,
    SpecialDay,
    WorkingHours,
)
from widget_server.errors import DomainError

Record = Mapping[str, Any]


class ShapeError(DomainError):
    """JSON that is not of the agreed shape."""

    code = "invalid_input"


def business_from_json(data: Record) -> Business:
    """Return the business of a document with settings, locations, services and employees."""
    try:
        return Business(
            rules=Rules(**data.get("settings", {})),
            locations=tuple(Location(row["id"], row.get("name", "")) for row in data["locations"]),
            services=tuple(_service(row) for row in data["services"]),
            employees=tuple(_employee(row) for row in data["employees"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ShapeError(f"The business cannot be read: {error}") from None


def appointments_from_json(rows: Sequence[Record]) -> list[Appointment]:
    """Return the appointments."""
    try:
        return [_appointment(row) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise ShapeError(f"An appointment cannot be read: {error}") from None


def query_from_json(data: Record) -> SlotQuery:
    """Return the query; `service` is an id, or a list of them for one visit."""
    service = data["service"]
    services = tuple(service) if isinstance(service, list) else (service,)
    chosen = tuple((extra["id"], extra.get("quantity", 1)) for extra in data.get("extras") or ())
    return SlotQuery(
        services=services,
        window=(_moment(data["from"]), _moment(data["to"])),
        employee=data.get("employee"),
        location=data.get("location"),
        timezone=data.get("timezone"),
        persons=data.get("persons", 1),
        extras=(chosen, *(() for _ in services[1:])),
        reschedule=data.get("reschedule"),
        same_employee=data.get("same_employee", False),
    )


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _service(row: Record) -> Service:
    keys = (
        "duration_minutes", "name", "buffer_before_minutes", "buffer_after_minutes",
        "slot_step_minutes", "minimum_notice_minutes", "booking_window_days",
    )  # fmt: skip
    return Service(
        id=row["id"],
        capacity=_capacity(row.get("capacity")) or Capacity(),
        extras=tuple(_extra(extra) for extra in row.get("extras", ())),
        **{key: row[key] for key in keys if key in row},
    )


def _extra(row: Record) -> Extra:
    price = row.get("price")
    return Extra(
        row["id"], row.get("name", ""), row.get("duration_minutes", 0),
        None if price is None else Decimal(price), row.get("max_quantity", 1),
    )  # fmt: skip


def _capacity(row: Any) -> Capacity | None:
    if row is None:
        return None
    return Capacity(max=row) if isinstance(row, int) else Capacity(**row)


def _employee(row: Record) -> Employee:
    return Employee(
        id=row["id"],
        first_name=row.get("first_name", ""),
        last_name=row.get("last_name", ""),
        timezone=row.get("timezone"),
        location=row.get("location"),
        services=tuple(_link(link) for link in row.get("services", ())),
        working_hours=tuple(
            WorkingHours(day["weekday"], _periods(day)) for day in row.get("working_hours", ())
        ),
        special_days=tuple(
            SpecialDay(*_dates(day), _periods(day)) for day in row.get("special_days", ())
        ),
        days_off=tuple(
            DayOff(*_dates(day), day.get("name", ""), day.get("repeat_yearly", False))
            for day in row.get("days_off", ())
        ),
    )


def _link(row: Record) -> EmployeeService:
    price = row.get("price")
    return EmployeeService(
        row["id"], row.get("duration_minutes"), None if price is None else Decimal(price),
        _capacity(row.get("capacity")),
    )  # fmt: skip


def _dates(row: Record) -> tuple[date, date]:
    return date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"])


def _periods(row: Record) -> tuple[Period, ...]:
    return tuple(
        Period(
            _minutes(period["start"]),
            _minutes(period["end"]),
            None if period.get("services") is None else tuple(period["services"]),
            period.get("location"),
        )
        for period in row.get("periods", ())
    )


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _appointment(row: Record) -> Appointment:
    keys = (
        "employee", "service", "location", "status", "persons",
        "buffer_before_minutes", "buffer_after_minutes",
    )  # fmt: skip
    return Appointment(
        id=row["id"],
        start=datetime.fromisoformat(row["start"]),
        end=datetime.fromisoformat(row["end"]),
        **{key: row[key] for key in keys if key in row},
    )
