"""Reading all pages: the first time, and from time to time, for what no look would find.

Each page is kept as soon as it is read, with how far that is: whoever takes over from a killed
worker goes on there. Rows that come while pages are read push others to a later page, where they
are met again. Rows that go pull others to a page that was read already: where the total falls, the
pages that they may be on are read again. What no page has shown at the end is gone, if as many were
seen as the account counts; if not, what is missing is searched for, then all pages are read once
more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from widget_server.bookablesites.errors import InvalidAnswer
from widget_server.bookablesites.mirror.file import MirrorFile
from widget_server.bookablesites.mirror.looking import Look, Read
from widget_server.bookablesites.mirror.order import ROOM
from widget_server.bookablesites.mirror.taking import Page
from widget_server.bookablesites.paging import MAX_BARREN_PAGES, MAX_PAGES

# What was left alone for longer is begun anew: its first pages may have changed since.
RESUMED_SECONDS = 600.0
# What was read since a sweep began, by it or by somebody else.
SEEN = "missing = 0 AND (sweep >= ? OR asked >= ?)"
# Where ranks are equal there was no room left between them.
RENUMBERED = """
UPDATE appointments SET rank = numbered.place * :room
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY rank, id) AS place FROM appointments) AS numbered
WHERE appointments.id = numbered.id
"""


@dataclass(frozen=True, slots=True)
class _State:
    """How far a sweep is: the last page read, and the total that it told.

    `tried` says that the sweep before has seen fewer than the account counts.
    """

    number: int
    began: float
    page: int = 0
    total: int | None = None
    tried: bool = False


def sweep(
    file: MirrorFile, read: Read, now: Callable[[], float], go_on: Callable[[], bool]
) -> bool:
    """Read all pages, or go on doing so, as long as `go_on` says; tell whether that is done.

    `go_on` is asked before each page, and may wait.
    """
    state = _resumed(file, now())
    # The one read last is read again by whoever takes over: it shows whether rows have gone.
    number, farthest, barren = max(1, state.page), state.page, 0
    look = Look(file, read, state.number)
    for _ in range(MAX_PAGES):
        if not go_on():
            return False
        taken = look.page(number)
        page, fallen = taken.page, _fallen(state, taken.page)
        is_barren = number > farthest and not taken.news.unswept
        # As many rows as have come since then are met a second time.
        barren = barren + 1 - _risen(state, page) if is_barren else 0
        farthest, again = max(farthest, number), max(1, number - -(-fallen // page.size))
        state = replace(state, page=again, total=page.total)
        _note(file, state, now())
        if not fallen and _is_the_end(page, is_barren=is_barren):
            return _finish(file, read, state)
        if barren >= MAX_BARREN_PAGES:
            break
        number = again if fallen else number + 1
    file.note(sweep_page=0)
    raise InvalidAnswer("The booking system's list of appointments does not end.")


def _is_the_end(page: Page, *, is_barren: bool) -> bool:
    # Where the number of pages is not told, the end is a page with nothing new.
    return not page.rows or (is_barren if page.pages is None else page.is_last)


def _fallen(state: _State, page: Page) -> int:
    """Return by how much the total has fallen since the page before."""
    if state.total is None or page.total is None:
        return 0
    return max(0, state.total - page.total)


def _risen(state: _State, page: Page) -> int:
    """Return on how many pages the rows that have come since the page before may be met again."""
    if state.total is None or page.total is None:
        return 0
    return max(0, -((state.total - page.total) // page.size))


def _resumed(file: MirrorFile, now: float) -> _State:
    """Return the sweep that was left alone a moment ago, else a new one."""
    notes = dict(file.read("SELECT name, value FROM notes"))
    number, tried = notes.get("sweep") or 0, bool(notes.get("sweep_tried"))
    page = notes.get("sweep_page") or 0
    if page > 0 and now - notes["sweep_moved"] < RESUMED_SECONDS:
        return _State(number, notes["sweep_began"], page, notes["sweep_total"], tried)
    file.note(sweep=number + 1, sweep_began=now, sweep_page=0, sweep_wanted=0)
    return _State(number + 1, now, tried=tried)


def _note(file: MirrorFile, state: _State, now: float) -> None:
    file.note(sweep_page=state.page, sweep_total=state.total, sweep_moved=now)


def _finish(file: MirrorFile, read: Read, state: _State) -> bool:
    """Forget what was not seen, unless more must be there than was seen; tell whether all is."""
    total, seen = state.total, _seen(file, state)
    if total is not None and seen != total and not state.tried:
        # What the sweep before could not find may be there now.
        file.note(excess=0)
        look = Look(file, read)
        total = look.page(1).page.total
        look.search()
        if total is not None and _seen(file, state) < total:
            file.note(sweep_page=0, sweep_tried=1, sweep_wanted=1)
            return False
    with file.changing() as connection:
        values = (state.number, state.began)
        connection.execute(f"DELETE FROM appointments WHERE NOT ({SEEN})", values)  # noqa: S608
        ranks = "SELECT COUNT(*) - COUNT(DISTINCT rank) FROM appointments"
        if connection.execute(ranks).fetchone()[0]:
            connection.execute(RENUMBERED, {"room": ROOM})
    beyond = 0 if total is None else total - file.known()
    file.note(excess=beyond, sweep_page=0, sweep_tried=0, swept=state.began)
    return True


def _seen(file: MirrorFile, state: _State) -> int:
    statement = f"SELECT COUNT(*) FROM appointments WHERE {SEEN}"  # noqa: S608
    return file.number(statement, (state.number, state.began))
