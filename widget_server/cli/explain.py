"""`widget-server explain`: why a time, or a whole day, is or is not offered.

Asked of the configured business, or with `--scenario` of a case in a file. Exit status 0 whatever
the answer; 2 when the question makes no sense.
"""

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click

from widget_server.app import create_app
from widget_server.availability import (
    Business,
    BusyTimes,
    Explanation,
    QueryError,
    SlotQuery,
    explain_day,
    explain_start,
)
from widget_server.catalogue.find_slots import search_span
from widget_server.cli.slots import load_scenario
from widget_server.settings import Settings
from widget_server.shapes import ShapeError
from widget_server.web.parts import EXTENSION, Parts


class Case(NamedTuple):
    """What is asked about."""

    business: Business
    busy: BusyTimes
    now: datetime


@click.command("explain")
@click.option("--service", type=int, required=True, help="The service's id.")
@click.option("--employee", type=int, help="An employee's id; anyone without it.")
@click.option("--location", type=int, help="A location's id; anywhere without it.")
@click.option("--persons", type=int, default=1, show_default=True)
@click.option("--at", "at", help="A time, such as 2026-12-01T10:00; in the business's zone.")
@click.option("--day", "day", help="A date, such as 2026-12-01.")
@click.option("--scenario", type=click.Path(exists=True, dir_okay=False), help="Ask of a case.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    service: int, employee: int | None, location: int | None, persons: int,
    at: str | None, day: str | None, scenario: str | None,
) -> None:  # fmt: skip
    """Say in words why a time (--at) or a date (--day) is or is not offered."""
    if (at is None) == (day is None):
        raise click.UsageError("Say either --at or --day.")
    moment = _moment(at) if at else datetime.combine(_date(day or ""), datetime.min.time())
    around = moment.date()
    case = _from_file(scenario) if scenario else _configured(around)
    zone = ZoneInfo(case.business.rules.timezone)
    query = SlotQuery((service,), (around, around), employee, location, zone.key, persons)
    try:
        if at:
            start = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            explained = explain_start(query, start, case.business, case.busy, case.now)
        else:
            explained = explain_day(query, around, case.business, case.busy, case.now)
    except QueryError as error:
        raise click.UsageError(f"{error.field}: {error.message}.") from None
    _print(explained, f"{moment:%Y-%m-%d %H:%M}" if at else around.isoformat(), zone.key)


def _print(explained: Explanation, what: str, zone: str) -> None:
    click.echo(f"{what} ({zone}): {'offered' if explained.offered else 'not offered'}")
    for reason in explained.reasons:
        click.echo(f"  {reason.text}  [{reason.rule}]")
    for verdict in explained.verdicts:
        click.echo(f"  {verdict.name} ({verdict.employee}): {'yes' if verdict.offered else 'no'}")
        for reason in verdict.reasons:
            click.echo(f"    {reason.text}  [{reason.rule}]")


def _from_file(path: str) -> Case:
    try:
        scenario = load_scenario(path)
        return Case(scenario.business, scenario.busy(), scenario.now)
    except ShapeError as error:
        raise click.UsageError(f"{path}: {error}") from None


def _configured(day: date) -> Case:
    # The logs of a start belong to serving; here they would be in the answer's way.
    app = create_app(replace(Settings.from_env(os.environ), rate_limits=False))
    parts: Parts = app.extensions[EXTENSION]
    offer, now = parts.catalogue.offer().value, parts.desk.now()
    start, end = search_span(day - timedelta(days=1), day + timedelta(days=1))
    adjusted = parts.desk.held(start, end)
    rows = adjusted(parts.catalogue.busy_times(start, end, offer.zone).value)
    return Case(offer.business, BusyTimes.of(offer.business, rows), now)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError("--at takes a time such as 2026-12-01T10:00.") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError("--day takes a date such as 2026-12-01.") from None
