"""What the schedules file adds to an account, and who is taken to give what nobody is told of.

What the file names holds, whatever the account shows; what it leaves out is the account's. Records
that the account does not have are left alone: they may come, or be gone.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.mapping import money
from widget_server.shapes import Schedules

Record = dict[str, Any]


def completed(document: Record, schedules: Schedules, contract: Contract, *, hours: bool) -> Record:
    """Return what an account shows of its offer, completed by the schedules file.

    `hours`: who has none gives nothing that nobody is told to give.
    """
    document = _overlaid(document, schedules)
    if not contract.extended:
        told = [id_ for id_, named in schedules.employees.items() if "services" in named]
        document = _assigned(document, told, has_hours if hours else _anyone)
    return document if "extras" in contract.besides else _without_extras(document)


def _overlaid(document: Record, schedules: Schedules) -> Record:
    """Return the offer's document with what the file names put over it."""
    return {
        **document,
        "settings": document["settings"] | schedules.settings,
        "locations": _over(document["locations"], schedules.locations),
        "services": _over(document["services"], schedules.services),
        "employees": _over(document["employees"], schedules.employees),
    }


def _assigned(document: Record, told: Iterable[int], is_giver: Callable[[Record], bool]) -> Record:
    """Return the document with givers for the services that nobody is told to give.

    `told` are employees of whom it is told what they give, be it nothing. Of the others those who
    are a giver give every service that is assigned to nobody.
    """
    known = {employee["id"] for employee in document["employees"] if employee["services"]}
    known.update(told)
    given = {link["id"] for employee in document["employees"] for link in employee["services"]}
    rest = [service["id"] for service in document["services"] if service["id"] not in given]
    links = [{"id": id_, "price": None, "duration_minutes": None, "capacity": None} for id_ in rest]
    return {
        **document,
        "employees": [
            employee | {"services": links}
            if employee["id"] not in known and is_giver(employee)
            else employee
            for employee in document["employees"]
        ],
    }


def _anyone(_employee: Record) -> bool:
    return True


def has_hours(employee: Record) -> bool:
    """Tell whether an employee ever works."""
    return bool(employee["working_hours"] or employee["special_days"])


def _without_extras(document: Record) -> Record:
    """Return the document without extras, for an account that cannot be told of them."""
    services = [service | {"extras": []} for service in document["services"]]
    return document | {"services": services}


def _over(records: Iterable[Record], named: Mapping[int, Record]) -> list[Record]:
    return [record | _priced(named.get(record["id"], {})) for record in records]


def _priced(named: Record) -> Record:
    """Return what is named of a record with its amounts in the form of ours."""
    found = dict(named)
    if "price" in found:
        found["price"] = _money(found["price"])
    for key in ("extras", "services"):
        if key in found:
            found[key] = [one | {"price": _money(one["price"])} for one in found[key]]
    # A free extra is one whose price nobody names.
    for extra in found.get("extras", ()):
        extra["price"] = extra["price"] or money(Decimal(0))
    return found


def _money(amount: str | None) -> str | None:
    return None if amount is None else money(Decimal(amount))
