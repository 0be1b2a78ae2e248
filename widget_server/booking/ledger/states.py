"""Where a booking can be on its way, and where it can go from there.

        HELD -> FAILED
        CLAIMED -> SENT -> CONFIRMED -> CANCELED
           |        |  \
           |        |   UNKNOWN -> CONFIRMED | COMPENSATING | FAILED
           |        |   COMPENSATING -> LOST
         FAILED  REJECTED
        CONFIRMED -> MOVING -> MOVE_SENT -> CONFIRMED
                        |
                    CONFIRMED (as it was)

HELD      the time is kept for somebody who is still typing; ends by itself
CLAIMED   the time is kept, nothing has been sent
SENT      the request to the platform may have left: committed before it does
UNKNOWN   no answer came; whether the platform has the booking is found out, never tried again
COMPENSATING  somebody else had the time: ours is being taken back
CONFIRMED the platform has it
MOVING    the new time is kept besides the old one, nothing has been sent
MOVE_SENT the request to move may have left
"""

from enum import StrEnum


class State(StrEnum):
    """Where a booking is."""

    HELD = "held"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    COMPENSATING = "compensating"
    CONFIRMED = "confirmed"
    MOVING = "moving"
    MOVE_SENT = "move_sent"
    CANCELED = "canceled"
    REJECTED = "rejected"
    FAILED = "failed"
    LOST = "lost"


# Their claims keep others from the time.
BLOCKING = frozenset(
    {
        State.HELD,
        State.CLAIMED,
        State.SENT,
        State.UNKNOWN,
        State.COMPENSATING,
        State.CONFIRMED,
        State.MOVING,
        State.MOVE_SENT,
    }
)
# The platform has it, whatever is being done with it.
STANDING = frozenset({State.CONFIRMED, State.MOVING, State.MOVE_SENT})
# Nothing came of it, and nothing will.
NEVER_MADE = frozenset({State.REJECTED, State.FAILED, State.LOST})
# The platform may not show their times yet.
ON_THE_WAY = frozenset({State.HELD, State.CLAIMED, State.SENT, State.UNKNOWN})
# The outcome is not known yet; a reconciler will bring these to rest.
UNSETTLED = frozenset(
    {
        State.CLAIMED,
        State.SENT,
        State.UNKNOWN,
        State.COMPENSATING,
        State.MOVING,
        State.MOVE_SENT,
    }
)

NEXT: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.FAILED}),
    State.CLAIMED: frozenset({State.SENT, State.FAILED}),
    State.SENT: frozenset({State.CONFIRMED, State.UNKNOWN, State.COMPENSATING, State.REJECTED}),
    State.UNKNOWN: frozenset({State.CONFIRMED, State.COMPENSATING, State.FAILED}),
    State.COMPENSATING: frozenset({State.LOST}),
    State.CONFIRMED: frozenset({State.CANCELED, State.MOVING}),
    State.MOVING: frozenset({State.MOVE_SENT, State.CONFIRMED}),
    State.MOVE_SENT: frozenset({State.CONFIRMED}),
}
