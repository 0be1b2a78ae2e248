"""Fill an empty backend from a file: all of it, or nothing."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from widget_server.backend import bulk
from widget_server.backend.models import Client
from widget_server.backend.transfer.lines import BrokenFile, FileReader, Record
from widget_server.database import Database, revision
from widget_server.errors import DomainError


class NotEmpty(DomainError):
    """There are data already: they would mix with those of the file."""

    code = "not_empty"

    def __init__(self) -> None:
        super().__init__("There are data already; a file can only fill an empty backend.")


def import_lines(database: Database, lines: Iterable[bytes]) -> int:
    """Import a file in one transaction; return how many rows it has.

    `database` is migrated already. Clients that are here stay as they are, for the server itself
    is one of them; the others come from the file. Raises NotEmpty, BrokenFile.
    """
    reader = FileReader(lines)
    with bulk.loading(database) as session:
        if not bulk.is_empty(session):
            raise NotEmpty
        reader.check_header(revision(session.connection()))
        here = set(session.scalars(select(Client.id)))
        for table, records in groupby(reader.records(), key=lambda record: record.table):
            for batch in bulk.batches(records):
                _insert(session, table, batch, here)
        _count_on(session, reader)
    bulk.settle(database)
    return reader.rows


def _insert(session: Session, table: str, records: Sequence[Record], here: set[str]) -> None:
    if table == Client.__tablename__:
        records = [record for record in records if record.row["id"] not in here]
    try:
        bulk.insert_rows(session, table, [record.row for record in records])
    except bulk.RowsRefused as error:
        line = records[error.position].line
        raise BrokenFile(line, f"does not fit what stands before: {error}") from None


def _count_on(session: Session, reader: FileReader) -> None:
    connection = session.connection()
    for table in bulk.numbered_tables():
        last = reader.last_ids[table.name]
        if last < (connection.scalar(select(func.max(table.c.id))) or 0):
            reader.broken(f"the last id of {table.name} is smaller than one of its ids")
        bulk.set_last_id(connection, table, last)
