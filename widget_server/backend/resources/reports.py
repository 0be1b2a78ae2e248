"""Reports: appointments, revenue, utilisation, cancellations, no-shows; JSON and CSV, streamed."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from itertools import chain

from flask import Response
from flask.views import MethodView
from marshmallow import Schema
from sqlalchemy.orm import Session

from widget_server.backend.context import backend
from widget_server.backend.reports import lines, measures
from widget_server.backend.reports.counting import count
from widget_server.backend.reports.query import Query
from widget_server.backend.reports.span import Span
from widget_server.backend.reports.utilisation import utilisation
from widget_server.backend.resources.blueprint import Data, ResourceBlueprint
from widget_server.backend.schemas import reports as schemas
from widget_server.backend.work import read_business

blueprint = ResourceBlueprint("reports", "What happened, and what it brought.")

Report = Callable[[Session, Query], Iterator[Data]]
# Name -> rows, what one looks like.
_REPORTS: dict[str, tuple[Report, type[Schema]]] = {
    "appointments": (partial(count, measures=measures.APPOINTMENTS), schemas.AppointmentsRow),
    "revenue": (partial(count, measures=measures.REVENUE), schemas.RevenueRow),
    "utilisation": (utilisation, schemas.UtilisationRow),
    "cancellations": (partial(count, measures=measures.CANCELLATIONS), schemas.CancellationsRow),
    "no-shows": (partial(count, measures=measures.NO_SHOWS), schemas.NoShowsRow),
}


def _view(name: str, report: Report, row: type[Schema]) -> type[MethodView]:
    class View(MethodView):
        @blueprint.answers_csv_too()
        @blueprint.takes(schemas.ReportQuery, "query")
        @blueprint.answers(200, schemas.report_of(row), summary=f"Report {name}; JSON or CSV")
        def get(self, query: Data) -> Response:
            return _answer(name, report, row, query)

    return View


for _name, (_report, _row) in _REPORTS.items():
    blueprint.at(f"/reports/{_name}", endpoint=_name)(_view(_name, _report, _row))


def _answer(name: str, report: Report, row: type[Schema], query: Data) -> Response:
    with ExitStack() as stack:
        session = stack.enter_context(backend().reading())
        asked = _asked(session, query)
        rows = _begun(map(row().dump, report(session, asked)))
        # From here on the answer is under way, and closing it closes the session.
        response = (
            _csv(name, asked, row, rows) if query["format"] == "csv" else _json(name, asked, rows)
        )
        response.call_on_close(stack.pop_all().close)
        return response


def _asked(session: Session, query: Data) -> Query:
    business, now = read_business(session), backend().now()
    first, last = _month(now.astimezone(business.zone).date())
    span = Span(query.get("date_from", first), query.get("date_to", last), business.zone)
    filters = {name: query[name] for name in ("service", "employee", "location")}
    return Query(span, query["group_by"], now, business.currency, **filters)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _begun(rows: Iterator[Data]) -> Iterable[Data]:
    """Return the rows; the first is there, so that an error is still told as one."""
    return chain([row for row in [next(rows, None)] if row is not None], rows)


def _csv(name: str, asked: Query, row: type[Schema], rows: Iterable[Data]) -> Response:
    file = f"{name}-by-{asked.group_by}-{asked.span.first}-{asked.span.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    text = lines.as_csv(schemas.columns_of(row, asked.group_by), rows)
    return Response(text, headers=headers, mimetype="text/csv")


def _json(name: str, asked: Query, rows: Iterable[Data]) -> Response:
    head = {
        "report": name,
        "date_from": asked.span.first.isoformat(),
        "date_to": asked.span.last.isoformat(),
        "timezone": asked.span.zone.key,
        "group_by": asked.group_by,
    }
    return Response(lines.as_json(head, rows), mimetype="application/json")
