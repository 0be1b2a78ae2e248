"""The statuses of appointments and bookings."""

APPROVED, PENDING, CANCELED, REJECTED = "approved", "pending", "canceled", "rejected"
NO_SHOW = "no-show"

STATUSES = frozenset({APPROVED, PENDING, CANCELED, REJECTED, NO_SHOW})
# These keep the employee's time and the customer's place.
OPEN = frozenset({APPROVED, PENDING})
# These hold a coupon: a missed visit has used it.
USING = OPEN | {NO_SHOW}

_SPELLINGS = {"cancelled": CANCELED, "noshow": NO_SHOW}


def normal(text: str) -> str:
    """Return a status as this API spells it: `Cancelled` is `canceled`, `no_show` `no-show`."""
    word = text.strip().lower()
    return _SPELLINGS.get(word.replace("_", "").replace("-", "").replace(" ", ""), word)
