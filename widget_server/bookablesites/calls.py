"""Calls to an account: with a token, within a deadline, and every answer checked."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from marshmallow import Schema

from widget_server.bookablesites import schemas
from widget_server.bookablesites.auth import AccessTokens
from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.errors import (
    InvalidAnswer,
    OutcomeUnknown,
    PlatformError,
    Unreachable,
)
from widget_server.bookablesites.paging import Listed, iter_records, read_page, read_total
from widget_server.bookablesites.replies import checked, parsed
from widget_server.bookablesites.transport import Reply, Sender
from widget_server.bulkhead import Bulkhead
from widget_server.clock import Deadline

Record = dict[str, Any]


class Calls:
    """What the client calls the account through; `deadline` is of whoever waits for the answer."""

    def __init__(
        self,
        sender: Sender,
        tokens: AccessTokens,
        contract: Contract,
        places: Bulkhead | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self._sender = sender
        self._tokens = tokens
        self._contract = contract
        self._places = places
        self._deadline = deadline

    @property
    def deadline(self) -> Deadline | None:
        """Return when whoever waits must have an answer; None: nobody in particular waits."""
        return self._deadline

    @property
    def state(self) -> str:
        """Return closed while calls pass, open while none does, half_open while one may."""
        return self._sender.state

    def within(self, deadline: Deadline) -> "Calls":
        """Return the same for somebody who does not wait for ever."""
        return Calls(self._sender, self._tokens, self._contract, self._places, deadline)

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Return what a path shows, as JSON."""
        try:
            return parsed(self.call("GET", path, query=query))
        except OutcomeUnknown as error:
            # A read that got lost has done no harm.
            raise PlatformError(error.detail) from None

    def record(self, path: str, schema: Schema) -> Record:
        """Return one record, bare or in an envelope."""
        answer = self.get(path)
        if isinstance(answer, dict) and isinstance(answer.get("data"), dict):
            answer = answer["data"]
        return schemas.load(schema, answer)

    def records(
        self, path: str, schema: Schema, query: Mapping[str, Any] | None = None
    ) -> Iterator[Record]:
        """Yield every record of a list."""

        def fetch(page: int) -> Any:
            paging = {"page": page, "limit": self._contract.page_size}
            return self.get(path, {**(query or {}), **paging})

        return (schemas.load(schema, record) for record in iter_records(fetch))

    def page(self, path: str, schema: Schema, query: Mapping[str, Any], number: int) -> Listed:
        """Return one page of a list."""
        paging = {"page": number, "limit": self._contract.page_size}
        answer = self.get(path, {**query, **paging})
        records, pages = read_page(answer, number)
        loaded = [schemas.load(schema, record) for record in records]
        return Listed(loaded, pages, read_total(answer))

    def first_page(self, path: str, schema: Schema, query: Mapping[str, Any]) -> list[Record]:
        """Return the records of a list's first page."""
        records, _ = read_page(self.get(path, {**query, "limit": self._contract.page_size}), 1)
        return [schemas.load(schema, record) for record in records]

    def create(self, path: str, body: Record) -> Record:
        """Create something and return what the account calls it; sent once, whatever happens."""
        try:
            answer = parsed(self.call("POST", path, body=body))
            answer = answer.get("data", answer) if isinstance(answer, dict) else answer
            return schemas.load(_CREATED, answer)
        except InvalidAnswer as error:
            raise OutcomeUnknown(error.detail) from None

    def call(self, method: str, path: str, **what: Any) -> Reply:
        """Send a request; fetch a new token once if this one is refused."""
        # Also who only waits for the token takes a place: it is the same platform.
        with self._place():
            token = self._token(None)
            reply = self._send(method, path, token, what)
            if reply.status == 401:
                token = self._token(token)
                reply = self._send(method, path, token, what)
        return checked(reply)

    def _token(self, refused: str | None) -> str:
        try:
            if refused is None:
                return self._tokens.current(self._deadline)
            return self._tokens.after(refused, self._deadline)
        except (OutcomeUnknown, InvalidAnswer) as error:
            # Whatever has become of the token: the request itself was not sent.
            raise Unreachable(error.detail) from None

    def _place(self) -> AbstractContextManager[None]:
        return self._places.place(self._deadline) if self._places else nullcontext()

    def _send(self, method: str, path: str, token: str, what: Mapping[str, Any]) -> Reply:
        return self._sender.send(
            method,
            self._contract.api_path + path,
            headers={"Authorization": f"Bearer {token}"},
            deadline=self._deadline,
            **what,
        )


_CREATED = schemas.CreatedSchema()
