"""What is known of the platform's API, how surely, and where each fact must hold.

A test carries its fact as a marker; docs/contract.md lists them all.

L  somebody says to have run it live          D  a copy of the vendor's documentation says so
P  seen in code that runs in production       I  follows from other facts
V  the vendor's documentation or code says so U  unknown: a default of ours
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FULL, STRICT, LIVE = "full", "strict", "live"
EVERYWHERE = (FULL, STRICT, LIVE)
EMBEDDED = (FULL, STRICT)
# Not of the whole embedded backend, which can do more.
PLATFORM = (STRICT, LIVE)
PROVEN, GUESSED = "LPVD", "IU"
# What a test leaves behind: nothing; nothing once it has tidied up; a canceled appointment.
READS, WRITES, BOOKS = "reads", "writes", "books"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: how surely it is known, what it says, who says so, where it holds."""

    certainty: str
    says: str
    source: str
    holds: tuple[str, ...]
    effect: str

    @property
    def row(self) -> str:
        """The fact as a row of the table in the documentation."""
        where = "everywhere" if self.holds == EVERYWHERE else ", ".join(self.holds)
        return f"| {self.certainty} | {self.says} | {self.source} | {where} |"


def fact(
    certainty: str,
    says: str,
    source: str,
    holds: tuple[str, ...] = EVERYWHERE,
    effect: str = READS,
) -> pytest.MarkDecorator:
    """Mark a test, or a row of one, with the fact that it shows."""
    assert certainty in PROVEN + GUESSED
    return pytest.mark.fact(Fact(certainty, says, source, holds, effect))


def all_facts() -> Iterator[Fact]:
    """Yield every fact of this suite, in the order of the modules and tests."""
    here = Path(__file__).parent
    for module in sorted(found.name for found in pkgutil.iter_modules([str(here)])):
        if module.startswith("test_"):
            for test in vars(importlib.import_module(f"tests.contract.{module}")).values():
                yield from _facts_of(test)


def _facts_of(test: Any) -> Iterator[Fact]:
    for mark in getattr(test, "pytestmark", ()) if callable(test) else ():
        if mark.name == "fact":
            yield mark.args[0]
        elif mark.name == "parametrize":
            for row in mark.args[1]:
                for inner in getattr(row, "marks", ()):
                    yield inner.mark.args[0] if hasattr(inner, "mark") else inner.args[0]


if __name__ == "__main__":
    print("\n".join(one.row for one in all_facts()))  # noqa: T201
