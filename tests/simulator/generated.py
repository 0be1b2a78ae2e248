"""As many appointments as one likes, made up one by one when somebody asks for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

# Ids of what the booking system behind has itself stay below.
FIRST_ID = 1_000_000
STEP = timedelta(minutes=30)


@dataclass(frozen=True)
class Generated:
    """So many half hours from a moment on, of employees in turn, the newest first."""

    count: int
    employees: tuple[int, ...]
    start: datetime
    # Those that staff have deleted; what they have changed, by id; those that stand elsewhere than
    # their number says, by their place among the others, the newest being at 0.
    gone: frozenset[int] = frozenset()
    changed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    inserted: Mapping[int, int] = field(default_factory=dict)

    def page(self, offset: int, limit: int, query: dict[str, str]) -> tuple[list[Any], int]:
        """Return some of those that a query wants, and how many there are."""
        wanted = self._wanted(query)
        page = wanted[::-1][offset : offset + limit]
        records = [{**self._record(at), **self.changed.get(FIRST_ID + at, {})} for at in page]
        return records, len(wanted)

    def _wanted(self, query: dict[str, str]) -> range | list[int]:
        first, last = 0, self.count
        if "date_from" in query:
            first = self._rounds(date.fromisoformat(query["date_from"])) * len(self.employees)
        if "date_to" in query:
            after = date.fromisoformat(query["date_to"]) + timedelta(days=1)
            last = self._rounds(after) * len(self.employees)
        within = range(max(0, first), min(self.count, max(0, last)))
        if "employee" in query:
            return [at for at in within if self._employee(at) == int(query["employee"])]
        return self._edited(within) if self.gone or self.inserted else within

    def _edited(self, within: range) -> list[int]:
        left = [at for at in within[::-1] if FIRST_ID + at not in self.gone]
        for place, id_ in sorted(self.inserted.items()):
            left.insert(place, id_ - FIRST_ID)
        return left[::-1]

    def _rounds(self, day: date) -> int:
        """Return how many times all employees have had their turn before a day, in UTC."""
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=self.start.tzinfo)
        return -(-(midnight - self.start) // STEP)

    def _employee(self, at: int) -> int:
        return self.employees[at % len(self.employees)]

    def _record(self, at: int) -> dict[str, Any]:
        begins = self.start + STEP * (at // len(self.employees))
        id_ = FIRST_ID + at
        return {
            "id": id_,
            "status": "approved",
            "start_date_time": begins.isoformat(),
            "end_date_time": (begins + STEP).isoformat(),
            "created_at": self.start.isoformat(),
            "note": "",
            "service": {"id": 1, "name": "Haircut"},
            "location": None,
            "employees": [{"id": self._employee(at), "first_name": "Ada", "last_name": "Berg"}],
            "bookings": [
                {
                    "id": id_,
                    "status": "approved",
                    "additional_persons": 0,
                    "customer": {
                        "id": 1,
                        "first_name": "M",
                        "last_name": "K",
                        "email": "m@k.example",
                    },
                }
            ],
        }


def listed(
    real: Callable[[], list[Any]], real_count: int, generated: Generated, query: dict[str, str]
) -> dict[str, Any]:
    """Return a page: what is generated first, what is real after it, if it comes to that."""
    page, limit = int(query.get("page", 1)), int(query.get("limit", 50))
    offset = (page - 1) * limit
    records, count = generated.page(offset, limit, query)
    beyond = max(0, offset - count)
    if len(records) < limit:
        records += real()[beyond : beyond + limit - len(records)]
    total = count + real_count
    pagination = {"total": total, "page": page, "limit": limit, "pages": -(-total // limit)}
    return {"data": records, "pagination": pagination}
