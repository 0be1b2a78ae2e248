"""`widget-server slots --scenario FILE...`: compute cases that are written down as data, offline.

One JSON line a file, in the order given. Exit status 0; 1 when `--check` found a difference; 2 when
a file is broken (the others are answered all the same).
"""

import json
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import click

from widget_server.shapes import Scenario, ShapeError, scenario_from_json

Answer = dict[str, Any]


class Status(IntEnum):
    """Exit statuses; the highest of all files is the command's."""

    RIGHT = 0
    DIFFERENT = 1
    BROKEN = 2


class ScenarioCommand(click.Command):
    """A command that also understands `--scenario=FILE`; the files may follow one after another."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Split `--scenario=FILE` in two."""
        split = [
            part
            for arg in args
            for part in (arg.split("=", 1) if arg.startswith("--scenario=") else [arg])
        ]
        return super().parse_args(ctx, split)


@click.command("slots", cls=ScenarioCommand)
@click.option("--scenario", is_flag=True, required=True, help="Compute the cases in FILES.")
@click.option("--check", is_flag=True, help="Compare with `expected` and name the differences.")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.pass_context
def command(ctx: click.Context, files: Sequence[str], *, scenario: bool, check: bool) -> None:
    """List the open starts of scenario files, one JSON line a file."""
    del scenario  # there is no other source yet; the word is for the reader
    worst = Status.RIGHT
    for file in files:
        answer, status = answer_file(file, check=check)
        click.echo(json.dumps(answer, ensure_ascii=False))
        worst = max(worst, status)
    ctx.exit(worst)


def answer_file(file: str, *, check: bool) -> tuple[Answer, Status]:
    """Return the line of a file, and how it went."""
    try:
        scenario = load_scenario(file)
        answer = scenario.answer()
        if not check:
            _report_unassigned(file, scenario)
            return answer, Status.RIGHT
        differences = compare(scenario, answer)
    except ShapeError as error:
        return {"error": str(error)}, Status.BROKEN
    if not differences:
        return answer, Status.RIGHT
    for kind, what in differences.items():
        click.echo(f"{file}: {kind}: {', '.join(map(str, what))}", err=True)
    return {**answer, "differences": differences}, Status.DIFFERENT


def load_scenario(file: str) -> Scenario:
    """Read a scenario file; `-` is the standard input. Raises ShapeError."""
    try:
        with click.open_file(file, "rb") as stream:
            content = stream.read()
        data = json.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ShapeError(file, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ShapeError(Path(file).name, f"is not JSON: {error}") from None
    return scenario_from_json(data)


def compare(scenario: Scenario, answer: Answer) -> dict[str, list[Any]]:
    """Return what is missing, and what was not expected. Raises ShapeError."""
    expected = scenario.expected
    if expected.slots is None and expected.days is None:
        raise ShapeError("expected.slots", "is missing: there is nothing to compare with")
    differences: dict[str, list[Any]] = {}
    if expected.slots is not None:
        _differ(differences, "slots", expected.slots, answer["slots"])
    if expected.days is not None:
        _differ(differences, "days", expected.days, answer["days"])
    return differences


def _differ(differences: dict[str, list[Any]], key: str, wanted: list[Any], got: list[Any]) -> None:
    missing = [one for one in wanted if one not in got]
    unexpected = [one for one in got if one not in wanted]
    if missing:
        differences[f"missing {key}"] = missing
    if unexpected:
        differences[f"unexpected {key}"] = unexpected
    if sorted(map(str, wanted)) != sorted(map(str, got)) and not missing and not unexpected:
        differences[f"repeated {key}"] = [one for one in wanted if wanted.count(one) > 1]


def _report_unassigned(file: str, scenario: Scenario) -> None:
    for appointment in scenario.busy().unassigned:
        click.echo(f"{file}: appointment {appointment.id} is nobody's: it blocks nothing", err=True)
