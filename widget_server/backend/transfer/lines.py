"""The file: JSON lines, a header first, one line a row, a last line that says what came before.

    {"format":"widget-server backend","version":1,"revision":"0004"}
    {"table":"locations","row":{"name":"Main street",…,"id":1}}
    {"end":true,"rows":1,"last_ids":{"locations":1,…}}

Tables come in an order that satisfies references, rows by their keys, columns as the tables have
them: the same data make the same file, whatever database they lie in. `last_ids` are the largest
ids ever given, for no id is given twice. Access tokens are left out: they live for an hour.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple, NoReturn

from widget_server.backend.bulk import numbered_tables
from widget_server.backend.models import Base, Token
from widget_server.backend.transfer.values import plain, read_row
from widget_server.errors import DomainError

FORMAT, VERSION = "widget-server backend", 1
EXPORTED = {
    table.name: table for table in Base.metadata.sorted_tables if table is not Token.__table__
}
# Far more than a row can have that came in over the API.
_LONGEST_LINE = 32 * 1024 * 1024
_LARGEST_ID = 2**31 - 1


class BrokenFile(DomainError):
    """The file is not an export, or not a whole one."""

    code = "broken_file"

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}. Nothing was imported.")


class Record(NamedTuple):
    """A row of a table, and the line where it stands."""

    line: int
    table: str
    row: dict[str, Any]


def header(revision: str) -> dict[str, Any]:
    """Return what the first line says of a file of this migration revision."""
    return {"format": FORMAT, "version": VERSION, "revision": revision}


def line_of(data: Mapping[str, Any]) -> bytes:
    """Return a line of the file."""
    return json.dumps(data, default=plain, separators=(",", ":")).encode() + b"\n"


def read_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file; a line without end is cut, and broken thereby."""
    while line := stream.readline(_LONGEST_LINE):
        yield line


class FileReader:
    """Reads a file from its first line to its last; every method raises BrokenFile.

    `rows` counts those read; `last_ids` are known when `records` has come to its end.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = enumerate(lines, start=1)
        self.line = 0
        self.rows = 0
        self.last_ids: dict[str, int] = {}

    def check_header(self, revision: str) -> None:
        """Read the first line; refuse what this version cannot read."""
        data = next(self._objects(), {})
        if data.get("format") != FORMAT:
            raise BrokenFile(1, "this is not an export of a backend")
        ours, theirs = (VERSION, revision), (data.get("version"), data.get("revision"))
        if theirs != ours:
            raise BrokenFile(
                1,
                f"the file is of version {theirs[0]}, revision {theirs[1]}; this is {ours[0]}, "
                f"{ours[1]}: import it with the version that wrote it, upgrade that, export again",
            )

    def records(self) -> Iterator[Record]:
        """Yield the rows, then check the last line."""
        for data in self._objects():
            if "end" in data:
                self._check_end(data)
                return
            yield self._record(data)
        raise BrokenFile(self.line + 1, "the last line of the export is missing")

    def broken(self, why: str) -> NoReturn:
        """Blame the line that was read last."""
        raise BrokenFile(self.line, why)

    def _objects(self) -> Iterator[dict[str, Any]]:
        for number, line in self._lines:
            self.line = number
            try:
                data = json.loads(line.decode(), parse_constant=_refuse_constant)
            except (ValueError, RecursionError):
                self.broken("is not JSON, or cut off")
            if not isinstance(data, dict):
                self.broken("is not an object")
            yield data

    def _record(self, data: Mapping[str, Any]) -> Record:
        table = EXPORTED.get(str(data.get("table")))
        if table is None or not isinstance(data.get("row"), dict) or len(data) != 2:
            self.broken(f"is no row of a known table ({data.get('table')!r})")
        try:
            row = read_row(table, data["row"])
        except ValueError as error:
            self.broken(str(error))
        self.rows += 1
        return Record(self.line, table.name, row)

    def _check_end(self, data: Mapping[str, Any]) -> None:
        if data.get("rows") != self.rows:
            self.broken(
                f"there should be {data.get('rows')} rows before, but there are {self.rows}"
            )
        ids = data.get("last_ids")
        names = {table.name for table in numbered_tables()}
        if not isinstance(ids, dict) or ids.keys() != names or not all(map(_is_id, ids.values())):
            self.broken("last_ids must name the last id of each table")
        if next(self._lines, None):
            self.line += 1
            self.broken("the file goes on after its end")
        self.last_ids = ids


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_ID


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
