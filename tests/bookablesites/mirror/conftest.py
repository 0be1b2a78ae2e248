"""An account whose list changes under one's eyes, and a copy of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from widget_server.bookablesites.mirror.file import MirrorFile
from widget_server.bookablesites.mirror.looking import Asked, Look, look_around
from widget_server.bookablesites.mirror.rows import Row
from widget_server.bookablesites.mirror.sweeping import sweep
from widget_server.bookablesites.mirror.taking import Page

SIZE = 5
NOWHERE = Asked(9_000, 9_001)
NEVER = 10**12


@dataclass
class Account:
    """Appointments in some order, as (id, state); every page that is read is written down."""

    rows: list[tuple[int, str]]
    told: bool = True
    # The account counts so many that it does not show.
    miscounted: int = 0
    asked: list[int] = field(default_factory=list)
    seconds: float = 0.0
    # Called before a page is read.
    meanwhile: Callable[[int], None] = lambda _: None

    def read(self, number: int) -> tuple[Page, list[dict[str, Any]]]:
        self.asked.append(number)
        self.meanwhile(number)
        shown = self.rows[(number - 1) * SIZE : number * SIZE]
        wires = [{"id": id_, "state": state} for id_, state in shown]
        rows = [Row(id_, 1_000, 2_000, f'["{state}"]') for id_, state in shown]
        total = len(self.rows) + self.miscounted
        pages = -(-len(self.rows) // SIZE)
        if not self.told:
            return Page(number, SIZE, rows, None, None, self.now()), wires
        return Page(number, SIZE, rows, pages, total, self.now()), wires

    def now(self) -> float:
        self.seconds += 1
        return self.seconds

    def ids(self) -> list[int]:
        return [id_ for id_, _ in self.rows]


class Copy:
    """A copy of an account, and what may be done with it."""

    def __init__(self, file: MirrorFile, account: Account) -> None:
        self.file = file
        self.account = account

    def load(self, pages: int = 1_000_000) -> bool:
        left = iter(range(pages))
        return sweep(
            self.file, self.account.read, self.account.now, lambda: next(left, None) is not None
        )

    def look(self, *, ends: bool = False) -> list[int]:
        """Look around; return the pages that were read."""
        self.account.asked.clear()
        look = Look(self.file, self.account.read)
        look_around(look, NOWHERE, None, NEVER, ends=ends)
        return self.account.asked

    def rows(self) -> set[tuple[int, str]]:
        found = self.file.read("SELECT id, busy FROM appointments")
        return {(id_, busy[2:-2]) for id_, busy in found}

    def order(self) -> list[int]:
        statement = "SELECT id FROM appointments WHERE missing = 0 ORDER BY rank, id"
        return [id_ for (id_,) in self.file.read(statement)]


@pytest.fixture
def account() -> Account:
    return Account([(number, "approved") for number in range(200, 0, -1)])


@pytest.fixture
def copy(tmp_path, account) -> Copy:
    return Copy(MirrorFile(tmp_path / "appointments.sqlite"), account)


@pytest.fixture
def loaded(copy: Copy) -> Copy:
    assert copy.load()
    copy.account.asked.clear()
    return copy
