"""What a report is asked: which days, which rows, cut how."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from widget_server.backend.models import Appointment, Employee, Location, Service
from widget_server.backend.reports.span import LABELS, Span, cut

TOTAL = "total"
# The column of an appointment that tells which one it is, and where its name is found.
DIMENSIONS: dict[str, tuple[InstrumentedAttribute[Any], type[Any]]] = {
    "service": (Appointment.service_id, Service),
    "employee": (Appointment.employee_id, Employee),
    "location": (Appointment.location_id, Location),
}
GROUPS = (TOTAL, *LABELS, *DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Query:
    """A report's question; the filters are ids, None for all. `currency` is the business's."""

    span: Span
    group_by: str
    now: datetime
    currency: str
    service: int | None = None
    employee: int | None = None
    location: int | None = None

    def wanted(self) -> list[ColumnElement[bool]]:
        """Return what holds for the appointments that are meant, whenever they are."""
        return [
            column == getattr(self, name)
            for name, (column, _) in DIMENSIONS.items()
            if getattr(self, name) is not None
        ]

    def periods(self) -> Iterator[tuple[dict[str, Any], Span]]:
        """Yield the rows of a report by time: what names each, and its dates."""
        if self.group_by == TOTAL:
            yield {}, self.span
            return
        for label, span in cut(self.span, self.group_by):
            yield {self.group_by: label}, span


def named(
    session: Session, asked: Query, counted: Container[int | None]
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Yield the id of each row of a report by service, employee or location, and what names it.

    What was deleted has a row only where something was counted, and so have the appointments
    without a location (None).
    """
    group = asked.group_by
    _, model = DIMENSIONS[group]
    query = select(model).order_by(model.id)
    if getattr(asked, group) is not None:
        query = query.where(model.id == getattr(asked, group))
    for row in session.scalars(query):
        if row.deleted_at is None or row.id in counted:
            yield row.id, {group: row.id, "name": _name(row)}
    if None in counted:
        yield None, {group: None, "name": ""}


def _name(row: Any) -> str:
    if isinstance(row, Employee):
        return f"{row.first_name} {row.last_name}".strip()
    return str(row.name)
