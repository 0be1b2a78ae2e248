"""Whether services and appointments are understood: durations, times, statuses."""

from collections.abc import Iterator
from dataclasses import replace

from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.bookablesites.schemas import MOST
from widget_server.doctor.account.case import Case
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.doctor.settings_in_use import named

FORMATS = (
    "%Y-%m-%d %I:%M %p", "%B %d, %Y %I:%M %p", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M",
)  # fmt: skip
# Longer than this, half of all services are not; shorter than that, none is.
LONG_VISIT, SHORT_VISIT = 600, 300
_TAKE_A_PLACE = ("approved", "pending")


def durations(case: Case) -> Iterator[Finding]:
    """See whether services last as long as visits do."""
    records = case.known("/services").records
    told = [one.get("duration") for one in records]
    lengths = sorted(one for one in told if type(one) is int and 0 < one <= MOST)
    if not lengths:
        raise CannotCheck("no service tells its duration")
    unit, middle = case.account.duration_unit, lengths[len(lengths) // 2]
    seen = f"from {lengths[0]} to {lengths[-1]} {unit}"
    whole = all(length % 60 == 0 for length in lengths)
    if unit == "minutes" and middle >= LONG_VISIT and whole:
        do = "Visits of so many hours are not likely: these are seconds."
        yield fix("durations", seen, do, {named("DURATION_UNIT"): "seconds"})
    elif unit == "seconds" and lengths[-1] < SHORT_VISIT:
        do = "Visits of less than five minutes are not likely: these are minutes."
        yield fix("durations", seen, do, {named("DURATION_UNIT"): "minutes"})
    else:
        yield ok("durations", seen, {named("DURATION_UNIT"): unit})


def times(case: Case) -> Iterator[Finding]:
    """See whether the times of appointments can be read."""
    texts = [
        record[name]
        for record in case.known("/appointments").records
        for name in ("start_date_time", "end_date_time")
        if isinstance(record.get(name), str)
    ]
    if not texts:
        raise CannotCheck("there are no appointments")
    if not _reads(case.contract, texts):
        yield _unreadable(case.contract, texts)
    elif all(case.contract.moment(text).tzinfo for text in texts):
        yield ok("appointments' times", "can be read, with their offset")
    else:
        there = case.contract.zone(case.zone).key
        seen = f"can be read; without an offset they are on the clock of {there}"
        yield ok("appointments' times", seen)


def statuses(case: Case) -> Iterator[Finding]:
    """See whether it is known which appointments take their time; no status is told."""
    records = case.known("/appointments").records
    texts = [case.contract.status(one["status"]) for one in records if _has_status(one)]
    if not texts:
        raise CannotCheck("there are no appointments")
    unknown = sum(text.lower() not in _TAKE_A_PLACE and takes_a_place(text) for text in texts)
    if unknown:
        do = (
            "Say in BOOKABLESITES_STATUS_ALIASES what the account's statuses mean; one that is "
            "not known takes its time."
        )
        yield warning("statuses", f"{unknown} of {len(texts)} appointments have an unknown one", do)
    else:
        yield ok("statuses", "all of them are known")


def _has_status(record: dict[str, object]) -> bool:
    return isinstance(record.get("status"), str)


def _unreadable(contract: Contract, texts: list[str]) -> Finding:
    fitting = [
        form for form in FORMATS if _reads(replace(contract, datetime_formats=(form,)), texts)
    ]
    to_use = {named("DATETIME_FORMATS"): fitting[0]} if len(fitting) == 1 else {}
    do = "Say in BOOKABLESITES_DATETIME_FORMATS how they are written."
    if len(fitting) > 1:
        do = f"{do} These fit: {' or '.join(fitting)}."
    return fix("appointments' times", "cannot be read", do, to_use)


def _reads(contract: Contract, texts: list[str]) -> bool:
    try:
        return all(contract.moment(text) for text in texts)
    except ValueError:
        return False
