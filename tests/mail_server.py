"""A real mail server in a thread: takes mails, or refuses them as it is told."""

import asyncio
import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

PATIENCE_SECONDS = 60
USER, PASSWORD = "studio", "canary-password"


@dataclass
class MailServer:
    """What it took, in order; `answers` are given instead of taking, one a mail."""

    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails that one address got."""
        pairs = zip(self.receivers, self.mails, strict=True)
        return [mail for receiver, mail in pairs if receiver == address]

    def clear(self) -> None:
        self.mails.clear()
        self.receivers.clear()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.receivers += envelope.rcpt_tos
        self.mails.append(email.message_from_bytes(envelope.content, policy=SMTPUTF8))
        return "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class Patient(Controller):
    """Takes any port where 0 is asked for; and a machine may have much else to do."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), PATIENCE_SECONDS) as line:
            line.recv(1024)


@contextmanager
def mail_server(
    port: int = 0, tls: ssl.SSLContext | None = None, **more: Any
) -> Iterator[MailServer]:
    """Serve on this machine; with `tls`, STARTTLS is offered and insisted on."""
    server = MailServer()
    options: dict[str, Any] = {
        "enable_SMTPUTF8": True, "authenticator": server.authenticate, **more
    }  # fmt: skip
    if tls:
        options |= {"tls_context": tls, "require_starttls": True}
    controller = Patient(
        server, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE_SECONDS, **options
    )
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def parts(mail: EmailMessage) -> tuple[str, str, str]:
    """Return the text, the HTML and the calendar file of a mail."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert html
    (calendar,) = mail.iter_attachments()
    return plain.get_content(), html.get_content(), unfolded(calendar.get_content())


def unfolded(calendar: str) -> str:
    """Return a calendar file without the breaks inside its long lines."""
    return calendar.replace("\r\n", "\n").replace("\n ", "")
