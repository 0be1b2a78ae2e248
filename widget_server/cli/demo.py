"""`widget-server demo`: the demo business, served at once, without any setting."""

import os

import click

from widget_server.cli.serve import serve
from widget_server.settings import Settings


@click.command("demo")
def command() -> None:
    """Serve the demo business: what `serve` does with DEMO=on."""
    # Whatever the environment says of it: who asks for the demo by name wants it.
    others = {name: value for name, value in os.environ.items() if name != "DEMO_FILE"}
    serve(Settings.from_env(others | {"DEMO": "on"}))
