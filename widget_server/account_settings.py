"""How an account on the platform is reached and spoken to.

What is not known of the platform's API is a setting here, with the default that is likeliest to be
right; docs/settings.md says what each is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server import setting_values as values
from widget_server.setting_reader import Reader, SettingsError

TOKEN_STYLES = ("form", "json-snake", "json-camel")
ID_KINDS = ("auto", "booking", "appointment")
SHAPES = ("auto", "times", "slots", "days")
UNITS = ("minutes", "seconds")
PHONE_FORMATS = ("e164", "typed")
CANCEL_STRATEGIES = ("appointment", "booking")
RESCHEDULE_STRATEGIES = ("new_first", "old_first")
FILTERS = ("from", "to", "employee")
BOOKING_FIELDS = ("persons", "extras", "custom_fields", "note", "coupon")
AVAILABILITY_PARAMS = ("service", "employee", "location", "from", "to", "persons")
_AVAILABILITY_DEFAULTS = {
    "service": "service",
    "employee": "employee",
    "location": "location",
    "from": "calendar_start_date",
    "to": "calendar_end_date",
    "persons": "additional_guest_count",
}
# Besides 409, which always means it.
_CONFLICTS = (400, 422)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the account is asked, and how long for; calls count for all workers together."""

    timeout_seconds: int
    deadline_seconds: int
    parallel_calls: int
    calls_per_minute: int


@dataclass(frozen=True, slots=True)
class Account:
    """The account on the platform, the credentials for it, and what it understands."""

    origin: str
    client_id: str
    client_secret: str
    api_path: str
    token_path: str
    token_style: str
    token_seconds: int
    page_size: int
    limits: Limits
    # The account understands the embedded backend's additions to the platform's API.
    extensions: bool
    appointment_filters: Mapping[str, str]
    sort_params: Mapping[str, str]
    status_aliases: Mapping[str, str]
    booking_status: int | None
    booking_id_kind: str
    booking_fields: Mapping[str, str]
    availability_params: Mapping[str, str]
    availability_shape: str
    timezone: str | None
    datetime_formats: tuple[str, ...]
    duration_unit: str
    phone_field: str
    phone_format: str
    customer_search_param: str | None
    cancel_strategy: str
    reschedule_strategy: str
    conflict_statuses: frozenset[int]

    def __repr__(self) -> str:
        """Name the account without its secret."""
        return f"Account({self.origin!r}, {self.client_id!r})"


def read_account(reader: Reader) -> Account | None:
    """Return the account; None when there is none."""
    read = _Prefixed(reader)
    origin = read.value("URL", values.account_origin)
    account = Account(
        origin=origin or "",
        client_id=read.text("CLIENT_ID") or "",
        client_secret=read.text("CLIENT_SECRET") or "",
        api_path=read.value("API_PATH", values.path) or "/api/v2",
        token_path=read.value("TOKEN_PATH", values.path) or "/token",
        token_style=read.one_of("TOKEN_STYLE", TOKEN_STYLES),
        token_seconds=read.whole("TOKEN_SECONDS", 3600, 1, 10**7),
        page_size=read.whole("PAGE_SIZE", 50, 1, 1000),
        limits=_limits(read),
        extensions=read.switch("EXTENSIONS"),
        appointment_filters=read.names("APPOINTMENT_FILTERS", FILTERS),
        sort_params=read.names("SORT_PARAMS"),
        status_aliases=_lower(read.names("STATUS_ALIASES")),
        booking_status=read.value("BOOKING_STATUS", values.within(0, 10**9)),
        booking_id_kind=read.one_of("BOOKING_ID_KIND", ID_KINDS),
        booking_fields=read.names("BOOKING_FIELDS", BOOKING_FIELDS),
        availability_params=read.names("AVAILABILITY_PARAMS", AVAILABILITY_PARAMS)
        or _AVAILABILITY_DEFAULTS,
        availability_shape=read.one_of("AVAILABILITY_SHAPE", SHAPES),
        timezone=read.value("TIMEZONE", values.timezone),
        datetime_formats=read.value("DATETIME_FORMATS", values.datetime_formats) or (),
        duration_unit=read.one_of("DURATION_UNIT", UNITS),
        phone_field=read.value("PHONE_FIELD", values.name) or "phone",
        phone_format=read.one_of("PHONE_FORMAT", PHONE_FORMATS),
        customer_search_param=read.value("CUSTOMER_SEARCH_PARAM", values.name),
        cancel_strategy=read.one_of("CANCEL_STRATEGY", CANCEL_STRATEGIES),
        reschedule_strategy=read.one_of("RESCHEDULE_STRATEGY", RESCHEDULE_STRATEGIES),
        conflict_statuses=read.statuses("CONFLICT_STATUSES", _CONFLICTS),
    )
    if origin is None:
        return None
    read.demand("CLIENT_ID", account.client_id)
    read.demand("CLIENT_SECRET", account.client_secret)
    return account


def _limits(read: "_Prefixed") -> Limits:
    limits = Limits(
        timeout_seconds=read.whole("TIMEOUT_SECONDS", 10, 1, 120),
        deadline_seconds=read.whole("DEADLINE_SECONDS", 25, 1, 300),
        parallel_calls=read.whole("PARALLEL_CALLS", 4, 1, 64),
        calls_per_minute=read.whole("CALLS_PER_MINUTE", 1200, 1, 10**6),
    )
    if limits.deadline_seconds < limits.timeout_seconds:
        raise SettingsError(
            "BOOKABLESITES_DEADLINE_SECONDS must be at least BOOKABLESITES_TIMEOUT_SECONDS."
        )
    return limits


def _lower(names: Mapping[str, str]) -> Mapping[str, str]:
    return {theirs.lower(): ours for theirs, ours in names.items()}


class _Prefixed:
    """Reads the settings of the account."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def text(self, name: str) -> str | None:
        """Return the value as it was written; None when unset."""
        return self._reader.text(_name(name))

    def value(self, name: str, parse: values.Parse[values.T]) -> values.T | None:
        """Return the parsed value; None when unset."""
        return self._reader.value(_name(name), parse)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within its bounds."""
        return self._reader.whole(_name(name), default=default, low=low, high=high)

    def switch(self, name: str) -> bool:
        """Return a switch: on or off."""
        return self._reader.switch(_name(name), default=False)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices, the first when unset."""
        return self.value(name, values.one_of(choices)) or choices[0]

    def names(self, name: str, known: tuple[str, ...] = ()) -> Mapping[str, str]:
        """Return what is called what; only `known` things may be named, if there are any."""
        return dict(self._reader.values(_name(name), values.pair(known)))

    def statuses(self, name: str, default: tuple[int, ...]) -> frozenset[int]:
        """Return HTTP statuses."""
        found = self._reader.values(_name(name), values.within(400, 499))
        return frozenset(found or default) | {409}

    def demand(self, name: str, value: str) -> None:
        """Refuse to start without a credential."""
        if not value:
            raise SettingsError(f"{_name(name)} must be set with BOOKABLESITES_URL.")


def _name(name: str) -> str:
    return f"BOOKABLESITES_{name}"
