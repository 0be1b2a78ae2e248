"""One look at the account: the pages that tell what has changed since the last one.

The first page always; as it brings news, the next ones too. Then what was told of (`owed`), what
must be somewhere because the account counts another number than are known, and two pages that have
not been read for long. No page is read twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, floor
from typing import Any

from widget_server.bookablesites.mirror.file import MirrorFile
from widget_server.bookablesites.mirror.taking import News, Page, take_in, take_out

Record = dict[str, Any]
# So many pages with news in a row are read at once; what comes behind is found by a sweep.
MOST_WALKED = 20
# So many pages are read to find what must be somewhere.
MOST_SEARCHED = 40
# So many of the appointments that were told of are looked at in one look.
MOST_TOLD_OF = 20
# So many of those that stand at the very time asked for.
MOST_AT_TIME = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A page that was read and taken in, with its records as they came over the wire."""

    page: Page
    news: News
    wires: Sequence[Record]

    def wire(self, appointment: int) -> Record | None:
        """Return the record of an appointment, if it is on this page."""
        return next((wire for wire in self.wires if wire["id"] == appointment), None)


# Asks for a page; returns it with its records as they came over the wire.
Read = Callable[[int], tuple[Page, Sequence[Record]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The times that somebody asks for, in seconds since 1970."""

    start: int
    end: int

    @classmethod
    def between(cls, start: datetime, end: datetime) -> "Asked":
        """Return the span [start, end)."""
        return cls(floor(start.timestamp()), ceil(end.timestamp()))

    @property
    def middle(self) -> int:
        """Return the moment that it is about: who books asks for what is around."""
        return (self.start + self.end) // 2


@dataclass
class Look:
    """Reads pages and takes them in; `sweep` is the number of the sweep that this look is part of.

    A sweep remembers no page: it reads too many.
    """

    file: MirrorFile
    read: Read
    sweep: int = 0
    # The page read last.
    latest: Page | None = None
    _taken: dict[int, Taken] = field(default_factory=dict)
    _totals: set[int | None] = field(default_factory=set)

    def page(self, number: int) -> Taken:
        """Read a page and take it in, unless this look has done so already."""
        if number not in self._taken:
            page, wires = self.read(number)
            with self.file.changing() as connection:
                news = take_in(connection, page, self._page_before(number), self.sweep)
            self.latest = page
            self._totals.add(page.total)
            taken = Taken(page, news, wires)
            if self.sweep:
                return taken
            self._taken[number] = taken
        return self._taken[number]

    def _page_before(self, number: int) -> Page | None:
        taken = self._taken.get(number - 1)
        if taken:
            return taken.page
        return self.latest if self.latest and self.latest.number == number - 1 else None

    @property
    def spent(self) -> int:
        """Return how many pages were read."""
        return len(self._taken)

    @property
    def last(self) -> int:
        """Return the number of the last page, as far as it is known."""
        assert self.latest  # noqa: S101 - a page was read before
        if self.latest.pages is not None:
            return max(1, self.latest.pages)
        # Where that is not told: a page that is there, or the first that is not.
        return self.file.known() // self.latest.size + 1

    def strays(self) -> int:
        """Return how many more there are than are known; below 0: fewer; 0: that is not told."""
        if self.latest is None or self.latest.total is None:
            return 0
        return self.latest.total - self.file.excess() - self.file.known()

    @property
    def is_certain(self) -> bool:
        """Tell whether as many are known as the account says there are."""
        told = self.latest is not None and self.latest.total is not None
        return told and not self.file.excess() and not self.strays()

    def find(self, appointment: int) -> Record | None:
        """Return a known appointment as it is now; None when it is not near where it was."""
        place = self.file.place(appointment)
        if place is None:
            return None
        expected = place // (self.latest or self.page(1).page).size + 1
        for number in (expected, expected - 1, expected + 1):
            if 1 <= number <= max(expected, self.last):
                wire = self.page(number).wire(appointment)
                if wire:
                    return wire
        self.file.lose(appointment)
        return None

    def search(self) -> None:
        """Find what has come or gone, wherever it was."""
        ends = self.spent + MOST_SEARCHED
        while self.strays() and self.spent < ends:
            before = self.strays()
            self._search_first()
            if self.strays() == before:
                break
        if self.strays() and len(self._totals) == 1 and self.latest:
            # It cannot be found: the account miscounts, or more has changed than can be followed.
            total = (self.latest.total or 0) - self.file.known()
            self.file.note(excess=total, sweep_wanted=1)

    def _search_first(self) -> None:
        """Read the first page on which something has come or gone, by halving."""
        low, high = 1, self.last + 1
        while high - low > 1 and self.strays():
            middle = (low + high) // 2
            if self.has_shifted(self.page(middle)):
                high = middle
            else:
                low = middle
        if self.strays():
            self._compare(low)

    def _compare(self, number: int) -> None:
        """Read a page and the next one: what was between them is gone."""
        pages = [self.page(number).page]
        if number < self.last:
            pages.append(self.page(number + 1).page)
        if self.strays() and len(pages) == 2 and all(page.rows for page in pages):
            with self.file.changing() as connection:
                take_out(connection, *pages)

    def has_shifted(self, taken: Taken) -> bool:
        """Tell whether something before a page has come or gone: its rows are not where known."""
        if not taken.wires:
            return True
        here = (taken.page.number - 1) * taken.page.size + len(taken.page.rows) - 1
        return self.file.place(taken.page.rows[-1].id) != here


def look_around(look: Look, asked: Asked, employee: int | None, now: int, *, ends: bool) -> None:
    """Read what tells what has changed; with `ends` new rows may be at either end of the list."""
    _walk(look, range(1, 1 + MOST_WALKED))
    if ends or (look.latest and look.latest.total is None):
        _walk(look, range(look.last, max(0, look.last - MOST_WALKED), -1))
    owed = look.file.owed(MOST_TOLD_OF)
    for appointment, _ in owed:
        look.find(appointment)
    look.search()
    if owed:
        look.file.settled(owed)
    for number in _not_read_for_long(look, asked, employee, now):
        if look.has_shifted(look.page(number)) and not look.strays():
            # As many have come as have gone.
            look.file.note(sweep_wanted=1)


def _walk(look: Look, numbers: Sequence[int]) -> None:
    """Read pages until one brings no news."""
    for number in numbers:
        if look.latest and number > look.last:
            return
        taken = look.page(number)
        if taken.wires and not (taken.news.new or taken.news.changed):
            return
    if len(numbers) == MOST_WALKED:
        look.file.note(sweep_wanted=1)


def _not_read_for_long(look: Look, asked: Asked, employee: int | None, now: int) -> Iterator[int]:
    """Yield pages: what stands at the very time asked for, then what was not read for longest."""
    size = look.page(1).page.size
    at_time = look.file.between(asked.middle, asked.middle, employee)
    places = [look.file.place(row.id) or 0 for row in at_time[:MOST_AT_TIME]]
    yield from sorted({place // size + 1 for place in places})
    rank = look.file.not_read_for_longest(asked.start, asked.end)
    if rank is not None:
        yield look.file.place_of_rank(rank) // size + 1
    rank = look.file.next_to_come(now)
    if rank is not None:
        page = look.file.place_of_rank(rank) // size + 1
        yield page
        look.file.roll(page * size)
