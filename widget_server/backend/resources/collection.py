"""Resources that are plain collections: list, get, create, replace, change, delete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from marshmallow import Schema
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from widget_server.backend.changes import Change
from widget_server.backend.context import backend
from widget_server.backend.listing import Listed, Totals, changed_since, page_of
from widget_server.backend.models import Numbered
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint, partial
from widget_server.backend.rules import catalogue
from widget_server.backend.schemas import base
from widget_server.backend.work import Work
from widget_server.errors import InvalidInput, NotFound

# Beside the record: the appointments that a changed schedule leaves outside working time. Clients
# and proxies take headers of a few kilobytes only.
STRANDED, STRANDED_COUNT = "Stranded-Appointments", "Stranded-Appointments-Count"
MOST_STRANDED = 100
Narrow = Callable[[Session, Select[Any], Data], Select[Any]]


def _nothing_more(_work: Work, _id: int, _data: Data) -> None:
    return None


def _as_listed(_session: Session, query: Select[Any], _asked: Data) -> Select[Any]:
    return query


@dataclass(frozen=True)
class Collection:
    """One kind of thing.

    `path` is its place and scope (`services`), `noun` its name (`service`). `lock` takes the locks
    that a change needs before the row's own, `write` sets a row's fields, `delete` removes the row,
    `narrow` applies the list's filters, `narrow_many` does where many rows pass them, `options` say
    what is loaded with a row.
    """

    path: str
    noun: str
    model: type[Any]
    schema: type[Schema]
    query: type[base.ListQuery] = base.ListQuery
    lock: Callable[[Work, int, Data], None] = _nothing_more
    write: Callable[[Work, Any, Data], None] = catalogue.write_plain
    delete: Callable[[Work, Any], None] = catalogue.delete_plain
    narrow: Narrow = _as_listed
    narrow_many: Narrow | None = None
    order: tuple[Any, ...] = ()
    options: tuple[ORMOption, ...] = field(default=())

    def rows(self) -> Select[Any]:
        """Return the query for all rows that are not hidden."""
        query = select(self.model).options(*self.options)
        hidden = getattr(self.model, "deleted_at", None)
        return query if hidden is None else query.where(hidden.is_(None))

    def listed(self, session: Session, asked: Data, totals: Totals) -> Listed:
        """Return the rows that a list is asked for."""
        query = self.rows().where(*changed_since(session, self.model.updated_at, asked))
        narrowed = self.narrow(session, query, asked)
        walk = self.narrow_many(session, query, asked) if self.narrow_many else None
        return Listed(narrowed, self.order or (self.model.id,), totals, walk)

    def get(self, session: Session, id_: int) -> Any:
        """Return one row; raise NotFound."""
        return self._found(session, self.rows().where(self.model.id == id_))

    def get_to_change(self, work: Work, id_: int, data: Data) -> Any:
        """Return one row that nobody else changes until the transaction ends; raise NotFound."""
        self.lock(work, id_, data)
        query = self.rows().where(self.model.id == id_)
        return self._found(work.session, query.with_for_update(key_share=True))

    def get_to_delete(self, work: Work, id_: int) -> Any:
        """Return one row that nobody else refers to anew until then; raise NotFound."""
        query = self.rows().where(self.model.id == id_)
        return self._found(work.session, query.with_for_update())

    def _found(self, session: Session, query: Select[Any]) -> Any:
        row = session.scalar(query)
        if row is None:
            raise NotFound(f"There is no {self.noun} with this id.")
        return row

    def shown(self, row: Numbered) -> Data:
        """Return a row's record."""
        record: Data = self.schema().dump(row)
        return record

    def store(self, work: Work, row: Any, data: Data, happened: str) -> Data:
        """Write a row and the event of it; return its record."""
        self.write(work, row, data)
        row.updated_at = work.now
        if hasattr(row, "created_at") and happened == "created":
            row.created_at = work.now
        work.session.add(row)
        work.session.flush()
        record = self.shown(row)
        change = Change(f"{self.noun}_{happened}", self.noun, (row.id,), self._employees(row))
        work.record(change, {self.noun: record})
        return record

    def remove(self, work: Work, row: Numbered) -> None:
        """Delete a row, and write the event of it."""
        self.delete(work, row)
        change = Change(f"{self.noun}_deleted", self.noun, (row.id,), self._employees(row))
        work.record(change, {})

    def _employees(self, row: Numbered) -> tuple[int, ...]:
        return (row.id,) if self.noun == "employee" else ()


def collection_blueprint(kind: Collection, description: str) -> ResourceBlueprint:
    """Return the resource of a collection."""
    blueprint = ResourceBlueprint(kind.path, description)
    blueprint.at(f"/{kind.path}")(_whole(blueprint, kind))
    blueprint.at(f"/{kind.path}/{ID}")(_single(blueprint, kind))
    return blueprint


def _whole(blueprint: ResourceBlueprint, kind: Collection) -> type[MethodView]:
    page = base.page_of(kind.schema)

    class Whole(MethodView):
        @blueprint.takes(kind.query, "query")
        @blueprint.answers(200, page, summary=f"List {kind.path}")
        def get(self, asked: Data) -> Data:
            with backend().reading() as session:
                listed = kind.listed(session, asked, backend().totals)
                return page_of(session, listed, asked, lambda row: row)

        @blueprint.takes(kind.schema)
        @blueprint.answers(201, kind.schema, summary=f"Create a {kind.noun}")
        def post(self, data: Data) -> Any:
            data.pop("id", None)
            with backend().writing() as work:
                return jsonify(kind.store(work, kind.model(), data, "created")), 201

    return Whole


def _single(blueprint: ResourceBlueprint, kind: Collection) -> type[MethodView]:
    class Single(MethodView):
        @blueprint.answers(200, kind.schema, summary=f"Get a {kind.noun}")
        def get(self, id_: int) -> Any:
            with backend().reading() as session:
                return kind.get(session, id_)

        @blueprint.takes(kind.schema)
        @blueprint.answers(
            200, kind.schema, summary=f"Replace a {kind.noun}: what is left out takes its default"
        )
        def put(self, data: Data, id_: int) -> Any:
            return _update(kind, id_, data)

        @blueprint.takes(partial(kind.schema))
        @blueprint.answers(200, kind.schema, summary=f"Change some fields of a {kind.noun}")
        def patch(self, data: Data, id_: int) -> Any:
            return _update(kind, id_, data)

        @blueprint.answers(204, summary=f"Delete a {kind.noun}")
        def delete(self, id_: int) -> None:
            with backend().writing() as work:
                kind.remove(work, kind.get_to_delete(work, id_))

    return Single


def _update(kind: Collection, id_: int, data: Data) -> Response:
    written = data.pop("id", id_)
    if type(written) is not int or written != id_:
        raise InvalidInput.at("id", "Must be the one in the path, or left out.")
    with backend().writing() as work:
        answer = jsonify(kind.store(work, kind.get_to_change(work, id_, data), data, "updated"))
        if work.stranded:
            answer.headers[STRANDED] = ", ".join(map(str, work.stranded[:MOST_STRANDED]))
            answer.headers[STRANDED_COUNT] = str(len(work.stranded))
        return answer
