"""What a check finds: how it stands, what was seen, what to do and which settings to use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Values = Mapping[str, str]
TIME_IS_UP = "the time was up; --seconds gives more"


class Status(StrEnum):
    """How something stands; `fix` must be mended before the server works as it should."""

    OK = "ok"
    WARNING = "warning"
    FIX = "fix"
    NOT_CHECKED = "not checked"


class CannotCheck(Exception):
    """What a check needs is not there; the message ends "not checked, because ..."."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `settings` are those to use, by name."""

    status: Status
    name: str
    seen: str
    do: str = ""
    settings: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs together in the report."""

    title: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found.

    `current` are the settings as they are now, as far as a check may advise another one; `reads`
    counts the GETs that were sent to the account.
    """

    sections: Sequence[Section]
    current: Values
    reads: int
    readable: bool = True

    @property
    def findings(self) -> list[Finding]:
        """Return the findings of all sections."""
        return [finding for section in self.sections for finding in section.findings]

    @property
    def status(self) -> Status:
        """Return the worst there is; what was not checked is no finding."""
        seen = {finding.status for finding in self.findings}
        return next((s for s in (Status.FIX, Status.WARNING) if s in seen), Status.OK)

    @property
    def settings(self) -> Values:
        """Return the settings to use, those included that are in use already."""
        return {name: to for one in self.findings for name, to in one.settings.items()}

    @property
    def changes(self) -> Values:
        """Return the settings that are to be changed."""
        return {name: to for name, to in self.settings.items() if to != self.current.get(name, "")}


def ok(name: str, seen: str, settings: Values | None = None, do: str = "") -> Finding:
    """Return that something is as it should be."""
    return Finding(Status.OK, name, seen, do, settings or {})


def warning(name: str, seen: str, do: str, settings: Values | None = None) -> Finding:
    """Return that something works, and could be better."""
    return Finding(Status.WARNING, name, seen, do, settings or {})


def fix(name: str, seen: str, do: str, settings: Values | None = None) -> Finding:
    """Return that something must be mended."""
    return Finding(Status.FIX, name, seen, do, settings or {})


def not_checked(name: str, why: str) -> Finding:
    """Return that something could not be looked at; `why` goes on after "because"."""
    return Finding(Status.NOT_CHECKED, name, f"because {why}")
