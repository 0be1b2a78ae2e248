"""Whether the credentials open the account, and in which way they have to be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from widget_server.bookablesites.auth import (
    TOKEN_STYLES,
    Credentials,
    read_token,
    token_question,
)
from widget_server.bookablesites.errors import HeldBack, PlatformError
from widget_server.bookablesites.transport import Reply
from widget_server.doctor.account.case import Case, surprise
from widget_server.doctor.account.reaching import WHERE
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok
from widget_server.doctor.settings_in_use import named
from widget_server.errors import DomainError

# Known of: the first seen live, the second in the vendor's documents.
TOKEN_PATHS = ("/token", "/auth/token")
CREDENTIALS = (
    "Copy the client id and the client secret again from the account's API settings to "
    "BOOKABLESITES_CLIENT_ID and BOOKABLESITES_CLIENT_SECRET."
)
_NO = {f"refused ({status})" for status in (400, 401, 403)}
Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Got:
    """A token, how long it lasts, and whether that was told."""

    token: str
    lifetime: timedelta
    told: bool


def token(case: Case) -> Iterator[Finding]:
    """Ask for a token as it is set; if that is refused, in the other ways that are known."""
    case.demand_contact()
    configured = (case.account.token_path, case.account.token_style)
    refusals: dict[Way, str] = {}
    for way in _ways(configured):
        try:
            outcome = _ask(case, way)
        except HeldBack:
            break
        if isinstance(outcome, Got):
            case.asking.token = outcome.token
            yield from _got(way, configured, refusals, outcome)
            return
        refusals[way] = outcome
    if not refusals:
        raise CannotCheck("the account could not be asked")
    yield _refused(configured, refusals)


def _ways(configured: Way) -> list[Way]:
    paths = dict.fromkeys([configured[0], *TOKEN_PATHS])
    ways = [(path, style) for path in paths for style in TOKEN_STYLES]
    return list(dict.fromkeys([configured, *ways]))


def _ask(case: Case, way: Way) -> Got | str:
    """Return a token, or in words why there is none; raise HeldBack when there is to be an end."""
    path, style = way
    account = case.account
    question = token_question(Credentials(account.client_id, account.client_secret), style)
    try:
        reply = case.asking.ask_token(account.api_path + path, question)
        return _read(reply)
    except HeldBack:
        raise
    except PlatformError as error:
        return error.detail


def _read(reply: Reply) -> Got | str:
    what = surprise(reply)
    if what:
        return what
    try:
        # What it does not tell is what we think.
        (found, lifetime), (_, other) = read_token(reply, 3600), read_token(reply, 7200)
    except DomainError:
        return f"refused ({reply.status})" if reply.status >= 400 else "an answer without a token"
    return Got(found, lifetime, told=lifetime == other)


def _got(way: Way, configured: Way, refusals: dict[Way, str], got: Got) -> Iterator[Finding]:
    to_use = {named("TOKEN_PATH"): way[0], named("TOKEN_STYLE"): way[1]}
    if way == configured:
        yield ok("token", f"given at {way[0]}, style {way[1]}", to_use)
    else:
        seen = f"{configured[0]}, style {configured[1]}: {refusals[configured]}; it is given at "
        yield fix("token", f"{seen}{way[0]}, style {way[1]}", "Use these settings.", to_use)
    seconds = f"{got.lifetime.total_seconds():.0f} s"
    if got.told:
        yield ok("lifetime", f"{seconds}, as it is told")
    else:
        yield ok("lifetime", "not told: BOOKABLESITES_TOKEN_SECONDS counts")


def _refused(configured: Way, refusals: dict[Way, str]) -> Finding:
    seen = f"{configured[0]}, style {configured[1]}: {refusals[configured]}"
    others = len(refusals) - 1
    if others:
        seen = f"{seen}; neither is one given in {others} other way{'s' if others > 1 else ''}"
    is_refusal = any(why in _NO for why in refusals.values())
    return fix("token", seen, CREDENTIALS if is_refusal else WHERE)
