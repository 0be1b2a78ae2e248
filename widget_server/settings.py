"""What an operator can set, read once from the environment into one frozen object.

docs/settings.md lists every name. A name that looks like ours but is not, or a value that cannot
be read, stops the start with a sentence that says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from widget_server import setting_values as values
from widget_server.account_settings import Account, read_account
from widget_server.setting_reader import Reader, SettingsError
from widget_server.setting_values import SmtpServer

__all__ = ["Account", "Business", "Mails", "Settings", "SettingsError"]

# Where open slots may come from.
SOURCES = ("computed", "platform", "both")
DEMO_SENDER = "booking@demo.invalid"


@dataclass(frozen=True, slots=True)
class Business:
    """What the business is, where the platform does not tell or is to be overruled.

    Up to the languages all is required with a remote account; `languages` is empty when unset.
    """

    name: str | None
    timezone: str | None
    currency: str | None
    languages: tuple[str, ...]
    # What visitors are bound to; None: as the account says.
    minimum_notice_minutes: int | None
    booking_window_days: int | None
    cancel_limit_minutes: int | None
    reschedule_limit_minutes: int | None
    max_active_bookings: int | None


@dataclass(frozen=True, slots=True)
class Mails:
    """Who sends mails, and to whom besides the visitor.

    `server` is None in the demo, where mails are only shown. `reminder_hours` before a visit it is
    called to mind; 0: never.
    """

    server: SmtpServer | None
    sender: str
    owner: str | None
    reminder_hours: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator decided.

    `account` is None when the embedded backend serves; `public_url` and `secret_key` are None in
    demo mode when they are to be derived or made, and where nobody is served.
    """

    host: str
    port: int
    web_concurrency: int
    data_dir: Path
    demo: bool
    public_url: str | None
    secret_key: str | None
    secret_keys_previous: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    trusted_proxies: int
    account: Account | None
    # One of SOURCES.
    availability_source: str
    # What the account does not show; None: nothing is known besides.
    schedules_file: Path | None
    business: Business
    # PostgreSQL; None: SQLite files in `data_dir`. Left out of repr: it may hold a password.
    database_url: str | None = field(repr=False)
    embedded_client_id: str | None
    embedded_client_secret: str | None
    backend_api: bool
    # That API shows no more than what is known of the live platform.
    backend_strict: bool
    # `host:port` that webhooks may reach though they are private.
    webhook_hosts: tuple[str, ...]
    # What the platform's events prove themselves with; None: they are not taken.
    webhook_token: str | None = field(repr=False)
    # What /metrics is read with; None: only the demo shows it.
    metrics_token: str | None = field(repr=False)
    # None: nobody is sent mails by this server.
    mails: Mails | None
    rate_limits: bool
    # Who books solves a challenge first.
    bot_defence: bool
    slots_fresh_seconds: int
    slots_stale_seconds: int
    # None: the workers of this machine share a file. Left out of repr: it may hold a password.
    redis_url: str | None = field(repr=False)

    def __repr__(self) -> str:
        """Name the mode without any secret."""
        return f"Settings(demo={self.demo}, data_dir={self.data_dir}, account={self.account})"

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, serving: bool = True) -> "Settings":
        """Read the settings; raise SettingsError with a sentence that names the wrong one.

        Without `serving`, what only visitors' pages and links need may be missing.
        """
        read = Reader(environ)
        demo = read.switch("DEMO", default=False)
        business = _business(read)
        account = read_account(read)
        if account:
            _demand_of_business(business)
        schedules_file = _schedules_file(read, account)
        settings = cls(
            host=read.text("HOST") or "127.0.0.1",
            port=read.whole("PORT", default=8000, low=0, high=65535),
            web_concurrency=read.whole("WEB_CONCURRENCY", default=2, low=1, high=512),
            data_dir=Path(read.text("DATA_DIR") or "./data").absolute(),
            demo=demo,
            public_url=read.value("PUBLIC_URL", values.origin),
            secret_key=read.value("SECRET_KEY", values.key),
            secret_keys_previous=read.values("SECRET_KEY_PREVIOUS", values.key),
            allowed_origins=read.values("ALLOWED_ORIGINS", values.allowed_origin),
            trusted_proxies=read.whole("TRUSTED_PROXIES", default=0, low=0, high=16),
            account=account,
            availability_source=_source(read, account, schedules_file),
            schedules_file=schedules_file,
            business=business,
            database_url=read.value("DATABASE_URL", values.database_url),
            embedded_client_id=None if account else read.text("BOOKABLESITES_CLIENT_ID"),
            embedded_client_secret=None if account else read.text("BOOKABLESITES_CLIENT_SECRET"),
            backend_api=read.switch("BACKEND_API", default=True),
            backend_strict=read.switch("BACKEND_STRICT", default=False),
            webhook_hosts=read.values("BACKEND_WEBHOOK_HOSTS", values.host_and_port),
            webhook_token=read.value("WEBHOOK_TOKEN", values.token),
            metrics_token=read.value("METRICS_TOKEN", values.token),
            mails=_mails(read, shown=demo and account is None),
            rate_limits=read.switch("RATE_LIMITS", default=True),
            bot_defence=read.switch("BOT_DEFENCE", default=False),
            slots_fresh_seconds=read.whole("CACHE_FRESH_SECONDS", default=10, low=0, high=86400),
            slots_stale_seconds=read.whole("CACHE_STALE_SECONDS", default=3600, low=0, high=86400),
            redis_url=read.value("REDIS_URL", values.redis_url),
        )
        read.refuse_unknown()
        if serving and not demo:
            read.demand("PUBLIC_URL", settings.public_url)
            read.demand("SECRET_KEY", settings.secret_key)
        return settings


