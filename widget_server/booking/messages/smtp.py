"""Handing a mail to the mail server; the one module that speaks SMTP.

What the server says is never repeated: its words tend to quote the receiver's address.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from widget_server.outbox import Undeliverable, Undelivered

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Smtp:
    """One mail server; `security` is tls (from the start), starttls, or none."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def __call__(self, mail: EmailMessage) -> str:
        """Send a mail over a connection of its own.

        Raises Undelivered when it may go better later, Undeliverable when the server will never
        take this mail.
        """
        with self._connected() as server:
            try:
                server.send_message(mail)
            except smtplib.SMTPRecipientsRefused as error:
                code, _words = next(iter(error.recipients.values()))
                raise _refusal(code) from None
            except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                raise _refusal(error.smtp_code) from None
            except smtplib.SMTPNotSupportedError:
                raise Undeliverable("The mail server cannot write to such addresses.") from None
        return "Sent."

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        # An operator's mistake is not this mail's: a refused password may be mended.
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"The mail server lets nobody in: {error.smtp_code}.") from None
        except (OSError, smtplib.SMTPException):
            raise Undelivered("The mail server cannot be reached as it should.") from None
        try:
            yield server
            with suppress(OSError, smtplib.SMTPException):
                server.quit()  # it has taken the mail; how it says good-bye does not matter
        except (OSError, smtplib.SMTPException):
            raise Undelivered("The mail server went away.") from None
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=self.context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=self.context)
            if self.user is not None and self.password is not None:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int) -> Undelivered:
    kind = Undeliverable if 500 <= code < 600 else Undelivered
    return kind(f"The mail server refuses it: {code}.")
