"""`widget-server revoke`: make the manage links of a booking useless."""

import os

import click

from widget_server.app import create_app, revoke
from widget_server.errors import DomainError
from widget_server.settings import Settings

WHAT = "Give the booking's id (b_…) or a link to it."


@click.command("revoke")
@click.argument("booking")
def command(booking: str) -> None:
    """Revoke every link to a booking and print a new one, for its visitor alone.

    BOOKING is its id (b_…) or any link to it. Of a series the links to all its dates are
    revoked. For when a link has come into the wrong hands: who has it can see, move and cancel that
    booking. A link to confirm or decline it, mailed before, ends too.
    """
    app = create_app(Settings.from_env(os.environ))
    try:
        link = revoke(app, booking)
    except DomainError as error:
        raise click.ClickException(f"{error} {WHAT}") from None
    click.echo(link)
