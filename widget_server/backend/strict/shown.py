"""What the platform shows of each record: tables of fields, and how a field differs from ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

# Turns what the whole application shows into what the platform shows.
Show = Callable[[Any], Any]


def whole(value: Any) -> Any:
    """Show all of it."""
    return value


def only(*names: str, **reshaped: Show) -> Show:
    """Show these fields of a record as they are, and those reshaped."""
    table: dict[str, Show] = dict.fromkeys(names, whole) | reshaped

    def show(record: Any) -> Any:
        return {name: reshape(record[name]) for name, reshape in table.items()}

    return show


def each(show: Show) -> Show:
    """Show each of a list in this way."""
    return lambda records: [show(record) for record in records]


def page(show: Show) -> Show:
    """Show one page of a list."""
    return only("pagination", data=each(show))


def or_empty(show: Show) -> Show:
    """Show nothing as the empty object."""
    return lambda record: {} if record is None else show(record)


def naive(text: str) -> str:
    """Show a time, which is in the business's zone already, without its offset."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")


def nothing(_record: Any) -> None:
    """Answer an empty body."""
    return


_NAMED = ("id", "name")
_PERSON = ("id", "first_name", "last_name")
_CONTACT = (*_PERSON, "email", "phone_country_code", "phone_number")

TOKEN = only("token_type", "expires_in", "access_token")
TIMES = only("data")
MADE_BOOKING = only("id")
SERVICE = only(*_NAMED, "price", "duration", "buffer_time_before", "buffer_time_after")
EMPLOYEE = only(*_CONTACT, "timezone")
# A location's fields are unknown but for those two, which the platform's booking site shows.
LOCATION = only(*_NAMED)
LISTED_CUSTOMER = only(*_CONTACT)
CUSTOMER = only(*_CONTACT, "gender", "birthday")
COUPON = only(
    "id", "code", "discount_value", "expiration_date",
    "usage_limit", "limit_per_user", "booking_limit_amount",
)  # fmt: skip
APPOINTMENT = only(
    "id",
    "status",
    "note",
    start_date_time=naive,
    end_date_time=naive,
    created_at=naive,
    service=only(*_NAMED),
    location=or_empty(only(*_NAMED)),
    employees=each(only(*_PERSON)),
    bookings=each(only("id", "status", "additional_persons", customer=only(*_PERSON, "email"))),
)
