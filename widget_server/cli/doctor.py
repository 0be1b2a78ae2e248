"""`widget-server doctor`: look at everything the server needs, and say what to do.

Exit status 0 when nothing must be mended, 1 when something must, 78 when the settings cannot be
read.
"""

import json
import os

import click

from widget_server.clock import SystemClock, SystemTicks
from widget_server.doctor import Report, Status, as_json, as_text, examine
from widget_server.doctor.account.asking import MOST_READS

_COLOURS = {Status.OK: "green", Status.WARNING: "yellow", Status.FIX: "red"}


@click.command(
    "doctor",
    help=f"""Check settings, data, Redis and the account; say what to do and what to set.

    The account is read, by {MOST_READS} calls at most, and asked for a token; nothing is changed
    there. What its records look like is told by their keys and types alone.
    """,
)
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=90,
    show_default=True,
    help="How long it may take.",
)
@click.pass_context
def command(ctx: click.Context, *, as_document: bool, seconds: int) -> None:
    """Print the report."""
    report = examine(os.environ, SystemClock(), SystemTicks(), seconds)
    if as_document:
        click.echo(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    else:
        for line in as_text(report, _paint):
            click.echo(line)
    ctx.exit(_exit_status(report))


def _paint(status: Status, text: str) -> str:
    return click.style(text, fg=_COLOURS.get(status))


def _exit_status(report: Report) -> int:
    if not report.readable:
        return os.EX_CONFIG
    return int(report.status == Status.FIX)
