"""The worker: lease, hand over, say how it went."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from widget_server.outbox.outbox import Message, Outbox

HOUR = timedelta(hours=1)
# Returns in a few words what came of it, for the log of deliveries.
Handler = Callable[[Message], str]
log = logging.getLogger(__name__)


class Undelivered(Exception):
    """The attempt failed; another one may succeed. The message is for the log of deliveries."""


class Undeliverable(Undelivered):
    """No attempt can succeed."""


def deliver_due(outbox: Outbox[Any], handler: Handler) -> int:
    """Deliver what is due, until nothing is; return how many attempts that took."""
    tried = 0
    # One after the other: a lease covers one attempt, not the attempts of a whole batch.
    while messages := outbox.lease(1):
        for message in messages:
            _attempt(outbox, handler, message)
            tried += 1
    return tried


def deliver_for_ever(
    outbox: Outbox[Any], handler: Handler, stop: threading.Event, pause_seconds: float = 1.0
) -> None:
    """Deliver what is due, and look again after a pause, until told to stop."""
    forgotten = outbox.clock.now() - HOUR
    while not stop.is_set():
        try:
            deliver_due(outbox, handler)
            if outbox.clock.now() - forgotten >= HOUR:
                outbox.forget()
                forgotten = outbox.clock.now()
        except Exception:
            # The database may be away for a while; what waits in it does not go away.
            log.exception("The outbox stumbled; it goes on.")
        stop.wait(pause_seconds)


def _attempt(outbox: Outbox[Any], handler: Handler, message: Message) -> None:
    try:
        outcome = handler(message)
    except Undeliverable as error:
        outbox.give_up(message, str(error))
    except Undelivered as error:
        outbox.put_off(message, str(error))
    except Exception:
        # Its text may quote what is delivered: the log names the message, no more.
        log.exception("A message could not be handled: %s", message.id)
        outbox.put_off(message, "The handler failed.")
    else:
        outbox.delivered(message, outcome)
