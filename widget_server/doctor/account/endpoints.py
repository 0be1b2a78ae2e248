"""Each list of the account: whether it can be read, and what its records look like."""

from collections.abc import Iterator
from typing import NamedTuple

from marshmallow import Schema

from widget_server.bookablesites import schemas
from widget_server.bookablesites.errors import InvalidAnswer, NotEnabled, PlatformError, Rejected
from widget_server.bookablesites.replies import checked, parsed
from widget_server.bookablesites.transport import Reply
from widget_server.doctor.account.case import Case, Listing, Record, listing, surprise
from widget_server.doctor.account.shapes import fields_of, shape
from widget_server.doctor.findings import Finding, fix, ok, warning
from widget_server.doctor.settings_in_use import named

_CONTACT = frozenset(
    {"first_name", "last_name", "email", "phone", "phone_country_code", "phone_number"}
)
_APPOINTMENT = frozenset({"note", "created_at"})


class Endpoint(NamedTuple):
    """A list, how its records are read, and what is known of them besides."""

    path: str
    schema: Schema
    besides: frozenset[str] = frozenset()


ENDPOINTS = (
    Endpoint("/services", schemas.ServiceSchema()),
    Endpoint("/employees", schemas.EmployeeSchema(), _CONTACT),
    Endpoint("/locations", schemas.LocationSchema()),
    Endpoint("/customers", schemas.ContactSchema(), _CONTACT),
    Endpoint("/appointments", schemas.AppointmentSchema(), _APPOINTMENT),
)
COUPONS = Endpoint("/coupons", schemas.CouponSchema())


def endpoints(case: Case) -> Iterator[Finding]:
    """Read the first page of each list."""
    case.demand_token()
    for endpoint in ENDPOINTS:
        try:
            yield from _looked_at(case, endpoint)
        except PlatformError as error:
            yield fix(endpoint.path, error.detail, "See what the account answers there.")
    yield from _coupons(case)


def settings(case: Case) -> Iterator[Finding]:
    """See whether the account understands what the embedded backend adds."""
    case.demand_token()
    reply = case.get("/settings")
    found = _settings_in(reply)
    shown = found is not None
    extended = case.account.extensions
    to_use = {named("EXTENSIONS"): "on" if shown else "off"}
    if shown == extended:
        seen = "shown: it speaks as the embedded backend" if shown else "not shown, as expected"
        yield ok("/settings", seen, to_use)
    elif shown:
        do = "It is the embedded backend of another server: much more can be asked of it."
        yield warning("/settings", "shown, and not asked for", do, to_use)
    else:
        seen = f"BOOKABLESITES_EXTENSIONS is on, but there are none ({reply.status})"
        yield fix("/settings", seen, "Speak to it as to the platform.", to_use)
    if found and found["timezone"] != case.zone.key:
        seen = f"BUSINESS_TIMEZONE is {case.zone.key}, the account's {found['timezone']}"
        yield warning("time zone", seen, "Make them the same, unless you mean it.")


def _looked_at(case: Case, endpoint: Endpoint) -> Iterator[Finding]:
    path = endpoint.path
    reply = case.get(path, {"page": 1, "limit": case.account.page_size})
    try:
        checked(reply)
        found = listing(parsed(reply))
    except NotEnabled:
        yield ok(path, "the account does not have this feature")
    except (Rejected, InvalidAnswer) as error:
        yield fix(path, f"{surprise(reply) or reply.status}: {error.detail}", _what_to_do(path))
    else:
        case.lists[path] = found
        yield from _described(endpoint, found)


def _what_to_do(path: str) -> str:
    return f"Look at {path} in the account: the server needs it."


def _described(endpoint: Endpoint, found: Listing) -> Iterator[Finding]:
    path, records = endpoint.path, found.records
    if not records:
        do = "Enter some in the account." if path in ("/services", "/employees") else ""
        build = warning if do else ok
        yield build(path, f"200, in {found.envelope}: no records to see", do=do)
        return
    try:
        for record in records:
            schemas.load(endpoint.schema, record)
    except InvalidAnswer as error:
        yield fix(path, error.detail, "Nothing of this list can be used until these can be read.")
    yield ok(path, f"200, in {found.envelope}, {len(records)} of {found.size}")
    yield ok(f"{path} shape", f"{found.envelope}[]: {shape(records)}")
    yield from _differences(endpoint, fields_of(records))


def _differences(endpoint: Endpoint, fields: list[str]) -> Iterator[Finding]:
    read = list(endpoint.schema.fields)
    unknown = [name for name in fields if name not in {*read, *endpoint.besides}]
    missing = [name for name in read if name not in {*fields, *endpoint.besides}]
    if unknown:
        yield ok(f"{endpoint.path} unread", f"not used here: {', '.join(unknown)}")
    if missing:
        yield ok(f"{endpoint.path} missing", f"would be used: {', '.join(missing)}")


def _coupons(case: Case) -> Iterator[Finding]:
    reply = case.get(COUPONS.path, {"page": 1, "limit": 1})
    if 200 <= reply.status < 300 and not surprise(reply):
        yield from _described(COUPONS, listing(parsed(reply)))
    else:
        what = surprise(reply) or str(reply.status)
        yield ok(COUPONS.path, f"{what}: coupons cannot be looked up before a booking")


def _settings_in(reply: Reply) -> Record | None:
    try:
        return schemas.load(schemas.SettingsSchema(), parsed(checked(reply)))
    except (Rejected, PlatformError):
        return None
