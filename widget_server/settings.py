"""What an operator can set, read once from the environment into one frozen object.

docs/settings.md lists every name. A name that looks like ours but is not, or a value that cannot
be read, stops the start with a sentence that says which.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

T = TypeVar("T")

# Names that start like this are ours; one we do not know is a typing mistake.
OUR_PREFIXES = (
    "AVAILABILITY_", "BACKEND_", "BOOKABLESITES_", "BUSINESS_", "CACHE_", "WEBHOOK_", "WIDGET_",
)  # fmt: skip
# These would be ours one day; taking no notice of them would be a quiet lie.
NOT_YET = ("MAIL_FROM", "REDIS_URL", "SCHEDULES_FILE", "SMTP_URL")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SettingsError(Exception):
    """A setting that stops the start; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Business:
    """What the business is, where the platform does not tell or is to be overruled.

    All of it is required with a remote account; `languages` is empty when unset.
    """

    name: str | None
    timezone: str | None
    currency: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The account on the platform, and the credentials for it."""

    origin: str
    client_id: str
    client_secret: str
    api_path: str
    token_path: str
    page_size: int
    timeout_seconds: float
    # The account understands the embedded backend's additions to the platform's API.
    extensions: bool

    def __repr__(self) -> str:
        """Name the account without its secret."""
        return f"Account({self.origin!r}, {self.client_id!r})"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator decided.

    `account` is None when the embedded backend serves; `public_url` and `secret_key` are None in
    demo mode when they are to be derived or made.
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
    business: Business
    # PostgreSQL; None: SQLite files in `data_dir`. Left out of repr: it may hold a password.
    database_url: str | None = field(repr=False)
    embedded_client_id: str | None
    embedded_client_secret: str | None
    backend_api: bool
    # `host:port` that webhooks may reach though they are private.
    webhook_hosts: tuple[str, ...]
    rate_limits: bool
    slots_fresh_seconds: int
    catalogue_fresh_seconds: int

    def __repr__(self) -> str:
        """Name the mode without any secret."""
        return f"Settings(demo={self.demo}, data_dir={self.data_dir}, account={self.account})"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings; raise SettingsError with a sentence that names the wrong one."""
        read = _Reader(environ)
        demo = read.switch("DEMO", default=False)
        business = _business(read)
        account = _account(read, business)
        settings = cls(
            host=read.text("HOST") or "127.0.0.1",
            port=read.whole("PORT", default=8000, low=0, high=65535),
            web_concurrency=read.whole("WEB_CONCURRENCY", default=2, low=1, high=512),
            data_dir=Path(read.text("DATA_DIR") or "./data").absolute(),
            demo=demo,
            public_url=read.value("PUBLIC_URL", _origin),
            secret_key=read.value("SECRET_KEY", _key),
            secret_keys_previous=read.values("SECRET_KEY_PREVIOUS", _key),
            allowed_origins=read.values("ALLOWED_ORIGINS", _allowed_origin),
            trusted_proxies=read.whole("TRUSTED_PROXIES", default=0, low=0, high=16),
            account=account,
            business=business,
            database_url=read.value("DATABASE_URL", _database_url),
            embedded_client_id=None if account else read.text("BOOKABLESITES_CLIENT_ID"),
            embedded_client_secret=None if account else read.text("BOOKABLESITES_CLIENT_SECRET"),
            backend_api=read.switch("BACKEND_API", default=True),
            webhook_hosts=read.values("BACKEND_WEBHOOK_HOSTS", _host_and_port),
            rate_limits=read.switch("RATE_LIMITS", default=True),
            slots_fresh_seconds=read.whole("CACHE_FRESH_SECONDS", default=10, low=0, high=86400),
            catalogue_fresh_seconds=300,
        )
        read.refuse_unknown()
        if not demo:
            read.demand("PUBLIC_URL", settings.public_url)
            read.demand("SECRET_KEY", settings.secret_key)
        return settings


