"""`widget-server outbox run`: deliver webhooks from a process of its own."""

import os

import click

from widget_server.app import deliver_webhooks
from widget_server.clock import SystemClock
from widget_server.observability.logs import configure_logs
from widget_server.prepare import prepare
from widget_server.settings import Settings


@click.group("outbox")
def command() -> None:
    """Deliver what is waiting to leave the house."""


@command.command("run")
@click.option("--once", is_flag=True, help="Deliver what is due, then end.")
def run(*, once: bool) -> None:
    """Deliver the embedded backend's webhooks; the server's workers do so besides."""
    settings = Settings.from_env(os.environ)
    if settings.account:
        raise click.ClickException("With BOOKABLESITES_URL there is no embedded backend to serve.")
    configure_logs()
    clock = SystemClock()
    prepare(settings, clock)
    tried = deliver_webhooks(settings, clock, once=once)
    click.echo(f"{tried} attempts made.")
