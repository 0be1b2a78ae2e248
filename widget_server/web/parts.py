"""What the views work with; built once in app.py, found again from any request."""

from dataclasses import dataclass

from flask import current_app, request

from widget_server.booking.desk import Desk
from widget_server.catalogue.catalogue import Catalogue
from widget_server.web.api.ready import ReadyAnswers
from widget_server.web.security.limits import Limits
from widget_server.web.security.origins import OriginPolicy
from widget_server.web.widget_script.files import WidgetFiles

EXTENSION = "widget_server"


@dataclass(frozen=True)
class Parts:
    """One application's parts. `public_url` is None when it follows from each request (demo)."""

    desk: Desk
    origins: OriginPolicy
    limits: Limits
    widget: WidgetFiles
    ready_answers: ReadyAnswers
    public_url: str | None
    demo: bool

    @property
    def catalogue(self) -> Catalogue:
        """Return the reading side."""
        return self.desk.catalogue


def parts() -> Parts:
    """Return the parts of the application that serves the present request."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def public_url() -> str:
    """Return the base of links to this server, without a slash at the end."""
    return parts().public_url or request.url_root.rstrip("/")