class _Reader:
    """Reads names from the environment, or from the file named by NAME_FILE."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()

    def text(self, name: str) -> str | None:
        """Return the value, stripped; None when unset or empty."""
        self._known |= {name, f"{name}_FILE"}
        path = self._environ.get(f"{name}_FILE")
        if path and name in self._environ:
            raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them.")
        value = self._from_file(name, path) if path else self._environ.get(name)
        return (value or "").strip() or None

    def value(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed value; None when unset."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None

    def values(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """Return the values of a comma separated list."""
        parts = (self.text(name) or "").split(",")
        try:
            return tuple(parse(part.strip()) for part in parts if part.strip())
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """Return a whole number within its bounds."""

        def parse(text: str) -> int:
            if not text.isdecimal() or not low <= int(text) <= high:
                raise ValueError(f"must be a whole number from {low} to {high}")
            return int(text)

        value = self.value(name, parse)
        return default if value is None else value

    def switch(self, name: str, *, default: bool) -> bool:
        """Return a switch: on or off."""
        value = self.value(name, _switch)
        return default if value is None else value

    def demand(self, name: str, value: object) -> None:
        """Refuse to start without a value that cannot be made up."""
        if value is None:
            raise SettingsError(f"{name} must be set (only the demo, DEMO=on, makes it up).")

    def refuse_unknown(self) -> None:
        """Refuse names that look like settings and are none."""
        for name in self._environ:
            if name in self._known:
                continue
            if name.startswith(OUR_PREFIXES):
                raise SettingsError(f"{name} is no setting; docs/settings.md lists them all.")
            if name in NOT_YET:
                raise SettingsError(f"{name} is not supported by this version; unset it.")

    @staticmethod
    def _from_file(name: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name}_FILE names a file that cannot be read.") from None


def _business(read: _Reader) -> Business:
    return Business(
        name=read.text("BUSINESS_NAME"),
        timezone=read.value("BUSINESS_TIMEZONE", _timezone),
        currency=read.value("BUSINESS_CURRENCY", _currency),
        languages=read.values("BUSINESS_LANGUAGES", _language),
    )


def _account(read: _Reader, business: Business) -> Account | None:
    origin = read.value("BOOKABLESITES_URL", _account_origin)
    api_path = read.value("BOOKABLESITES_API_PATH", _path) or "/api/v2"
    token_path = read.value("BOOKABLESITES_TOKEN_PATH", _path) or "/token"
    page_size = read.whole("BOOKABLESITES_PAGE_SIZE", default=50, low=1, high=1000)
    extensions = read.switch("BOOKABLESITES_EXTENSIONS", default=False)
    timeout = read.whole("BOOKABLESITES_TIMEOUT_SECONDS", default=10, low=1, high=120)
    if origin is None:
        return None
    for name in ("name", "timezone", "currency", "languages"):
        if not getattr(business, name):
            raise SettingsError(f"BUSINESS_{name.upper()} must be set with a remote account.")
    return Account(
        origin=origin,
        client_id=_credential(read, "BOOKABLESITES_CLIENT_ID"),
        client_secret=_credential(read, "BOOKABLESITES_CLIENT_SECRET"),
        api_path=api_path,
        token_path=token_path,
        page_size=page_size,
        timeout_seconds=timeout,
        extensions=extensions,
    )


def _credential(read: _Reader, name: str) -> str:
    value = read.text(name)
    if value is None:
        raise SettingsError(f"{name} must be set with BOOKABLESITES_URL.")
    return value


def _switch(text: str) -> bool:
    if text.lower() not in ("on", "off", "1", "0", "true", "false"):
        raise ValueError("must be on or off")
    return text.lower() in ("on", "1", "true")


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("must be an address such as postgresql://user:password@host:5432/name")
    return "postgresql" + text.removeprefix(parts.scheme)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://book.example.org")
    return text.rstrip("/")


def _account_origin(text: str) -> str:
    origin = _origin(text)
    parts = urlsplit(origin)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must start with https:// (http only on this machine)")
    return origin


def _allowed_origin(text: str) -> str:
    parts = urlsplit(_origin(text))
    if parts.path or "*" in text.replace("://*.", "://", 1):
        raise ValueError("takes origins such as https://example.org or https://*.example.org")
    return text.lower().rstrip("/")


def _host_and_port(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or "/" in text or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("takes hosts with their port such as crm.internal:8443")
    return text.lower()


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError("must start with /")
    return text.rstrip("/")


def _key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _timezone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("must be a zone such as Europe/Berlin")
    return ZoneInfo(text).key


def _currency(text: str) -> str:
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise ValueError("must be a currency code such as EUR")
    return text.upper()


def _language(text: str) -> str:
    if not text.replace("-", "").isalnum() or not 2 <= len(text) <= 12:
        raise ValueError("takes language codes such as en,de")
    return text
