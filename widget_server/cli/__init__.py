"""The command line: widget-server."""

import os
import sys

import click

import widget_server
from widget_server.cli import (
    backend,
    demo,
    doctor,
    explain,
    outbox,
    reconcile,
    revoke,
    schedules,
    serve,
    slots,
)
from widget_server.settings import SettingsError


@click.group()
@click.version_option(widget_server.__version__, prog_name="widget-server")
def commands() -> None:
    """Availability and self-booking for businesses."""


for module in (
    backend, demo, doctor, explain, outbox, reconcile, revoke, schedules, serve, slots,
):  # fmt: skip
    commands.add_command(module.command)


def main() -> None:
    """Run a command; a wrong setting ends it with one sentence."""
    try:
        commands.main(prog_name="widget-server")
    except SettingsError as error:
        click.echo(f"widget-server: {error}", err=True)
        sys.exit(os.EX_CONFIG)
