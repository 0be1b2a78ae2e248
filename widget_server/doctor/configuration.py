"""What the settings say, as far as it can be judged without asking anybody."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from widget_server.catalogue.schedules_file import read_schedules
from widget_server.doctor.findings import Finding, fix, ok, warning
from widget_server.setting_values import LOOPBACK
from widget_server.settings import Settings
from widget_server.shapes import ShapeError

FEW_SIGNS = 8


def names_and_values(_settings: Settings) -> Iterator[Finding]:
    """Say that they can be read: nothing else would be looked at otherwise."""
    yield ok("names and values", "all of them can be read")


def mode(settings: Settings) -> Iterator[Finding]:
    """Say what the server works with, and whether it is a demo."""
    account = settings.account
    seen = f"an account at {_place(account.origin)}" if account else "the embedded backend"
    yield ok("booking system", seen)
    if not settings.demo:
        yield ok("DEMO", "off")
    elif account or not is_local(settings.public_url) or settings.host not in LOOPBACK:
        do = "Set DEMO=off: it lets in this machine's websites and shows a demo site at /."
        yield warning("DEMO", "on, and this is no demo", do)
    else:
        yield ok("DEMO", "on: a made-up business for this machine")


def public_url(settings: Settings) -> Iterator[Finding]:
    """See whether visitors come by https."""
    url = settings.public_url
    if url is None:
        yield ok("PUBLIC_URL", "from each request, as it is a demo")
    elif url.startswith("https://"):
        yield ok("PUBLIC_URL", url)
    elif is_local(url):
        do = "Set it to the address that visitors know, with https://."
        yield warning("PUBLIC_URL", f"{url} is this machine alone", do)
    else:
        do = "Set it to an https:// address: links to bookings must not be read on the way."
        yield fix("PUBLIC_URL", f"{url} is not https", do)


def secret_key(settings: Settings) -> Iterator[Finding]:
    """See whether the key could be guessed."""
    if settings.secret_key is None:
        yield ok("SECRET_KEY", "made in DATA_DIR, as it is a demo")
    elif len(set(settings.secret_key)) < FEW_SIGNS:
        do = "Make one by chance: openssl rand -base64 48."
        yield warning("SECRET_KEY", "of few different characters: it may be guessed", do)
    else:
        yield ok("SECRET_KEY", "long enough")


def allowed_origins(settings: Settings) -> Iterator[Finding]:
    """See whether the widget can stand on any website."""
    origins = settings.allowed_origins
    plain = [one for one in origins if one.startswith("http://") and not is_local(one)]
    if plain:
        do = "Name websites with https://; what is typed on others can be read on the way."
        yield warning("ALLOWED_ORIGINS", f"not https: {', '.join(plain)}", do)
    elif origins:
        yield ok("ALLOWED_ORIGINS", f"{len(origins)} named")
    elif settings.demo:
        yield ok("ALLOWED_ORIGINS", "this machine, as it is a demo")
    else:
        do = "Name the websites that the widget stands on; the page /book works without."
        yield warning("ALLOWED_ORIGINS", "empty: no website can use the widget", do)


def proxies(settings: Settings) -> Iterator[Finding]:
    """See whether visitors are told apart; this server itself speaks no https."""
    hops = settings.trusted_proxies
    if hops:
        yield ok("TRUSTED_PROXIES", f"{hops}; it must be exactly so many")
    elif (settings.public_url or "").startswith("https://"):
        do = "Something before this server speaks https; count it, or all visitors share one limit."
        yield warning("TRUSTED_PROXIES", "0, and PUBLIC_URL is https", do, {"TRUSTED_PROXIES": "1"})
    else:
        yield ok("TRUSTED_PROXIES", "0: right unless there is a proxy, which cannot be seen here")


def rate_limits(settings: Settings) -> Iterator[Finding]:
    """See whether visitors are limited."""
    if settings.rate_limits:
        yield ok("RATE_LIMITS", "on")
    else:
        yield warning("RATE_LIMITS", "off", "Leave it on, but for load tests.")


def schedules_file(settings: Settings) -> Iterator[Finding]:
    """See whether the file, if one is set, can be read: the server does not start without it."""
    if settings.schedules_file is None:
        return
    try:
        read_schedules(settings.schedules_file)
    except ShapeError as error:
        do = "Mend the file; widget-server schedules check looks at all of it."
        yield fix("SCHEDULES_FILE", f"{error.field} {error.message}", do)
    else:
        do = "widget-server schedules check holds it against the account."
        yield ok("SCHEDULES_FILE", "can be read", do=do)


def is_local(url: str | None) -> bool:
    """Tell whether an address is of this machine alone."""
    return url is None or urlsplit(url).hostname in LOOPBACK


def _place(url: str) -> str:
    """Return an address without anything secret that it may hold."""
    return urlsplit(url).netloc.rpartition("@")[2]


CHECKS = (
    names_and_values, mode, public_url, secret_key, allowed_origins, proxies, rate_limits,
    schedules_file,
)  # fmt: skip
