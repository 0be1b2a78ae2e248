"""One page of a list, with where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Show = Callable[[Any], Any]


def page_of(
    session: Session, query: Select[Any], asked: Mapping[str, Any], show: Show
) -> dict[str, Any]:
    """Return the page that was asked for; `show` turns a row into its record."""
    page, limit = asked["page"], asked["limit"]
    total = session.scalar(select(func.count()).select_from(_ids(query))) or 0
    rows = session.scalars(query.limit(limit).offset((page - 1) * limit)).unique()
    return {
        "data": [show(row) for row in rows],
        "pagination": {
            "total": total,
            "page": page,
            "limit": limit,
            "pages": -(-total // limit),
        },
    }


def _ids(query: Select[Any]) -> Any:
    model = query.column_descriptions[0]["entity"]
    return query.with_only_columns(model.id, maintain_column_froms=True).order_by(None).subquery()
