"""`widget-server schedules check`: what is missing from a schedules file, or wrong.

The file alone, without BOOKABLESITES_URL; beside the account otherwise. Exit status 0; 1 when there
are problems; 2 when there is no file to check.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from widget_server.bookablesites.auth import Credentials
from widget_server.bookablesites.errors import PlatformError, Rejected
from widget_server.catalogue.catalogue import account_offer
from widget_server.catalogue.schedules_check import Finding, check_alone, check_beside
from widget_server.catalogue.schedules_file import read_schedules
from widget_server.catalogue.sources import source_named
from widget_server.clock import SystemClock
from widget_server.remote import remote_client
from widget_server.settings import Account, Settings
from widget_server.shapes import Schedules, ShapeError

FILE = "SCHEDULES_FILE"


@click.group("schedules")
def command() -> None:
    """Look after the file that says what an account does not show."""


@command.command("check")
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
def check(file: str | None, *, as_json: bool) -> None:
    """Say what is missing from FILE (by default SCHEDULES_FILE), or wrong."""
    path = file or os.environ.get(FILE)
    if not path:
        raise click.UsageError(f"Name a file, or set {FILE}.")
    try:
        schedules = read_schedules(Path(path))
    except ShapeError as error:
        found, account = [Finding(error.field, error.message)], "not asked"
    else:
        found, account = _findings(schedules, path)
    (_print_json if as_json else _print)(path, found, account)
    if any(one.is_problem for one in found):
        raise SystemExit(1)


def _findings(schedules: Schedules, path: str) -> tuple[list[Finding], str]:
    """Return what is found, and what became of asking the account."""
    if not os.environ.get("BOOKABLESITES_URL"):
        return list(check_alone(schedules, hours=True)), "not asked"
    settings = Settings.from_env({**os.environ, FILE: path}, serving=False)
    hours = source_named(settings.availability_source).knows_hours
    alone = {one.field: one for one in check_alone(schedules, hours=hours)}
    assert settings.account  # noqa: S101 - its address is set
    try:
        beside = {one.field: one for one in _beside(schedules, settings.account, hours=hours)}
    except (PlatformError, Rejected):
        return list(alone.values()), "not reachable"
    # Of a field of which both tell something, the account tells more.
    return list((alone | beside).values()), "asked"


def _beside(schedules: Schedules, account: Account, *, hours: bool) -> Iterator[Finding]:
    credentials = Credentials(account.client_id, account.client_secret)
    client = remote_client(account, 1, credentials, SystemClock())
    return check_beside(schedules, account_offer(client), client.contract, hours=hours)


def _print(path: str, found: list[Finding], account: str) -> None:
    for one in found:
        remark = "" if one.is_problem else "  [remark]"
        click.echo(f"{one.field}: {one.message}{remark}")
    problems = sum(one.is_problem for one in found)
    click.echo(f"{path}: {problems or 'no'} problem{'s' * (problems != 1)}. Account: {account}.")


def _print_json(path: str, found: list[Finding], account: str) -> None:
    answer = {"file": path, "account": account, "findings": [asdict(one) for one in found]}
    click.echo(json.dumps(answer, ensure_ascii=False))
