"""`widget-server outbox run`: deliver webhooks and mails from a process of its own."""

import os

import click

from widget_server.app import DELIVERIES, create_app, deliver_once, start_deliveries
from widget_server.settings import Settings


@click.group("outbox")
def command() -> None:
    """Deliver what is waiting to leave the house."""


@command.command("run")
@click.option("--once", is_flag=True, help="Deliver what is due, then end.")
def run(*, once: bool) -> None:
    """Deliver mails and the embedded backend's webhooks; the server's workers do so besides."""
    app = create_app(Settings.from_env(os.environ))
    if not app.extensions[DELIVERIES]:
        raise click.ClickException("With BOOKABLESITES_URL and no SMTP_URL nothing is delivered.")
    if once:
        click.echo(f"{deliver_once(app)} attempts made.")
        return
    for thread in start_deliveries(app):
        thread.join()
