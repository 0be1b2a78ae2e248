"""One look at an account: what is known of it so far, for the checks that come later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.account_settings import Account
from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.paging import read_page
from widget_server.bookablesites.replies import parsed
from widget_server.bookablesites.schemas import MOST
from widget_server.bookablesites.transport import Reply
from widget_server.clock import Clock
from widget_server.doctor.account.asking import Asking
from widget_server.doctor.findings import CannotCheck

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list; the counts are None where they are not told."""

    answer: Any
    records: list[Record]
    pages: int | None
    total: int | None
    limit: int | None

    @property
    def envelope(self) -> str:
        """Return what the records come in, as its keys."""
        if not isinstance(self.answer, dict):
            return "bare list"
        return "data" if "data" in self.answer else "items"

    @property
    def size(self) -> int:
        """Return how many records there are, as far as that is seen."""
        return len(self.records) if self.total is None else self.total


@dataclass
class Case:
    """What is known of the account; `zone` is the business's.

    `reached` is None as long as nobody tried; `lists` holds the first pages that could be read.
    """

    account: Account
    contract: Contract
    zone: ZoneInfo
    clock: Clock
    asking: Asking
    reached: bool | None = None
    lists: dict[str, Listing] = field(default_factory=dict)

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Reply:
        """Read a path of the API."""
        return self.asking.get(self.account.api_path + path, query)

    def page(self, path: str, query: Mapping[str, Any]) -> Listing | int:
        """Return a page of a list, or the status it is refused with; raise InvalidAnswer."""
        reply = self.get(path, query)
        return listing(parsed(reply)) if 200 <= reply.status < 300 else reply.status

    def known(self, path: str) -> Listing:
        """Return the first page of a list; raise CannotCheck when it could not be read."""
        self.demand_token()
        if path not in self.lists:
            raise CannotCheck(f"{path} could not be read")
        return self.lists[path]

    def demand_token(self) -> None:
        """Raise CannotCheck where there is no access token."""
        if not self.asking.token:
            raise CannotCheck("there is no access token")

    def demand_contact(self) -> None:
        """Raise CannotCheck where the account cannot be reached."""
        if self.reached is False:
            raise CannotCheck("the account cannot be reached")


def listing(answer: Any) -> Listing:
    """Read a page of a list; raise InvalidAnswer."""
    records, pages = read_page(answer, 1)
    told = answer.get("pagination") if isinstance(answer, dict) else None
    told = told if isinstance(told, dict) else {}
    return Listing(answer, records, pages, _whole(told.get("total")), _whole(told.get("limit")))


def _whole(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST else None


def surprise(reply: Reply) -> str | None:
    """Return in words what came instead of an answer of the API; None if that is what came."""
    if 300 <= reply.status < 400:
        return "a redirect"
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return f"a page of a website ({reply.status})"
    if "json" not in kind and 200 <= reply.status < 300 and reply.body:
        return f"{reply.status} without JSON"
    return None
