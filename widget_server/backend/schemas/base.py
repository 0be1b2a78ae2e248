"""What all messages of this API share."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, pre_load

from widget_server.backend.schemas.values import Count, DateOrMoment


class Message(Schema):
    """A message; fields that nobody knows are refused.

    What is only read may be written as it was read, and is left aside; but for what is in `MADE`,
    which no record shows: who writes it believes that it will be used.
    """

    MADE: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        """Refuse unknown fields, keep the order written here."""

        unknown = RAISE

    @pre_load
    def leave_aside_what_is_only_read(self, data: Any, **_kwargs: Any) -> Any:
        """Let a record that was got be sent back as it is."""
        only_read = self.dump_fields.keys() - self.load_fields.keys() - self.MADE
        if not only_read or not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if name not in only_read}


class ListQuery(Message):
    """Which page, and of which rows: those changed at or after `updated_since`.

    A date means its beginning; dates, and times without an offset, are the business's.
    """

    page = Count(1, 10_000_000, strict=False, load_default=1)
    limit = Count(1, 100, strict=False, load_default=20)
    updated_since = DateOrMoment()


class Pagination(Message):
    """Where a page stands in its list."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    pages = fields.Integer(required=True)


def page_of(schema: type[Schema]) -> type[Schema]:
    """Return the schema of one page of a list of such records."""
    name = f"{schema.__name__.removesuffix('Schema')}Page"
    parts: dict[str, Any] = {
        "data": fields.List(fields.Nested(schema), required=True),
        "pagination": fields.Nested(Pagination, required=True),
    }
    return type(name, (Message,), parts)


class Problem(Message):
    """What went wrong (RFC 9457), with the platform's `message` beside."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
