"""What is missing from a schedules file, or wrong: alone, and beside the account that it is for.

A problem keeps something from being offered, or offers it wrongly. A remark does not: the file may
well be meant that way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from widget_server.bookablesites.contract import Contract
from widget_server.catalogue.overlay import completed, has_hours
from widget_server.shapes import Schedules

Record = dict[str, Any]
# What an account shows for certain, so that a difference is one.
SHOWN = {
    "services": ("name", "price", "duration_minutes"),
    "employees": ("first_name", "last_name"),
    "locations": ("name",),
}
HOURS = ("working_hours", "special_days")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be told of a field, or of a record by its id."""

    field: str
    message: str
    is_problem: bool = True


def check_alone(schedules: Schedules, *, hours: bool) -> Iterator[Finding]:
    """Yield what can be told without the account; `hours`: they decide about what is open."""
    for path in schedules.unknown:
        yield Finding(path, "nobody here knows this key: is it misspelt?")
    given = _given(schedules.employees.values())
    for id_ in schedules.services if given else ():
        if id_ not in given:
            yield Finding(_at("services", id_), "nobody gives this service")
    for id_, named in schedules.employees.items():
        at = _at("employees", id_)
        if hours and not any(named.get(key) for key in HOURS):
            yield Finding(f"{at}.working_hours", "has no hours: nothing is ever open")
        if "services" in named:
            yield from _idle_periods(at, named)


def check_beside(
    schedules: Schedules, account: Record, contract: Contract, *, hours: bool
) -> Iterator[Finding]:
    """Yield what can be told beside the account's offer, as it shows it itself."""
    for kind in ("services", "employees", "locations"):
        records = {record["id"]: record for record in account[kind]}
        for id_, named in getattr(schedules, kind).items():
            if id_ in records:
                yield from _differences(kind, records[id_], named)
            else:
                yield Finding(_at(kind, id_), f"the account has no such {kind[:-1]}")
    yield from _unsent(schedules, contract)
    if not contract.extended:
        yield from _uncovered(schedules, account, contract, hours=hours)


def _uncovered(
    schedules: Schedules, account: Record, contract: Contract, *, hours: bool
) -> Iterator[Finding]:
    offered = completed(account, schedules, contract, hours=hours)
    given = _given(offered["employees"])
    covered = {*schedules.services, *_given(schedules.employees.values())}
    for service in offered["services"]:
        at = _at("services", service["id"])
        if service["id"] not in given:
            yield Finding(at, f"nobody gives {service['name']!r}")
        elif service["id"] not in covered:
            told = f"{service['name']!r} is not in the file: whoever it can be is taken to give it"
            yield Finding(at, told, is_problem=False)
    for employee in offered["employees"]:
        if employee["id"] not in schedules.employees:
            name = f"{employee['first_name']} {employee['last_name']}".strip()
            lacks = (
                "has no hours, and is never offered" if hours else "is taken to give what is left"
            )
            is_problem = hours and not has_hours(employee)
            at = _at("employees", employee["id"])
            yield Finding(at, f"{name!r} is not in the file: {lacks}", is_problem=is_problem)


def _unsent(schedules: Schedules, contract: Contract) -> Iterator[Finding]:
    for id_, named in schedules.services.items():
        at = _at("services", id_)
        if named.get("extras") and "extras" not in contract.besides:
            told = "are not offered: the account is told of none (BOOKABLESITES_BOOKING_FIELDS)"
            yield Finding(f"{at}.extras", told)
        most = named.get("capacity", {}).get("max", 1)
        if most > 1 and "persons" not in contract.besides:
            told = (
                "one person a booking: the account is told of none (BOOKABLESITES_BOOKING_FIELDS)"
            )
            yield Finding(f"{at}.capacity", told, is_problem=False)


def _differences(kind: str, record: Record, named: Record) -> Iterator[Finding]:
    for key in SHOWN[kind]:
        ours, theirs = named.get(key), record[key]
        if ours is not None and _value(key, ours) != _value(key, theirs):
            told = f"is {ours!r} here and {theirs!r} in the account; the file's holds"
            yield Finding(f"{_at(kind, record['id'])}.{key}", told, is_problem=False)


def _value(key: str, value: Any) -> Any:
    return float(value) if key == "price" and value is not None else value


def _idle_periods(at: str, named: Record) -> Iterator[Finding]:
    """Look for periods whose services their employee does not give."""
    own = {link["id"] for link in named["services"]}
    for key in HOURS:
        for number, day in enumerate(named.get(key, ())):
            for place, period in enumerate(day["periods"]):
                strange = sorted(set(period["services"] or ()) - own)
                if strange:
                    where = f"{at}.{key}[{number}].periods[{place}].services"
                    yield Finding(where, f"the employee does not give {_listed(strange)}")


def _given(employees: Iterable[Mapping[str, Any]]) -> set[int]:
    return {link["id"] for employee in employees for link in employee.get("services", ())}


def _at(kind: str, id_: int) -> str:
    return f"{kind}[id={id_}]"


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(map(str, ids))
