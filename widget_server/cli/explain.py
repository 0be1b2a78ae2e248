"""`widget-server explain`: why a time, or a whole day, is or is not offered.

Asked of the configured business, or with `--scenario` of a case in a file. Exit status 0 whatever
the answer; 2 when the question makes no sense.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
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
from widget_server.catalogue.find_slots import (
    Busy,
    SlotSearch,
    check_known,
    search_span,
    told_of,
)
from widget_server.catalogue.offer import Offer
from widget_server.cli.slots import load_scenario
from widget_server.errors import DomainError
from widget_server.settings import Settings
from widget_server.shapes import ShapeError
from widget_server.web.parts import EXTENSION, Parts


class Case(NamedTuple):
    """What is asked about."""

    business: Business
    busy: BusyTimes
    now: datetime
    # The starts that the platform offers around that time; None: it is not asked.
    shown: frozenset[datetime] | None = None
    knows_hours: bool = True

    def is_shown(self, at: datetime | None, day: date) -> bool:
        """Tell whether the platform offers this start, or without one any on the day."""
        if self.shown is None or at in self.shown:
            return True
        zone = ZoneInfo(self.business.rules.timezone)
        return at is None and any(one.astimezone(zone).date() == day for one in self.shown)


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
    search = SlotSearch((service,), employee, location, around, around, None, persons)
    case = _from_file(scenario) if scenario else _configured(search)
    zone = ZoneInfo(case.business.rules.timezone)
    query = SlotQuery((service,), (around, around), employee, location, zone.key, persons)
    start = None
    try:
        if at:
            start = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
            explained = explain_start(query, start, case.business, case.busy, case.now)
            what = f"{start.astimezone(zone):%Y-%m-%d %H:%M}"
        else:
            explained = explain_day(query, around, case.business, case.busy, case.now)
            what = around.isoformat()
    except QueryError as error:
        raise click.UsageError(f"{error.field}: {error.message}.") from None
    except OverflowError:
        raise click.UsageError("That lies outside the calendar.") from None
    shown = case.is_shown(start, around)
    _print(explained, f"{what} ({zone.key})", shown=shown, knows_hours=case.knows_hours)


def _print(explained: Explanation, what: str, *, shown: bool, knows_hours: bool) -> None:
    click.echo(f"{what}: {'offered' if explained.offered and shown else 'not offered'}")
    if not shown:
        click.echo("  The booking system itself does not offer it, nor say why.  [platform]")
    for reason in explained.reasons:
        click.echo(f"  {reason.text}  [{reason.rule}]")
    for verdict in explained.verdicts if knows_hours else ():
        click.echo(f"  {verdict.name} ({verdict.employee}): {'yes' if verdict.offered else 'no'}")
        for reason in verdict.reasons:
            click.echo(f"    {reason.text}  [{reason.rule}]")


def _from_file(path: str) -> Case:
    try:
        scenario = load_scenario(path)
        return Case(scenario.business, scenario.busy(), scenario.now)
    except ShapeError as error:
        raise click.UsageError(f"{path}: {error}") from None


def _refuse_withheld(offer: Offer, service: int) -> None:
    """Say why a service that the business has is not offered to anybody."""
    [found] = [one for one in offer.document["services"] if one["id"] == service] or [None]
    if found is None or service in offer.services:
        return
    why = "it is private" if found["private"] else "nobody gives it"
    raise click.UsageError(f"{found['name']} is offered to nobody: {why}.")


def _configured(search: SlotSearch) -> Case:
    # The logs of a start belong to serving; here they would be in the answer's way.
    app = create_app(replace(Settings.from_env(os.environ), rate_limits=False))
    parts: Parts = app.extensions[EXTENSION]
    offer, now = parts.catalogue.offer().value, parts.desk.now()
    _refuse_withheld(offer, search.services[0])
    try:
        check_known(offer, search)
    except DomainError as error:
        raise click.UsageError(error.detail) from None
    start, end = search_span(search.first, search.last)
    told = told_of(parts.catalogue, offer, search, start, end).value
    busy = Busy.of(offer, told, parts.desk.held(start, end))
    shown = told.shown.parts[0] if told.shown else None
    knows_hours = parts.catalogue.source.knows_hours
    return Case(offer.business, busy.times, now, shown, knows_hours)


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
