"""What exists on the live platform, as far as anybody has seen it.

| path                   | methods            | left out, because not seen live                  |
|------------------------|--------------------|--------------------------------------------------|
| /token                 | POST (form)        | JSON; /auth/token, which answers a page          |
| /customers             | GET, POST          | search                                           |
| /customers/{id}        | GET, PATCH, DELETE | PUT                                              |
| /services, /employees, | GET                | writing: said to exist, nobody has seen how;     |
| /locations, and by id  |                    | schedules, assignments, extras, capacities       |
| /available-times       | GET                |                                                  |
| /appointments          | GET                | POST; filters but for `status`; sorting          |
| /appointments/{id}     | DELETE             | GET (seen to be refused), PATCH                  |
| /bookings              | POST               | several at once, guests, extras, coupon, note    |
| /bookings/{id}         |                    | all of it                                        |
| /coupons               | POST               | GET (seen to be refused)                         |
| /coupons/{id}          | DELETE             | GET, PATCH                                       |

Settings, custom fields, webhooks, reports and the API's description have no path at all. A path of
the table refuses other methods with 405; any other path answers a page, with 200.
"""

import re
from dataclasses import dataclass, field

from widget_server.backend.strict import shown
from widget_server.backend.strict.asked import Body
from widget_server.backend.strict.shown import Show

PAGING = frozenset({"page", "limit"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done: what may be asked, and what is shown.

    `form` says that the body is a form; `hints` that dates are only a hint at what is wanted.
    """

    show: Show
    query: frozenset[str] = field(default=frozenset())
    body: Body | None = None
    form: bool = False
    hints: bool = False


def _listed(show: Show, *filters: str) -> Operation:
    return Operation(shown.page(show), query=PAGING | set(filters))


_DELETE = Operation(shown.nothing)
_NEW_CUSTOMER = Body(
    required=frozenset({"first_name", "last_name"}),
    optional=frozenset({"email", "phone", "description"}),
)
# A body without all four breaks the platform.
_CUSTOMER_CHANGE = Body(
    required=frozenset({"first_name", "last_name", "email", "phone"}),
    optional=frozenset({"description"}),
    incomplete=500,
)
_NEW_BOOKING = Body(
    required=frozenset({"service", "employee", "customer", "date", "time"}),
    optional=frozenset({"location"}),
    unread=frozenset({"status"}),
)
# The limits may be null; they must be there.
_NEW_COUPON = Body(
    required=frozenset(
        {"code", "discount_value", "expiration_date", "usage_limit", "limit_per_user",
         "booking_limit_amount"}
    ),
)  # fmt: skip
_TIMES_QUERY = frozenset(
    {"service", "employee", "location", "calendar_start_date", "calendar_end_date",
     "additional_guest_count"}
)  # fmt: skip

SURFACE: dict[str, dict[str, Operation]] = {
    "/token": {"POST": Operation(shown.TOKEN, form=True)},
    "/customers": {
        "GET": _listed(shown.LISTED_CUSTOMER),
        "POST": Operation(shown.CUSTOMER, body=_NEW_CUSTOMER),
    },
    "/customers/{id}": {
        "GET": Operation(shown.CUSTOMER),
        "PATCH": Operation(shown.CUSTOMER, body=_CUSTOMER_CHANGE),
        "DELETE": _DELETE,
    },
    "/services": {"GET": _listed(shown.SERVICE)},
    "/services/{id}": {"GET": Operation(shown.SERVICE)},
    "/employees": {"GET": _listed(shown.EMPLOYEE)},
    "/employees/{id}": {"GET": Operation(shown.EMPLOYEE)},
    "/locations": {"GET": _listed(shown.LOCATION)},
    "/locations/{id}": {"GET": Operation(shown.LOCATION)},
    "/available-times": {"GET": Operation(shown.TIMES, query=_TIMES_QUERY, hints=True)},
    "/appointments": {"GET": _listed(shown.APPOINTMENT, "status")},
    "/appointments/{id}": {"DELETE": _DELETE},
    "/bookings": {"POST": Operation(shown.MADE_BOOKING, body=_NEW_BOOKING)},
    "/coupons": {"POST": Operation(shown.COUPON, body=_NEW_COUPON)},
    "/coupons/{id}": {"DELETE": _DELETE},
}

_ID = re.compile(r"/\d+\Z", re.ASCII)


def operations_at(path: str) -> dict[str, Operation] | None:
    """Return what can be done at a path, by method; None when there is no such path."""
    return SURFACE.get(_ID.sub("/{id}", path))
