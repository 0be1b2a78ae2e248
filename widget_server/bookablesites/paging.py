"""Walking through a list of the platform page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from widget_server.bookablesites.errors import InvalidAnswer

# A list that never ends is a fault there, not a reason to hang here.
MAX_PAGES = 10_000
# Records that are made while we page push others onto the next page. That a page brings nothing
# new is rare then; that so many in a row do means that the list goes round in circles.
MAX_BARREN_PAGES = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """A page's records, and how many pages and records there are; None where it is not told."""

    records: list[dict[str, Any]]
    pages: int | None
    total: int | None


def iter_records(fetch: Callable[[int], Any]) -> Iterator[dict[str, Any]]:
    """Yield every record once; `fetch(page)` returns the parsed answer of one page."""
    seen: set[Any] = set()
    barren = 0
    for page in range(1, MAX_PAGES + 1):
        records, pages = read_page(fetch(page), page)
        new = {_id(record): record for record in records if _id(record) not in seen}
        seen.update(new)
        yield from new.values()
        # Where the number of pages is not told, the end is a page with nothing new.
        last = page >= pages if pages is not None else not new
        if last or not records:
            return
        barren = 0 if new else barren + 1
        if barren == MAX_BARREN_PAGES:
            raise InvalidAnswer("The booking system's list goes round in circles.")
    raise InvalidAnswer("The booking system's list does not end.")


def read_page(answer: Any, page: int) -> tuple[list[dict[str, Any]], int | None]:
    """Return a page's records, and the number of pages where it is told."""
    records: Any = answer
    pages: Any = None
    if isinstance(answer, dict):
        records = answer.get("data", answer.get("items"))
        pagination = answer.get("pagination")
        pages = pagination.get("pages") if isinstance(pagination, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise InvalidAnswer("The booking system's list cannot be read.")
    # Fewer pages than this one, which is there, is no number of pages.
    told = type(pages) is int and pages >= (page if records else 0)
    return records, pages if told else None


def read_total(answer: Any) -> int | None:
    """Return how many records a list has, where it is told."""
    pagination = answer.get("pagination") if isinstance(answer, dict) else None
    total = pagination.get("total") if isinstance(pagination, dict) else None
    return total if type(total) is int and total >= 0 else None


def _id(record: dict[str, Any]) -> int | str | None:
    found = record.get("id")
    if found is None or isinstance(found, int | str):
        return found
    raise InvalidAnswer("The booking system's list cannot be read: id.")
