"""One page of a list, with where it stands.

The page's ids are found first, in an index, and only its own rows are read whole: what a page costs
does not grow with the rows before it. Counting does, so that totals are kept until something is
written; they are exact. A total also tells SQLite how to find the page: few rows are taken all and
sorted, many are walked through in their order.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from widget_server.backend.models import Event
from widget_server.backend.rules.local_time import range_start
from widget_server.backend.work import read_business
from widget_server.database import is_sqlite

Show = Callable[[Any], Any]
# What does not change how many rows there are.
_ORDER = {"page", "limit", "sort_by", "sort_order"}
# Events may be committed out of the order of their ids: so many of the newest are counted, so that
# one that comes late is noticed, unless it is later than all of these.
_LATE = 1000
MOST_TOTALS = 1000
# Up to so many rows are sorted sooner than found one by one along an index of their order.
FEW = 1000
# Over so many, an index that finds them is slower than to walk through all until a page is full.
MANY = 5000


class Totals:
    """How many rows the lists had, by model and filters, at which version of the data."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, int]] = OrderedDict()

    def of(
        self, session: Session, model: type[Any], filters: Hashable, count: Callable[[], int]
    ) -> int:
        """Return a total: the one kept, if nothing was written since, else a new count."""
        key, version = (model, filters), _version(session, model)
        with self._lock:
            found = self._kept.get(key)
            if found and found[0] == version:
                self._kept.move_to_end(key)
                return found[1]
        total = count()
        with self._lock:
            self._kept[key] = (version, total)
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_TOTALS:
                self._kept.popitem(last=False)
        return total


def changed_since(
    session: Session, changed: Any, asked: Mapping[str, Any]
) -> list[ColumnElement[bool]]:
    """Return the condition of `updated_since` for the column that tells it; none if not asked."""
    if "updated_since" not in asked:
        return []
    return [changed >= range_start(asked["updated_since"], read_business(session).zone)]


@dataclass(frozen=True)
class Listed:
    """The rows of a list and their order.

    `totals`: for lists whose every change writes an event or a newer `updated_at`. `walk` asks for
    the same rows without the indexes that are there to find few of them.
    """

    query: Select[Any]
    order: Sequence[Any]
    totals: Totals | None = None
    walk: Select[Any] | None = None


def page_of(
    session: Session, listed: Listed, asked: Mapping[str, Any], show: Show
) -> dict[str, Any]:
    """Return the page that was asked for; `show` turns a row into its record."""
    page, limit = asked["page"], asked["limit"]
    query, totals = listed.query, listed.totals
    walk = query if listed.walk is None else listed.walk
    model = query.column_descriptions[0]["entity"]
    ids = _ids(query, model)

    def count() -> int:
        return session.scalar(select(func.count()).select_from(ids.subquery())) or 0

    total = totals.of(session, model, _filters(asked), count) if totals else count()
    if total <= FEW and is_sqlite(session):
        # It would guess how many there are, and badly; PostgreSQL knows better.
        found = ids.cte("found").prefix_with("MATERIALIZED")
        ids = select(model.id).where(model.id.in_(select(found.c.id)))
    elif total > MANY:
        ids = _ids(walk, model)
    here = ids.order_by(*listed.order).limit(limit).offset((page - 1) * limit)
    wanted = list(session.scalars(here))
    return {
        "data": [show(row) for row in _rows(session, walk, model, wanted)],
        "pagination": {
            "total": total,
            "page": page,
            "limit": limit,
            "pages": -(-total // limit),
        },
    }


def _ids(query: Select[Any], model: Any) -> Select[Any]:
    return query.with_only_columns(model.id, maintain_column_froms=True)


def _rows(session: Session, query: Select[Any], model: Any, ids: list[int]) -> list[Any]:
    if not ids:
        return []
    found = session.scalars(query.where(model.id.in_(ids))).unique()
    rows = {row.id: row for row in found}
    return [rows[id_] for id_ in ids]


def _filters(asked: Mapping[str, Any]) -> Hashable:
    return tuple(sorted((name, value) for name, value in asked.items() if name not in _ORDER))


def _version(session: Session, model: Any) -> Hashable:
    """Return what is another one after each change; a seed or an import writes rows, no events."""
    newest = select(func.max(Event.id)).scalar_subquery()
    late = select(func.count()).where(Event.id > newest - _LATE).scalar_subquery()
    rows = select(func.max(model.updated_at)).scalar_subquery()
    ids = select(func.max(model.id)).scalar_subquery()
    return tuple(session.execute(select(newest, late, rows, ids)).one())
