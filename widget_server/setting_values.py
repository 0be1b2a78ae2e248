"""How single settings are read from their texts.

Each reader returns the value or raises ValueError with the end of a sentence that begins with the
setting's name: "must be on or off".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formataddr, parseaddr
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from email_validator import EmailNotValidError, validate_email

T = TypeVar("T")
Parse = Callable[[str], T]
_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_EXAMPLE = datetime(2026, 12, 1, 21, 30, tzinfo=UTC)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Who takes mails; `security` is tls (from the start), starttls or none (this machine)."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None = field(repr=False)


def within(low: int, high: int) -> Callable[[str], int]:
    """Return the reader of whole numbers within these bounds."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def switch(text: str) -> bool:
    """Read on or off."""
    if text.lower() not in ("on", "off", "1", "0", "true", "false"):
        raise ValueError("must be on or off")
    return text.lower() in ("on", "1", "true")


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Return the reader of one of these words."""

    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text.lower()

    return parse


def name(text: str) -> str:
    """Read the name of a field or a parameter."""
    if not _NAME.fullmatch(text):
        raise ValueError("must be the name of a field such as email")
    return text


def pair(known: tuple[str, ...]) -> Callable[[str], tuple[str, str]]:
    """Return the reader of what is called what, such as note:internal_note."""

    def parse(text: str) -> tuple[str, str]:
        ours, colon, theirs = (part.strip() for part in text.partition(":"))
        if not colon or not _NAME.fullmatch(ours) or not _NAME.fullmatch(theirs):
            raise ValueError("takes pairs such as note:internal_note, separated by commas")
        if known and ours not in known:
            raise ValueError(f"knows only {', '.join(known)} before the colon")
        return ours, theirs

    return parse


def datetime_formats(text: str) -> tuple[str, ...]:
    """Read formats of dates with times, separated by |."""
    formats = tuple(part.strip() for part in text.split("|") if part.strip())
    for form in formats:
        try:
            found = datetime.strptime(_EXAMPLE.strftime(form), form)  # noqa: DTZ007
        except ValueError:
            found = None
        if found is None or found.replace(tzinfo=UTC) != _EXAMPLE:
            raise ValueError("takes formats such as %Y-%m-%d %H:%M, separated by |")
    return formats


def database_url(text: str) -> str:
    """Read the address of a PostgreSQL database."""
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("must be an address such as postgresql://user:password@host:5432/name")
    return "postgresql" + text.removeprefix(parts.scheme)


def redis_url(text: str) -> str:
    """Read the address of a Redis."""
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError("must be an address such as redis://:password@host:6379/0")
    return text


def smtp_server(text: str) -> SmtpServer:
    """Read the address of a mail server."""
    wrong = ValueError("must be an address such as smtp://user:password@mail.example.org:587")
    ports = {"smtp": 587, "smtps": 465}
    try:
        parts, port = urlsplit(text), urlsplit(text).port
    except ValueError:
        raise wrong from None  # its own text may quote the password
    if parts.scheme not in ports or not parts.hostname or parts.path.strip("/") or parts.query:
        raise wrong
    if (parts.username is None) != (parts.password is None):
        raise ValueError("must have both a user and a password, or neither")
    plain = parts.scheme == "smtp" and parts.hostname in LOOPBACK
    return SmtpServer(
        host=parts.hostname,
        port=port or ports[parts.scheme],
        security="none" if plain else {"smtp": "starttls", "smtps": "tls"}[parts.scheme],
        user=parts.username and unquote(parts.username),
        password=parts.password and unquote(parts.password),
    )


def sender(text: str) -> str:
    """Read whom mails come from, perhaps with a name."""
    name, mailbox = parseaddr(text if text.isprintable() else "")
    return formataddr((name, address(mailbox)))


def address(text: str) -> str:
    """Read an e-mail address."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("must be an e-mail address such as studio@example.org") from None
    return found.ascii_email or found.normalized


def origin(text: str) -> str:
    """Read the address of a website, perhaps with a path."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://book.example.org")
    return text.rstrip("/")


def account_origin(text: str) -> str:
    """Read the address of the account on the platform."""
    found = origin(text)
    parts = urlsplit(found)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must start with https:// (http only on this machine)")
    return found


def allowed_origin(text: str) -> str:
    """Read an origin, or a whole domain's."""
    parts = urlsplit(origin(text))
    if parts.path or "*" in text.replace("://*.", "://", 1):
        raise ValueError("takes origins such as https://example.org or https://*.example.org")
    return text.lower().rstrip("/")


def host_and_port(text: str) -> str:
    """Read a host with its port."""
    host, _, port = text.rpartition(":")
    if not host or "/" in text or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("takes hosts with their port such as crm.internal:8443")
    return text.lower()


def path(text: str) -> str:
    """Read a path."""
    if not text.startswith("/"):
        raise ValueError("must start with /")
    return text.rstrip("/")


def token(text: str) -> str:
    """Read a token that goes into a header."""
    if not 8 <= len(text) <= 200 or not text.isascii() or not text.isprintable():
        raise ValueError("must be 8 to 200 printable characters without accents")
    return text


def key(text: str) -> str:
    """Read a key that signs."""
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def timezone(text: str) -> str:
    """Read a time zone."""
    if text not in available_timezones():
        raise ValueError("must be a zone such as Europe/Berlin")
    return ZoneInfo(text).key


def currency(text: str) -> str:
    """Read a currency."""
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise ValueError("must be a currency code such as EUR")
    return text.upper()


def language(text: str) -> str:
    """Read a language."""
    if not text.replace("-", "").isalnum() or not 2 <= len(text) <= 12:
        raise ValueError("takes language codes such as en,de")
    return text
