"""Where a booking can be on its way, and where it can go from there.

        CLAIMED -> SENT -> CONFIRMED -> CANCELED
           |        |  \
           |        |   UNKNOWN -> CONFIRMED | FAILED
           |        |   COMPENSATING -> LOST
         FAILED  REJECTED

CLAIMED   the time is kept, nothing has been sent
SENT      the request to the platform may have left: committed before it does
UNKNOWN   no answer came; whether the platform has the booking is found out, never tried again
COMPENSATING  somebody else had the time: ours is being taken back
CONFIRMED the platform has it
"""

from enum import StrEnum


class State(StrEnum):
    """Where a booking is."""

    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    COMPENSATING = "compensating"
    CONFIRMED = "confirmed"
    CANCELED = "canceled"
    REJECTED = "rejected"
    FAILED = "failed"
    LOST = "lost"


BLOCKING = frozenset(
    {State.CLAIMED, State.SENT, State.UNKNOWN, State.COMPENSATING, State.CONFIRMED}
)
# The outcome is not known yet; a reconciler will bring these to rest.
UNSETTLED = frozenset({State.CLAIMED, State.SENT, State.UNKNOWN, State.COMPENSATING})

NEXT: dict[State, frozenset[State]] = {
    State.CLAIMED: frozenset({State.SENT, State.FAILED}),
    State.SENT: frozenset({State.CONFIRMED, State.UNKNOWN, State.COMPENSATING, State.REJECTED}),
    State.UNKNOWN: frozenset({State.CONFIRMED, State.COMPENSATING, State.FAILED}),
    State.COMPENSATING: frozenset({State.LOST}),
    State.CONFIRMED: frozenset({State.CANCELED}),
}
