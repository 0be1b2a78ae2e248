"""`widget-server serve`: prepare once, then answer with several worker processes."""

import os

import click

from widget_server.clock import SystemClock
from widget_server.observability.logs import configure_logs
from widget_server.observability.metrics import folder_of
from widget_server.observability.tally import forget
from widget_server.prepare import prepare
from widget_server.settings import Settings


@click.command("serve")
def command() -> None:
    """Serve the widget, its API and the hosted pages."""
    serve(Settings.from_env(os.environ))


def serve(settings: Settings) -> None:
    """Prepare, then answer until the process is told to end."""
    configure_logs()
    # Once, before the workers; each of them then finds everything in place.
    prepare(settings, SystemClock())
    forget(folder_of(settings.data_dir))
    click.echo(f"Serving on http://{settings.host}:{settings.port} (data in {settings.data_dir})")
    _run(settings)


def _run(settings: Settings) -> None:
    if "WEB_CONCURRENCY" in os.environ:
        # gunicorn reads it too, and takes nothing but a number.
        os.environ["WEB_CONCURRENCY"] = str(settings.web_concurrency)
    from widget_server.cli.server import Server  # noqa: PLC0415 - after the line above

    Server(settings).run()
