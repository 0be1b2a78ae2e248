"""The base of every error a user can meet.

An error carries a stable `code`, a sentence for people and, where a field is to blame, the field's
name. It knows nothing of HTTP: `web.api.problems` alone turns codes into status codes.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import ClassVar

# An answer names so many fields at fault, so much of each name: it must not outgrow the question.
MOST_FIELDS = 20
MOST_OF_A_NAME = 200
SEE_FIELDS = "Some fields need another look."


class DomainError(Exception):
    """Something a user did or met that the program foresaw.

    `detail` says what was wrong and what to do; `errors` maps a field's path, as the user wrote it
    (`customer.email`), to what is wrong with it.
    """

    code: ClassVar[str] = "unavailable"

    def __init__(self, detail: str, *, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}


class InvalidInput(DomainError):
    """A value that makes no sense; `errors` names the fields."""

    code = "invalid_input"

    @classmethod
    def at(cls, field: str, message: str) -> "InvalidInput":
        """Blame one field."""
        return cls(f"{field}: {message}", errors={field: [message]})

    @classmethod
    def of(cls, errors: Mapping[str, Sequence[str]]) -> "InvalidInput":
        """Blame several fields."""
        return cls(SEE_FIELDS, errors=errors)


class NotFound(DomainError):
    """The thing asked for does not exist, or not for the one who asks."""

    code = "not_found"


def first_fields(errors: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[str]], str]:
    """Return the fields to be named, and the sentence that counts those which are not."""
    few = islice(errors.items(), MOST_FIELDS)
    named = {field[:MOST_OF_A_NAME]: list(messages) for field, messages in few}
    more = len(errors) - MOST_FIELDS
    return named, f"Fields at fault besides these: {more}." if more > 0 else ""
