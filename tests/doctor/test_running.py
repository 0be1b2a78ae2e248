"""Checks are run so that none hides the others, whatever happens in one."""

import threading

from widget_server.bookablesites.errors import HeldBack, PlatformError
from widget_server.clock import Deadline, SystemTicks
from widget_server.doctor.findings import CannotCheck, ok
from widget_server.doctor.running import Plan, run


def raising(error):
    def check():
        yield ok("before", "seen")
        raise error

    return check


def outcomes(*checks, seconds=60.0):
    plan = Plan("Here", [(f"check {at}", check) for at, check in enumerate(checks)], seconds)
    section = run(plan, Deadline.within(120, SystemTicks()))
    return [(found.status.value, found.name, found.seen) for found in section.findings]


def test_what_was_seen_before_an_error_stays():
    found = outcomes(
        raising(CannotCheck("it is not there")),
        raising(HeldBack("enough was asked")),
        raising(PlatformError("It is broken.")),
        raising(ValueError("canary")),
    )

    before = ("ok", "before", "seen")
    assert found == [
        before, ("not checked", "check 0", "because it is not there"),
        before, ("not checked", "check 1", "because enough was asked"),
        before, ("fix", "check 2", "It is broken."),
        before, ("warning", "check 3", "the check itself broke (ValueError)"),
    ]  # fmt: skip


def test_a_check_without_an_end_is_left():
    gate = threading.Event()

    def hanging():
        yield ok("before", "seen")
        gate.wait()

    found = outcomes(hanging, lambda: iter([ok("after", "seen")]), seconds=1.0)
    gate.set()

    assert [one[:2] for one in found] == [("ok", "before"), ("fix", "check 0"), ("ok", "after")]
