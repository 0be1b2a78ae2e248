"""What differs between accounts, and between the platform and the embedded backend.

What is not known of the platform's API is decided here and nowhere else; each field is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

# Our names of what a booking may hold besides who, what and when; the embedded backend's names.
BOOKING_FIELDS = {
    "persons": "additional_persons",
    "extras": "extras",
    "custom_fields": "custom_fields",
    "note": "note",
    "coupon": "coupon",
}
# Our names of what appointments may be filtered by; the embedded backend's names.
APPOINTMENT_FILTERS = {"from": "date_from", "to": "date_to", "employee": "employee"}
AVAILABILITY_PARAMS = {
    "service": "service",
    "employee": "employee",
    "location": "location",
    "from": "calendar_start_date",
    "to": "calendar_end_date",
    "persons": "additional_guest_count",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """How an account is spoken to.

    `extended`: the account filters appointments by date and employee, finds customers by e-mail,
    cancels single bookings, shows settings and custom fields, as the embedded backend does.
    """

    api_path: str = "/api/v2"
    page_size: int = 50
    extended: bool = False
    # Ours to theirs; empty: an account that is not extended is sent none of them.
    appointment_filters: Mapping[str, str] = field(default_factory=dict)
    booking_fields: Mapping[str, str] = field(default_factory=dict)
    # Sent along with every page of the appointments.
    list_params: Mapping[str, str] = field(default_factory=dict)
    availability_params: Mapping[str, str] = field(default_factory=AVAILABILITY_PARAMS.copy)
    # One of auto, times, slots, days.
    availability_shape: str = "auto"
    # Theirs to ours, in lower case.
    status_aliases: Mapping[str, str] = field(default_factory=dict)
    # Sent with every booking; None: the account decides.
    booking_status: int | None = None
    # Whose id a new booking's answer tells: booking, appointment, or auto to find out.
    booking_id_kind: str = "auto"
    # What times without an offset are on the clock of; None: the business's zone.
    timezone: ZoneInfo | None = None
    # Tried before ISO 8601.
    datetime_formats: tuple[str, ...] = ()
    durations_in_seconds: bool = False
    phone_field: str = "phone"
    # Only the plus and digits, or as the visitor has written it.
    phone_e164: bool = True
    # What a customer can be asked for by; None: they cannot.
    customer_search_param: str | None = None
    # The account can cancel one booking of a group.
    cancels_bookings: bool = False
    # A move cancels the old time before the new one is booked; else only where it is in the way.
    cancels_first: bool = False
    # What a booking is refused with when its time may be taken.
    conflict_statuses: frozenset[int] = frozenset({409})

    @property
    def filters(self) -> Mapping[str, str]:
        """Return what appointments are filtered by."""
        return APPOINTMENT_FILTERS if self.extended else self.appointment_filters

    @property
    def filters_dates(self) -> bool:
        """Tell whether the appointments of some dates can be asked for without all others."""
        return {"from", "to"} <= self.filters.keys()

    @property
    def besides(self) -> Mapping[str, str]:
        """Return the names of what a booking holds besides who, what and when."""
        return BOOKING_FIELDS if self.extended else self.booking_fields

    @property
    def email_param(self) -> str | None:
        """Return what a customer can be asked for by."""
        return "email" if self.extended else self.customer_search_param

    @property
    def cancels_one(self) -> bool:
        """Tell whether one booking can be cancelled without the others of its appointment."""
        return self.extended or self.cancels_bookings

    def minutes(self, duration: int | None) -> int | None:
        """Return a duration in minutes; what is left of a minute counts as one."""
        if duration is None or not self.durations_in_seconds:
            return duration
        return -(-duration // 60)

    def status(self, told: str) -> str:
        """Return a status by our name."""
        return self.status_aliases.get(told.strip().lower(), told)

    def zone(self, of_business: ZoneInfo) -> ZoneInfo:
        """Return the zone whose clock the account's times are on."""
        return self.timezone or of_business

    def moment(self, text: str) -> datetime:
        """Read a time as the account writes it; raise ValueError."""
        for form in self.datetime_formats:
            try:
                # Without a zone unless the form tells one: the caller knows which.
                return datetime.strptime(text, form)  # noqa: DTZ007
            except ValueError:
                continue
        return datetime.fromisoformat(text)

    def phone(self, written: str) -> str:
        """Return a telephone number as the account takes it."""
        if self.extended or not self.phone_e164:
            return written
        return "".join(sign for sign in written if sign in "+0123456789")
