"""`widget-server slots --scenario FILE...`: compute cases that are written down as data, offline.

One JSON line a file, in the order given. Exit status 0; 1 when `--check` found a difference; 2 when
a file is broken (the others are answered all the same).
"""

import json
from collections.abc import Collection, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import click

from widget_server.shapes import Scenario, ShapeError, scenario_from_json, slots_by_day

Answer = dict[str, Any]
Differences = dict[str, list[str]]
SlotsByDay = dict[tuple[str, str], dict[str, Any]]


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
        click.echo(f"{file}: {kind}: {', '.join(what)}", err=True)
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


def compare(scenario: Scenario, answer: Answer) -> Differences:
    """Return what is missing, what was not expected, what is different. Raises ShapeError."""
    expected = scenario.expected
    if expected.slots is None and expected.days is None:
        raise ShapeError("expected.slots", "is missing: there is nothing to compare with")
    found: Differences = {}
    if expected.slots is not None:
        found |= _membership("slots", expected.slots, answer["slots"])
        found["repeated slots"] = sorted({s for s in expected.slots if expected.slots.count(s) > 1})
    if expected.days is not None:
        found |= _compare_days(expected.days, slots_by_day(answer["days"]))
    return {kind: what for kind, what in found.items() if what}


def _membership(key: str, wanted: Collection[str], got: Collection[str]) -> Differences:
    known, asked = set(got), set(wanted)
    return {
        f"missing {key}": [one for one in wanted if one not in known],
        f"unexpected {key}": [one for one in got if one not in asked],
    }


def _compare_days(wanted: SlotsByDay, got: SlotsByDay) -> Differences:
    shown = _membership("days", [*map(" ".join, wanted)], [*map(" ".join, got)])
    return shown | {
        "different days": [
            f"{start}: {name} is {got[date, start].get(name)}, not {value}"
            for date, start in wanted
            if (date, start) in got
            for name, value in wanted[date, start].items()
            if got[date, start].get(name) != value
        ]
    }


def _report_unassigned(file: str, scenario: Scenario) -> None:
    for appointment in scenario.busy().unassigned:
        click.echo(f"{file}: appointment {appointment.id} is nobody's: it blocks nothing", err=True)
