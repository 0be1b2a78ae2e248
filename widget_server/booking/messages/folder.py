"""The demo's mails: files to be opened with a mail programme, for there is no mail server.

The log names kind and file alone: visitors of a demo, too, type addresses of their own.
"""

import logging
import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

log = logging.getLogger(__name__)
KEPT = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the newest mails are kept."""

    path: Path

    def __call__(self, mail: EmailMessage) -> str:
        """Write a mail; the same mail again is the same file."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        file = self.path / f"{name}.eml"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(mail.as_bytes(policy=SMTPUTF8))
        log.info("mail, subject: %s, written to %s", mail["Subject"], file)
        self._tidy()
        return f"Written to {file.name}."

    def _tidy(self) -> None:
        files = sorted(self.path.glob("*.eml"), key=lambda file: file.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)
