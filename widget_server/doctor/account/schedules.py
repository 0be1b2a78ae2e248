"""Whether the account shows when its employees work: what open times are computed from."""

from collections.abc import Iterator

from widget_server.doctor.account.case import Case
from widget_server.doctor.findings import CannotCheck, Finding, ok, warning

_SHOWN = ("working_hours", "services")


def shown(case: Case) -> Iterator[Finding]:
    """See whether employees come with their hours and services."""
    employees = case.known("/employees").records
    if not employees:
        raise CannotCheck("there are no employees")
    missing = [name for name in _SHOWN if not any(one.get(name) for one in employees)]
    if missing:
        do = "Open times are the account's own, unless SCHEDULES_FILE says what it does not show."
        yield warning("schedules", f"employees come without {' and '.join(missing)}", do)
    else:
        yield ok("schedules", "employees come with their hours and services")
