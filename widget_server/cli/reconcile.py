"""`widget-server reconcile`: bring every booking to rest, from a process of its own."""

import os
import threading

import click

from widget_server.app import create_app, reconcile_for_ever, reconcile_once
from widget_server.settings import Settings


@click.command("reconcile")
@click.option("--once", is_flag=True, help="Look at what is open now, then end.")
def command(*, once: bool) -> None:
    """Find out what became of bookings whose answer got lost; the server's workers do so besides.

    `--once` ends with status 1 when something is still open: too young to be given up, or the
    booking system does not answer.
    """
    app = create_app(Settings.from_env(os.environ))
    if not once:
        reconcile_for_ever(app, threading.Event())
        return
    done = reconcile_once(app)
    click.echo(f"{done.looked_at} bookings looked at, {done.still_open} of them still open.")
    if done.still_open:
        raise SystemExit(1)
