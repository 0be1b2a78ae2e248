"""What answers tell beside what was asked: how long they take, what time it is, what is allowed."""

from collections.abc import Iterator, Mapping
from statistics import median

from widget_server.doctor.account.case import Case
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.doctor.settings_in_use import named

SLOW_SECONDS = 1.0
SKEWED_SECONDS, WRONG_SECONDS = 30, 300
_LIMITS = ("x-ratelimit-limit", "ratelimit-limit")


def speed(case: Case) -> Iterator[Finding]:
    """Tell how long answers took."""
    took = [heard.seconds for heard in case.asking.heard]
    if not took:
        raise CannotCheck("there was no answer")
    middle, longest = median(took), max(took)
    seen = f"{middle * 1000:.0f} ms, {longest * 1000:.0f} ms at most"
    if middle > SLOW_SECONDS:
        timeout = case.account.limits.timeout_seconds
        do = f"Visitors wait for it; it is given up after {timeout} s."
        yield warning("time of an answer", seen, do)
    else:
        yield ok("time of an answer", seen)


def clocks(case: Case) -> Iterator[Finding]:
    """Compare this machine's clock with the account's."""
    told = [heard.ahead for heard in case.asking.heard if heard.ahead is not None]
    if not told:
        raise CannotCheck("no answer told what time it is there")
    ahead = min(told, key=abs)
    seen = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the account's"
    do = "Set this machine's clock by NTP: notice, windows and tokens go by it."
    if abs(ahead) > WRONG_SECONDS:
        yield fix("clock", seen, do)
    elif abs(ahead) > SKEWED_SECONDS:
        yield warning("clock", seen, do)
    else:
        yield ok("clock", seen)


def rate_limits(case: Case) -> Iterator[Finding]:
    """Tell whether the account says how often it may be asked."""
    names = sorted(
        {name.lower() for heard in case.asking.heard for name in heard.headers if _is_one(name)}
    )
    if not names:
        yield ok("rate limits", "none told")
        return
    told = [limit for heard in case.asking.heard if (limit := _limit(heard.headers)) is not None]
    ours = case.account.limits.calls_per_minute
    seen = f"told by {', '.join(names)}"
    if told and min(told) < ours:
        to_use = {named("CALLS_PER_MINUTE"): str(max(1, min(told)))}
        do = "If that is a minute's number, keep to it."
        yield warning(
            "rate limits", f"{seen}: {min(told)}, and this server allows itself {ours}", do, to_use
        )
    else:
        yield ok("rate limits", seen)


def _is_one(name: str) -> bool:
    return "ratelimit" in name.lower().replace("-", "") or name.lower() == "retry-after"


def _limit(headers: Mapping[str, str]) -> int | None:
    texts = [headers.get(name, "") for name in _LIMITS]
    return next((int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) < 10), None)
