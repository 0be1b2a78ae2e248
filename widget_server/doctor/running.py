"""Runs checks one after the other: none hides the others, and none holds them up for ever."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from widget_server.bookablesites.errors import HeldBack
from widget_server.clock import Deadline
from widget_server.doctor.findings import (
    TIME_IS_UP,
    CannotCheck,
    Finding,
    Section,
    fix,
    not_checked,
    warning,
)
from widget_server.errors import DomainError

Check = Callable[[], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks of a section by their names; each may take so many seconds."""

    title: str
    checks: Sequence[tuple[str, Check]]
    seconds: float


def run(plan: Plan, deadline: Deadline) -> Section:
    """Carry out the checks, and tell of those for which no time was left."""
    found: list[Finding] = []
    for name, check in plan.checks:
        found += _bounded(name, check, min(plan.seconds, deadline.left()))
    return Section(plan.title, found)


def _bounded(name: str, check: Check, seconds: float) -> list[Finding]:
    if seconds <= 0:
        return [not_checked(name, TIME_IS_UP)]
    found: list[Finding] = []
    # What it asks may not answer, and not everything that asks has a time-out.
    thread = threading.Thread(target=_collect, args=(name, check, found), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        late = fix(name, f"it did not end within {seconds:.0f} s", "See why it hangs.")
        return [*found, late]
    return found


def _collect(name: str, check: Check, found: list[Finding]) -> None:
    try:
        for finding in check():
            found.append(finding)  # noqa: PERF402 - those before an error count
    except CannotCheck as reason:
        found.append(not_checked(name, str(reason)))
    except HeldBack as error:
        found.append(not_checked(name, error.detail))
    except DomainError as error:
        found.append(fix(name, error.detail, "Mend this first, then look again."))
    except Exception as error:  # noqa: BLE001 - its text may tell a secret
        why = f"the check itself broke ({type(error).__name__})"
        found.append(warning(name, why, "Look at it by hand."))
