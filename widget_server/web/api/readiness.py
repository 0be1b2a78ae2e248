"""Whether the server can do its work, found out without anybody waiting for long."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from widget_server.errors import DomainError
from widget_server.observability.looks import Look

PATIENCE_SECONDS = 1.5
# Whoever asks more often than that is told the same again.
EVERY_SECONDS = 1.0
SILENT = f"has not answered within {PATIENCE_SECONDS:g} seconds"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: nothing in the way, but perhaps what is worth knowing."""

    warning: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


# Raises what is in the way.
Check = Callable[[], Finding | None]


@dataclass(frozen=True, slots=True)
class _Found:
    finding: Finding
    reason: str | None = None


class Readiness:
    """The checks of one server, by name."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._looks = {
            name: Look(partial(_found, check), EVERY_SECONDS) for name, check in checks.items()
        }

    def report(self) -> dict[str, Any]:
        """Return the status, what is in the way, what is worth knowing, and the facts."""
        ends = time.monotonic() + PATIENCE_SECONDS
        for look in self._looks.values():
            look.begin()
        silent = _Found(Finding(), SILENT)
        found = {name: look.result(ends) or silent for name, look in self._looks.items()}
        reasons = {name: one.reason for name, one in found.items() if one.reason}
        return {
            "status": "unready" if reasons else "ready",
            "reasons": reasons,
            "warnings": {
                name: one.finding.warning for name, one in found.items() if one.finding.warning
            },
            **{name: dict(one.finding.facts) for name, one in found.items() if one.finding.facts},
        }


def _found(check: Check) -> _Found:
    try:
        return _Found(check() or Finding())
    except DomainError as error:
        return _Found(Finding(), error.detail)
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return _Found(Finding(), f"does not work ({type(error).__name__})")
