"""What tells a person who fills in the page's form from a program, where nothing can be solved.

The form works without scripts, so it asks for no proof of work. It carries the moment at which it
was shown, signed for this very form, and an input that only programs see.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from widget_server.errors import DomainError
from widget_server.site import Site
from widget_server.web.security.signing import Signer

# Nobody reads and types faster; nobody needs longer, and the form's key is forgotten after a day.
SHORTEST, LONGEST = timedelta(seconds=2), timedelta(hours=24)
# The inputs: the moment, and the one that stays empty.
STAMP, TRAP = "issued", "website"
STAMPED = re.compile(r"([0-9]{1,15})\.([0-9a-f]{64})", re.ASCII)
AGAIN = "Please look at your details once more and send the form again."


class FormRefused(DomainError):
    """The form was filled in as no person does, or it is too old."""

    code = "challenge_failed"

    def __init__(self) -> None:
        super().__init__(AGAIN)


class FormStamps:
    """Stamps forms and looks at what comes back.

    A form is told by its idempotency key, so that it can be sent for one booking only.
    """

    def __init__(self, keys: Sequence[str], site: Site) -> None:
        self._signer = Signer(keys, site, "form")

    def stamp(self, form: str, moment: datetime) -> str:
        """Return the stamp of a form that was first shown at a moment."""
        milliseconds = str(round(moment.timestamp() * 1000))
        return f"{milliseconds}.{self._signer.sign(form, milliseconds)}"

    def shown(self, form: str, typed: Mapping[str, str]) -> datetime | None:
        """Return when a form was first shown; None when its stamp is missing or not ours."""
        parts = STAMPED.fullmatch(typed.get(STAMP, ""))
        if parts is None or not self._signer.has_signed(parts[2], form, parts[1]):
            return None
        return datetime.fromtimestamp(int(parts[1]) / 1000, UTC)

    def check(self, form: str, typed: Mapping[str, str], now: datetime) -> None:
        """Raise FormRefused for what no person has sent, or has left lying for too long."""
        shown = self.shown(form, typed)
        if shown is None or typed.get(TRAP) or not SHORTEST <= now - shown < LONGEST:
            raise FormRefused
