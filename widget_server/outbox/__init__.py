"""What must leave the house: written with the change it tells of, delivered at least once.

A message is a row of a table in the same database, so that it stands if and only if its change
does. A worker leases what is due, hands it to a handler outside of any transaction, and says
afterwards how it went; a worker that dies lets its lease run out, and another one delivers again
under the same id. Messages with the same ordering key go out one after the other; those of
one lane, for instance to one receiver, too, and lanes take turns.
"""

from widget_server.outbox.outbox import Message, Outbox, Patience, new_row
from widget_server.outbox.table import DEAD, DELIVERED, WAITING, OutboxRow
from widget_server.outbox.worker import (
    Handler,
    Undeliverable,
    Undelivered,
    deliver_due,
    deliver_for_ever,
)

__all__ = [
    "DEAD",
    "DELIVERED",
    "WAITING",
    "Handler",
    "Message",
    "Outbox",
    "OutboxRow",
    "Patience",
    "Undeliverable",
    "Undelivered",
    "deliver_due",
    "deliver_for_ever",
    "new_row",
]
