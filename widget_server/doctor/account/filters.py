"""What the account can be asked for besides pages: whether it filters, sorts, finds customers.

A parameter may work, be taken and ignored, or be refused. To find out, something is asked for that
does not exist: days in a far future, an address that nobody has.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from widget_server.account_settings import FILTERS
from widget_server.doctor.account.case import Case, Listing, Record
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.doctor.settings_in_use import named, pairs

# Pairs of names for the first and the last date, and names for an employee; the likeliest first.
DATES = (
    ("date_from", "date_to"),
    ("from", "to"),
    ("start_date", "end_date"),
    ("startDate", "endDate"),
    ("calendar_start_date", "calendar_end_date"),
)
EMPLOYEE = ("employee", "employeeId", "employee_id")
# By what appointments may be sorted so that new ones come last, and what that is the order of.
SORTS = (
    ({"sort_by": "created_at", "sort_order": "asc"}, "created_at"),
    ({"sort": "id"}, "id"),
)
SEARCHES = ("email", "search")
LONG_AGO, LATER, LATEST = "1990-01-01", "2190-01-01", "2190-01-02"
# Of so many the first load takes minutes, and a change nobody is told of is seen late.
MANY = 1000
PATH = "/appointments"
WORKS, IGNORED, REFUSED, HIDES = "works", "is ignored", "is refused", "hides what it should show"


def filters(case: Case) -> Iterator[Finding]:
    """Find the names that appointments can be filtered by."""
    _demand_need(case)
    everything = case.known(PATH)
    if not everything.records:
        raise CannotCheck("there are no appointments to be filtered")
    configured = case.account.appointment_filters
    how = {ours: _outcome(case, ours, it, everything) for ours, it in configured.items()}
    works = {ours: configured[ours] for ours in how if how[ours] == WORKS}
    if not {"from", "to"} <= works.keys():
        works = {**_dates(case, everything), **works}
    if "employee" not in works:
        works |= _employee(case, everything)
    to_use = {named("APPOINTMENT_FILTERS"): pairs({n: works[n] for n in FILTERS if n in works})}
    yield from _wrong(configured, how, to_use)
    yield _found(everything, works, to_use)


def _wrong(
    configured: Mapping[str, str], how: Mapping[str, str], to_use: Mapping[str, str]
) -> Iterator[Finding]:
    for ours, outcome in how.items():
        seen = f"{ours}:{configured[ours]} {outcome}"
        if outcome == REFUSED:
            yield fix("filters", seen, "Appointments cannot be read with it.", to_use)
        elif outcome == HIDES:
            do = "Times that are taken would be offered."
            yield fix("filters", seen, do, to_use)
        elif outcome == IGNORED:
            yield warning("filters", seen, "It is of no use.", to_use)


def _found(everything: Listing, works: Mapping[str, str], to_use: Mapping[str, str]) -> Finding:
    if works:
        return ok("filters", f"these work: {', '.join(works.values())}", to_use)
    if everything.size > MANY:
        do = "A copy is kept: set WEBHOOK_TOKEN, so that it is told of changes (docs/caching.md)."
        return warning("filters", f"none works, of {everything.size} appointments", do, to_use)
    return ok("filters", "none is known to work; a copy of all busy times is kept here", to_use)


def sorting(case: Case) -> Iterator[Finding]:
    """Find the parameters that put new appointments last, so that pages do not shift."""
    everything = case.known(PATH)
    if len(everything.records) < 3:
        raise CannotCheck("there are too few appointments to see an order")
    configured = case.account.sort_params
    if configured:
        yield _configured_order(case, configured)
        return
    for params, by in SORTS:
        page = _asked(case, params)
        if page and _rises(page.records, by) and not _rises(everything.records, by):
            yield ok("sorting", f"{pairs(params)} works", {named("SORT_PARAMS"): pairs(params)})
            return
    yield ok("sorting", "none needed, or none known to work", {named("SORT_PARAMS"): ""})


def search(case: Case) -> Iterator[Finding]:
    """Find the parameter that customers are found by, with an address that nobody has."""
    _demand_need(case)
    if not case.known("/customers").records:
        raise CannotCheck("there are no customers to be found")
    configured = case.account.customer_search_param
    names = [configured] if configured else list(SEARCHES)
    seen = {name: _finds_nobody(case, name) for name in names}
    found = next((name for name, how in seen.items() if how == WORKS), "")
    to_use = {named("CUSTOMER_SEARCH_PARAM"): found}
    told = ", ".join(f"{name} {how}" for name, how in seen.items())
    if configured and not found:
        do = "Unset it: this server then finds the customers again whom it has entered."
        yield fix("customer search", told, do, to_use)
    elif found:
        yield ok("customer search", told, to_use)
    else:
        do = "Customers whom this server has not entered itself are entered a second time."
        yield warning("customer search", told, do, to_use)


def _demand_need(case: Case) -> None:
    if case.account.extensions:
        raise CannotCheck("BOOKABLESITES_EXTENSIONS says how it is asked")


def _outcome(case: Case, ours: str, theirs: str, everything: Listing) -> str:
    """Return what becomes of a filter that is set."""
    if ours == "employee":
        return _of_one_employee(case, theirs, everything)
    edges = (LATER, LONG_AGO) if ours == "from" else (LONG_AGO, LATEST)
    nothing, whole = (_asked(case, {theirs: edge}) for edge in edges)
    if nothing is None or whole is None:
        return REFUSED
    if nothing.records:
        return IGNORED
    return WORKS if _as_many(whole, everything) else HIDES


def _dates(case: Case, everything: Listing) -> dict[str, str]:
    for start, end in DATES:
        nothing = _asked(case, {start: LATER, end: LATEST})
        if nothing is None or nothing.records:
            continue
        whole = _asked(case, {start: LONG_AGO, end: LATEST})
        if whole is None or not _as_many(whole, everything):
            continue
        # Each by itself, for one may have done the work of both.
        names = {"from": start, "to": end}
        return {
            ours: it for ours, it in names.items() if _outcome(case, ours, it, everything) == WORKS
        }
    return {}


def _employee(case: Case, everything: Listing) -> dict[str, str]:
    if len(_everybody(everything)) < 2:
        return {}
    for name in EMPLOYEE:
        if _of_one_employee(case, name, everything) == WORKS:
            return {"employee": name}
    return {}


def _of_one_employee(case: Case, name: str, everything: Listing) -> str:
    """Return what becomes of a filter by employee: seen where there are appointments of two."""
    wanted = min(_everybody(everything), default=0)
    page = _asked(case, {name: wanted})
    if page is None:
        return REFUSED
    if not page.records:
        return HIDES
    return WORKS if all(wanted in _employees(one) for one in page.records) else IGNORED


def _everybody(everything: Listing) -> set[int]:
    people = {one for record in everything.records for one in _employees(record)}
    return {one for one in people if isinstance(one, int)}


def _configured_order(case: Case, configured: Mapping[str, str]) -> Finding:
    page = case.page(PATH, {**configured, "page": 1, "limit": case.account.page_size})
    to_use = {named("SORT_PARAMS"): ""}
    if isinstance(page, int):
        return fix("sorting", f"{pairs(configured)} is refused ({page})", "Unset it.", to_use)
    return ok("sorting", f"{pairs(configured)} is taken")


def _finds_nobody(case: Case, name: str) -> str:
    nobody = f"nobody-{secrets.token_hex(8)}@doctor.invalid"
    page = case.page("/customers", {name: nobody, "page": 1, "limit": case.account.page_size})
    if isinstance(page, int):
        return REFUSED
    return IGNORED if page.records else WORKS


def _asked(case: Case, params: Mapping[str, Any]) -> Listing | None:
    """Return the first page of appointments; None where the parameters are refused."""
    page = case.page(PATH, {**params, "page": 1, "limit": case.account.page_size})
    return None if isinstance(page, int) else page


def _as_many(page: Listing, everything: Listing) -> bool:
    # Somebody may book meanwhile.
    return bool(page.records) and page.size >= everything.size


def _employees(record: Record) -> list[Any]:
    found = record.get("employees")
    people = found if isinstance(found, list) else []
    return [one.get("id") if isinstance(one, dict) else one for one in people]


def _rises(records: list[Record], by: str) -> bool:
    values = [str(record.get(by)).rjust(40) for record in records]
    return len(set(values)) > 1 and values == sorted(values)
