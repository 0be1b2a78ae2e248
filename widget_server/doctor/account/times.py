"""Open times: how they are asked for, how they come, and whether the clock is the right one."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from widget_server.account_settings import SHAPES
from widget_server.bookablesites.errors import InvalidAnswer
from widget_server.bookablesites.open_times import open_starts
from widget_server.bookablesites.replies import parsed
from widget_server.doctor.account.case import Case, Record, surprise
from widget_server.doctor.account.shapes import shape
from widget_server.doctor.findings import CannotCheck, Finding, fix, not_checked, ok, warning
from widget_server.doctor.settings_in_use import named, pairs

DAYS = 14
# Of so many services times are asked for until one has some.
MOST_SERVICES = 3
SERVICE_NAMES = ("service", "serviceId", "service_id")
NIGHT_ENDS, NIGHT_BEGINS = "05:00", "23:00"
PATH = "/available-times"
CHECK_ZONE = (
    "Compare with the account's own page; if it differs, BOOKABLESITES_TIMEZONE is another."
)
Days = tuple[date, date]


def available_times(case: Case) -> Iterator[Finding]:
    """Ask for open times of the next days; see which parameters are taken and what comes."""
    services = [one["id"] for one in case.known("/services").records if "id" in one]
    if not services:
        raise CannotCheck("there is no service")
    today = case.clock.now().astimezone(case.zone).date()
    days = (today, today + timedelta(days=DAYS - 1))
    params = _params_that_work(case, services[0], days)
    if params is None:
        do = "Open times cannot be asked for. Look at BOOKABLESITES_AVAILABILITY_PARAMS."
        yield fix("available times", "refused, however the service is named", do)
        return
    yield _asked_by(case, params)
    yield from _answers(case, services, params, days)


def _asked_by(case: Case, params: Mapping[str, str]) -> Finding:
    seen = f"can be asked for by {', '.join(params.values())}"
    to_use = {named("AVAILABILITY_PARAMS"): pairs(params)}
    given = dict(case.contract.availability_params)
    if params == given:
        return ok("available times", seen, to_use)
    if params["service"] == given.get("service"):
        do = "The dates are refused: the server asks twice each time, unless it is set so."
        return warning("available times", seen, do, to_use)
    return fix("available times", seen, "The parameters that are set are refused.", to_use)


def _params_that_work(case: Case, service: int, days: Days) -> Mapping[str, str] | None:
    """Return by which names open times can be asked for; None if by none that is known."""
    given = dict(case.contract.availability_params)
    for name in dict.fromkeys([given.get("service", SERVICE_NAMES[0]), *SERVICE_NAMES]):
        params = {**given, "service": name}
        dateless = {ours: it for ours, it in params.items() if ours not in ("from", "to")}
        for tried in (params, dateless):
            if case.get(PATH, _query(tried, service, days)).status // 100 != 4:
                return tried
    return None


def _answers(
    case: Case, services: list[int], params: Mapping[str, str], days: Days
) -> Iterator[Finding]:
    answer, service = None, services[0]
    for service in services[:MOST_SERVICES]:
        reply = case.get(PATH, _query(params, service, days))
        what = surprise(reply)
        if what or not 200 <= reply.status < 300:
            do = "Open times cannot be read; see what the account answers there."
            yield fix("open times", what or f"refused ({reply.status})", do)
            return
        answer = parsed(reply)
        if _starts(case, answer, "auto") != []:
            break
    yield ok("open times' shape", shape([answer]))
    yield from _read(case, answer, days)
    yield _of_employee(case, service, params, days)


def _read(case: Case, answer: Any, days: Days) -> Iterator[Finding]:
    fitting = [one for one in SHAPES if one != "auto" and _starts(case, answer, one) is not None]
    starts = _starts(case, answer, case.account.availability_shape)
    to_use = {named("AVAILABILITY_SHAPE"): fitting[0] if len(fitting) == 1 else "auto"}
    if starts is None:
        do = "Use this setting." if fitting else "No shape that is known fits."
        seen = f"cannot be read as {case.account.availability_shape}"
        yield fix("open times", seen, do, to_use if fitting else None)
    elif not starts:
        do = "Look whether employees work in these days, and are given the services."
        yield warning("open times", f"none in {DAYS} days", do)
    else:
        yield ok("open times", f"{len(starts)} can be read", to_use)
        outside = any(not days[0] <= at.date() <= days[1] for at in starts)
        yield ok("open times' days", "more than asked for; cut here" if outside else "as asked for")
        yield _clock_face(case, starts)


def _clock_face(case: Case, starts: list[datetime]) -> Finding:
    clocks = sorted(at.strftime("%H:%M") for at in starts)
    there = case.contract.zone(case.zone).key
    seen = f"from {clocks[0]} to {clocks[-1]} on the clock of {there}"
    hours = _working_hours(case)
    if hours and not (hours[0] <= clocks[0] and clocks[-1] <= hours[1]):
        return warning("hours of the day", f"{seen}: outside the employees' hours", CHECK_ZONE)
    if clocks[0] < NIGHT_ENDS or clocks[-1] >= NIGHT_BEGINS:
        return warning("hours of the day", f"{seen}: also at night", CHECK_ZONE)
    return ok("hours of the day", seen, {named("TIMEZONE"): case.account.timezone or ""})


def _working_hours(case: Case) -> tuple[str, str] | None:
    """Return when the first employee begins and the last one ends; None if it is not shown."""
    there = case.contract.zone(case.zone).key
    periods = [
        period
        for employee in case.known("/employees").records
        for kind in ("working_hours", "special_days")
        for day in _dicts(employee.get(kind))
        for period in _dicts(day.get("periods"))
    ]
    elsewhere = {one.get("timezone") for one in case.known("/employees").records}
    edges = [(period.get("start"), period.get("end")) for period in periods]
    if not edges or not elsewhere <= {None, "", there}:
        return None
    return min(str(start) for start, _ in edges), max(str(end) for _, end in edges)


def _of_employee(case: Case, service: int, params: Mapping[str, str], days: Days) -> Finding:
    name = "one employee's times"
    employees = [one.get("id") for one in case.known("/employees").records]
    if "employee" not in params or not employees:
        return not_checked(name, "no employee can be asked for")
    query = {**_query(params, service, days), params["employee"]: employees[0]}
    status = case.get(PATH, query).status
    if status < 400:
        return ok(name, f"{params['employee']} is taken")
    do = "Look at BOOKABLESITES_AVAILABILITY_PARAMS: who is free cannot be asked for."
    return warning(name, f"{params['employee']} is refused ({status})", do)


def _query(params: Mapping[str, str], service: int, days: Days) -> Record:
    asked = {"service": service, "from": days[0].isoformat(), "to": days[1].isoformat()}
    return {params[ours]: value for ours, value in asked.items() if ours in params}


def _starts(case: Case, answer: Any, form: str) -> list[datetime] | None:
    """Return the starts on the account's clock; None if the answer has another shape."""
    there = case.contract.zone(case.zone)
    try:
        return [at.astimezone(there) for at in open_starts(answer, form, there)]
    except InvalidAnswer:
        return None


def _dicts(value: Any) -> list[Record]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
