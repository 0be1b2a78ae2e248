"""The report, to be read by people in 80 columns, and by programs."""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from widget_server.doctor.findings import Finding, Report, Status, Values

WIDTH = 80
STATUS_WIDTH, NAME_WIDTH = 12, 22
INDENT = 2 + STATUS_WIDTH + NAME_WIDTH
Paint = Callable[[Status, str], str]


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as one document."""
    return {
        "status": report.status.value,
        "findings": [
            {
                "section": section.title,
                "name": finding.name,
                "status": finding.status.value,
                "seen": finding.seen,
                "do": finding.do,
                "settings": dict(finding.settings),
            }
            for section in report.sections
            for finding in section.findings
        ],
        "settings": dict(report.settings),
        "changes": dict(report.changes),
        "reads": report.reads,
    }


def as_text(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the report's lines; `paint` may colour a status."""
    for section in report.sections:
        yield section.title
        for finding in section.findings:
            yield from _lines(finding, paint)
        yield ""
    kept = {name: to for name, to in report.settings.items() if name not in report.changes}
    yield from _block("Settings to use:", report.changes)
    yield from _block("Seen to be right as they are:", kept)
    yield _summary(report)


def _lines(finding: Finding, paint: Paint) -> Iterator[str]:
    text = [*_wrapped(finding.seen), *(_wrapped(f"-> {finding.do}") if finding.do else ())]
    status = paint(finding.status, f"{finding.status.value:{STATUS_WIDTH}}")
    # A name that fills its column, or more, has a line of its own.
    if len(finding.name) >= NAME_WIDTH:
        yield f"  {status}{finding.name}"
    else:
        yield f"  {status}{finding.name:{NAME_WIDTH}}{text.pop(0)}".rstrip()
    # What is too long and cannot be broken begins at the left.
    yield from (f"{'':{INDENT if len(line) <= WIDTH - INDENT else 4}}{line}" for line in text)


def _wrapped(text: str) -> list[str]:
    # An address is not broken, so that it can be copied.
    return textwrap.wrap(text, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def _block(title: str, settings: Values) -> Iterator[str]:
    if settings:
        yield title
        yield from (f"  {name}={to}" for name, to in settings.items())
        yield ""


def _summary(report: Report) -> str:
    told = (
        ("To fix", Status.FIX), ("Warnings", Status.WARNING), ("Not checked", Status.NOT_CHECKED)
    )  # fmt: skip
    counts = [
        f"{words}: {sum(one.status == status for one in report.findings)}."
        for words, status in told
    ]
    return " ".join([*counts, f"Reads of the account: {report.reads}."])
