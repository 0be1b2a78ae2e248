"""The client of an account on the platform, built of what the settings say about it."""

from pathlib import Path
from zoneinfo import ZoneInfo

from widget_server.account_settings import Account
from widget_server.bookablesites.auth import AccessTokens, Credentials, TokenTerms
from widget_server.bookablesites.breaker import Breaker
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.errors import HeldBack
from widget_server.bookablesites.link import Guards, Link
from widget_server.bookablesites.mirror.mirror import Mirror, Pacing
from widget_server.bookablesites.observing import Nobody, Observer
from widget_server.bookablesites.pace import Pace
from widget_server.bookablesites.transport import Transport
from widget_server.bulkhead import Bulkhead
from widget_server.clock import Clock, SystemTicks, Ticks

# Once somebody has waited for this long, whoever finds no place is told so at once.
SLOW_SECONDS = 1.0
# Of a worker's threads, so many may wait for what others are fetching from the platform. The rest
# wait for a place among them, for no longer than a slow answer takes: a crowd on a cold morning is
# to be served, not sent away. That is this part of what the platform may take for an answer.
MOST_WAITING = 2
CROWD_SHARE = 0.3
# Of the calls that a worker may make, one in so many reads all appointments once more.
SWEEPS_SHARE = 4


def waiting_room(account: Account, ticks: Ticks) -> Bulkhead:
    """Return the places of those who wait for what another thread is loading."""
    seconds = CROWD_SHARE * account.limits.timeout_seconds
    return Bulkhead(MOST_WAITING, seconds, ticks, _too_slow)


def remote_client(
    account: Account,
    share: int,
    credentials: Credentials,
    clock: Clock,
    observer: Observer | None = None,
    ticks: Ticks | None = None,
) -> BookablesitesClient:
    """Return the client of an account; `share` processes divide what it may be asked."""
    limits, ticks, observer = account.limits, ticks or SystemTicks(), observer or Nobody()
    token_path = account.api_path + account.token_path
    per_minute = limits.calls_per_minute / share
    guards = Guards(
        breaker=Breaker(ticks, turned=observer.turned),
        pace=Pace(ticks, per_minute, burst=max(1, int(per_minute / 10))),
        clock=clock,
        ticks=ticks,
        safe_posts=frozenset({token_path}),
        observer=observer,
    )
    link = Link(Transport(account.origin, timeout_seconds=limits.timeout_seconds), guards)
    terms = TokenTerms(account.token_style, account.token_seconds)
    tokens = AccessTokens(link, token_path, credentials, clock, terms, ticks=ticks)
    places = Bulkhead(limits.parallel_calls, SLOW_SECONDS, ticks, _too_slow)
    return BookablesitesClient(link, tokens, contract_of(account), places)


def mirror_of(
    account: Account, share: int, data_dir: Path, clock: Clock, ticks: Ticks | None = None
) -> Mirror | None:
    """Return the copy of an account's appointments; None where they can be asked for by date."""
    contract = contract_of(account)
    if contract.filters_dates:
        return None
    rest = SWEEPS_SHARE * 60 * share / account.limits.calls_per_minute
    pacing = Pacing(clock, ticks or SystemTicks(), rest)
    return Mirror(data_dir / "appointments.sqlite", f"{account.origin} {contract}", pacing)


def contract_of(account: Account) -> Contract:
    """Return how an account is spoken to, as the settings say."""
    return Contract(
        api_path=account.api_path,
        page_size=account.page_size,
        extended=account.extensions,
        appointment_filters=account.appointment_filters,
        booking_fields=account.booking_fields,
        list_params=account.sort_params,
        availability_params=account.availability_params,
        availability_shape=account.availability_shape,
        status_aliases=account.status_aliases,
        booking_status=account.booking_status,
        booking_id_kind=account.booking_id_kind,
        timezone=ZoneInfo(account.timezone) if account.timezone else None,
        datetime_formats=account.datetime_formats,
        durations_in_seconds=account.duration_unit == "seconds",
        phone_field=account.phone_field,
        phone_e164=account.phone_format == "e164",
        customer_search_param=account.customer_search_param,
        cancels_first=account.reschedule_strategy == "old_first",
        cancels_bookings=account.cancel_strategy == "booking",
        conflict_statuses=frozenset({409}) if account.extensions else account.conflict_statuses,
    )


def _too_slow() -> HeldBack:
    return HeldBack("The booking system is slow, and enough others wait for it.")
