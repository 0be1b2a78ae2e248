"""What the views work with; built once in app.py, found again from any request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import current_app, g, request

from widget_server.booking.desk import Desk
from widget_server.catalogue.catalogue import Catalogue
from widget_server.clock import Deadline, SystemTicks
from widget_server.observability.looks import Look
from widget_server.observability.metrics import Metrics
from widget_server.observability.tally import Key
from widget_server.web.api.readiness import Readiness
from widget_server.web.api.ready import ReadyAnswers
from widget_server.web.security.bot_defence import BotDefence
from widget_server.web.security.guesses import Guesses
from widget_server.web.security.limits import Limits
from widget_server.web.security.origins import OriginPolicy
from widget_server.web.webhooks.hooks import Hooks
from widget_server.web.widget_script.files import WidgetFiles

EXTENSION = "widget_server"
# Numbers by metric and labels.
Lengths = Mapping[Key, float]


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells how the server is; `lengths` finds what waits, for the metrics.

    `token` is what the metrics are read with; None: only the demo shows them.
    """

    metrics: Metrics
    readiness: Readiness
    lengths: Look[Lengths]
    token: str | None


@dataclass(frozen=True)
class Parts:
    """One application's parts. `public_url` is None when it follows from each request (demo).

    `patience_seconds` is how long a visitor waits for the platform; None: it answers at once.
    """

    desk: Desk
    origins: OriginPolicy
    limits: Limits
    guesses: Guesses
    defence: BotDefence
    widget: WidgetFiles
    ready_answers: ReadyAnswers
    watch: Watch
    public_url: str | None
    demo: bool
    patience_seconds: int | None = None
    # None: the platform's events are not taken.
    hooks: Hooks | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Return the reading side."""
        return self.desk.catalogue

    def in_time(self) -> "Parts":
        """Return the same for a visitor whose time begins now."""
        if self.patience_seconds is None:
            return self
        deadline = Deadline.within(self.patience_seconds, SystemTicks())
        desk = replace(self.desk, catalogue=self.catalogue.within(deadline))
        return replace(self, desk=desk)


def parts() -> Parts:
    """Return the parts of the application, as they serve the present request."""
    found: Parts | None = g.get("parts")
    if found is None:
        found = g.parts = current_app.extensions[EXTENSION].in_time()
    return found


def public_url() -> str:
    """Return the base of links to this server, without a slash at the end."""
    return parts().public_url or request.url_root.rstrip("/")
