"""The whole examination: which checks there are, in which order."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from widget_server.account_settings import Account
from widget_server.clock import Clock, Deadline, Ticks
from widget_server.doctor import (
    configuration,
    databases,
    embedded,
    machine,
    public_address,
    shared_cache,
)
from widget_server.doctor.account import (
    endpoints,
    filters,
    listening,
    pages,
    reaching,
    schedules,
    times,
    tokens,
    visits,
)
from widget_server.doctor.account.asking import Asking
from widget_server.doctor.account.case import Case
from widget_server.doctor.findings import Finding, Report, Section, fix, not_checked
from widget_server.doctor.running import Check, Plan, run
from widget_server.doctor.settings_in_use import as_written
from widget_server.remote import contract_of
from widget_server.settings import Settings, SettingsError

# What is here takes no longer; an account may take all the time there is.
HERE_SECONDS = 15.0
OF_ACCOUNT: tuple[tuple[str, Callable[[Case], Iterator[Finding]]], ...] = (
    ("reachability", reaching.network),
    ("token", tokens.token),
    ("API", reaching.api),
    ("lists", endpoints.endpoints),
    ("/settings", endpoints.settings),
    ("page size", pages.page_size),
    ("end of lists", pages.ends),
    ("filters", filters.filters),
    ("sorting", filters.sorting),
    ("customer search", filters.search),
    ("durations", visits.durations),
    ("appointments' times", visits.times),
    ("statuses", visits.statuses),
    ("available times", times.available_times),
    ("schedules", schedules.shown),
    ("time of an answer", listening.speed),
    ("clock", listening.clocks),
    ("rate limits", listening.rate_limits),
)


def examine(environ: Mapping[str, str], clock: Clock, ticks: Ticks, seconds: float) -> Report:
    """Look at everything, for so many seconds at most."""
    deadline = Deadline.within(seconds, ticks)
    try:
        settings = Settings.from_env(environ)
    except SettingsError as error:
        return _unreadable(error)
    local = [run(plan, deadline) for plan in _local(settings, clock, deadline)]
    if settings.account is None:
        return Report(local, {"TRUSTED_PROXIES": str(settings.trusted_proxies)}, 0)
    case = _case(
        settings.account, settings, clock, Asking(settings.account, deadline, clock, ticks)
    )
    checks: list[tuple[str, Check]] = [(name, partial(check, case)) for name, check in OF_ACCOUNT]
    there = run(Plan("The account", checks, seconds), deadline)
    now = {**as_written(settings.account), "TRUSTED_PROXIES": str(settings.trusted_proxies)}
    return Report([*local, there], now, case.asking.reads)


def _unreadable(error: SettingsError) -> Report:
    wrong = fix("names and values", str(error), "Mend it, then look again.")
    rest = not_checked("everything else", "the settings cannot be read")
    return Report([Section("Settings", [wrong, rest])], {}, 0, readable=False)


def _local(settings: Settings, clock: Clock, deadline: Deadline) -> Iterator[Plan]:
    def bound(
        checks: tuple[Callable[[Settings], Iterator[Finding]], ...],
    ) -> list[tuple[str, Check]]:
        return [(check.__name__.replace("_", " "), partial(check, settings)) for check in checks]

    yield Plan("Settings", bound(configuration.CHECKS), HERE_SECONDS)
    yield Plan("This machine", bound(machine.CHECKS), HERE_SECONDS)
    data: list[tuple[str, Check]] = [("ledger", partial(databases.of_ledger, settings))]
    if settings.account is None:
        data.append(("backend database", partial(databases.of_backend, settings)))
        data.append(("backend", partial(embedded.answers, settings, clock)))
    data.append(("Redis", partial(shared_cache.redis, settings)))
    yield Plan("Databases and Redis", data, HERE_SECONDS)
    outside = list(public_address.checks(settings, deadline))
    yield Plan("From outside", outside, HERE_SECONDS)


def _case(account: Account, settings: Settings, clock: Clock, asking: Asking) -> Case:
    zone = ZoneInfo(settings.business.timezone or "UTC")
    return Case(account, contract_of(account), zone, clock, asking)
