"""Walking through a list of the platform page by page."""

from collections.abc import Callable, Iterator
from typing import Any

from widget_server.bookablesites.errors import InvalidAnswer

# A list that never ends is a fault there, not a reason to hang here.
MAX_PAGES = 10_000


def iter_records(fetch: Callable[[int], Any]) -> Iterator[dict[str, Any]]:
    """Yield every record once; `fetch(page)` returns the parsed answer of one page."""
    seen: set[Any] = set()
    for page in range(1, MAX_PAGES + 1):
        records, pages = _read_page(fetch(page))
        for record in records:
            # Rows created while we page push others onto the next page: same id, once only.
            if record.get("id") not in seen:
                seen.add(record.get("id"))
                yield record
        if not records or (pages is not None and page >= pages):
            return
    raise InvalidAnswer("The booking system's list does not end.")


def _read_page(answer: Any) -> tuple[list[dict[str, Any]], int | None]:
    records: Any = answer
    pages: Any = 1
    if isinstance(answer, dict):
        records = answer.get("data", answer.get("items"))
        pagination = answer.get("pagination")
        pages = pagination.get("pages") if isinstance(pagination, dict) else 1
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise InvalidAnswer("The booking system's list cannot be read.")
    return records, pages if isinstance(pages, int) else None
