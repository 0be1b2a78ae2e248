"""The rules of the booking system, each checked where it is written, in its own SQL."""
