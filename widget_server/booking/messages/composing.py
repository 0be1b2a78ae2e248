"""From a letter to a mail: text, HTML and calendar file, with headers that nobody can add to."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from widget_server.booking.messages.letters import Letter

# Not every server takes more than seven bits.
POLICY = SMTP.clone(cte_type="7bit")


class NoAddress(Exception):
    """There is no address that a mail could go to."""


class Composer:
    """Writes mails from one sender, by the templates in the folder `templates`."""

    def __init__(self, templates: Path, sender: str) -> None:
        self._pages = Environment(
            loader=FileSystemLoader(templates / "mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._name, self._address = parseaddr(sender)

    def compose(
        self, letter: Letter, to: str, *, id_: str, date: datetime, business: str
    ) -> EmailMessage:
        """Return the mail without its calendar file; the same letter and id give the same mail."""
        mail = EmailMessage(policy=POLICY)
        name = one_line(self._name or business)
        mail["From"] = Address(name, addr_spec=self._address)
        mail["To"] = Address(addr_spec=to)
        mail["Subject"] = one_line(letter.subject)
        mail["Date"] = format_datetime(date)
        mail["Message-ID"] = f"<{id_}@{self._address.rpartition('@')[2]}>"
        # Nobody's holiday notice should answer it (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self._pages.get_template("letter.txt").render(letter=letter))
        html = self._pages.get_template("letter.html").render(letter=letter)
        mail.add_alternative(html, subtype="html")
        return mail


def attach_calendar(mail: EmailMessage, calendar: bytes) -> None:
    """Add the calendar file; its method is told outside too, as calendars want it."""
    text = calendar.decode()
    method = "CANCEL" if "METHOD:CANCEL" in text else "PUBLISH"
    mail.add_attachment(
        text, subtype="calendar", filename="booking.ics", params={"method": method}
    )  # fmt: skip


def address_of(text: str) -> str:
    """Return an address as it is written on a mail; raise NoAddress for anything else."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise NoAddress from None
    return found.ascii_email or found.normalized


def one_line(text: str) -> str:
    """Return a text that ends no header: without line breaks and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