_MINUTES = values.within(0, 5_256_000)


def _business(read: Reader) -> Business:
    return Business(
        name=read.text("BUSINESS_NAME"),
        timezone=read.value("BUSINESS_TIMEZONE", values.timezone),
        currency=read.value("BUSINESS_CURRENCY", values.currency),
        languages=read.values("BUSINESS_LANGUAGES", values.language),
        minimum_notice_minutes=read.value("BUSINESS_MINIMUM_NOTICE_MINUTES", _MINUTES),
        booking_window_days=read.value("BUSINESS_BOOKING_WINDOW_DAYS", values.within(0, 36_500)),
        cancel_limit_minutes=read.value("BUSINESS_CANCEL_LIMIT_MINUTES", _MINUTES),
        reschedule_limit_minutes=read.value("BUSINESS_RESCHEDULE_LIMIT_MINUTES", _MINUTES),
        max_active_bookings=read.value("BUSINESS_MAX_ACTIVE_BOOKINGS", values.within(1, 10_000)),
    )


def _demand_of_business(business: Business) -> None:
    for name in ("name", "timezone", "currency", "languages"):
        if not getattr(business, name):
            raise SettingsError(f"BUSINESS_{name.upper()} must be set with a remote account.")


def _schedules_file(read: Reader, account: Account | None) -> Path | None:
    path = read.text("SCHEDULES_FILE")
    if path and not account:
        raise SettingsError(
            "SCHEDULES_FILE is for an account on the platform: set BOOKABLESITES_URL, or unset it."
        )
    return Path(path).absolute() if path else None


def _source(read: Reader, account: Account | None, schedules_file: Path | None) -> str:
    # An account that shows schedules is reckoned with as the embedded backend is.
    shown = account is None or account.extensions
    source = read.value("AVAILABILITY_SOURCE", values.one_of(SOURCES))
    if source == "both" and not account:
        raise SettingsError(
            "AVAILABILITY_SOURCE both needs an account on the platform to compare with: "
            "set BOOKABLESITES_URL, or leave it at computed."
        )
    if source in ("computed", "both") and not shown and not schedules_file:
        raise SettingsError(
            f"AVAILABILITY_SOURCE {source} needs schedules, which this account does not show: "
            "set SCHEDULES_FILE, or leave it at platform."
        )
    return source or ("computed" if shown else "platform")


def _mails(read: Reader, *, shown: bool) -> Mails | None:
    server = read.value("SMTP_URL", values.smtp_server)
    sender = read.value("MAIL_FROM", values.sender)
    owner = read.value("MAIL_OWNER", values.address)
    reminder_hours = read.whole("MAIL_REMINDER_HOURS", default=24, low=0, high=720)
    if server and not sender:
        raise SettingsError("MAIL_FROM must be set with SMTP_URL.")
    if server or shown:
        return Mails(server, sender or DEMO_SENDER, owner, reminder_hours)
    if sender or owner:
        raise SettingsError("SMTP_URL must be set with MAIL_FROM and MAIL_OWNER.")
    return None
