"""The worker: lease, hand over, say how it went."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from widget_server.outbox.outbox import Message, Outbox

HOUR = timedelta(hours=1)
# In each process that delivers.
THREADS = 4
# A lane with much to tell lets the others have their turn so often.
TURN_SECONDS = 2.0
LOOK_SECONDS = 1.0
# Returns in a few words what came of it, for the log of deliveries.
Handler = Callable[[Message], str]
log = logging.getLogger(__name__)


class Undelivered(Exception):
    """The attempt failed; another one may succeed. The message is for the log of deliveries."""


class Undeliverable(Undelivered):
    """No attempt can succeed."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What came of a lane's turn; `error` is what kept it from being a whole one."""

    lane: Any
    tried: int
    arrived: bool
    error: Exception | None = None


class _Turns:
    """Who is next. One thread at a time for a lane; the lane that waited longest first.

    A receiver that never answers would get a thread as often as all others, and keep it a hundred
    times as long: those who failed last share half of the threads, so that the rest is for those
    who answer.
    """

    def __init__(self, outbox: Outbox[Any], handler: Handler) -> None:
        self.tried = 0
        self._outbox = outbox
        self._handler = handler
        self._running: set[Any] = set()
        self._failing: set[Any] = set()
        # The number of each lane's last turn.
        self._numbers: dict[Any, int] = {}
        self._count = 0
        self._ended: queue.SimpleQueue[_Turn] = queue.SimpleQueue()

    def go_on(self) -> bool:
        """Begin turns, wait for one to end or for a while; False when there is nothing to do."""
        due = set(self._outbox.lanes()) - self._running
        for lane in sorted(due, key=lambda lane: self._numbers.get(lane, 0)):
            if self._is_free_for(lane):
                self._begin(lane)
        # Asked before the wait: a lane that used its turn up may have more to tell.
        busy = bool(due or self._running)
        if self._running:
            self._wait()
        return busy

    def finish(self) -> None:
        """Wait for the turns under way."""
        while self._running:
            self._wait()

    def _is_free_for(self, lane: Any) -> bool:
        if lane in self._failing and len(self._running & self._failing) >= THREADS // 2:
            return False
        return len(self._running) < THREADS

    def _begin(self, lane: Any) -> None:
        self._count += 1
        self._numbers[lane] = self._count
        self._running.add(lane)
        # A daemon: no process stays for a receiver's sake; what it was at is delivered again.
        threading.Thread(target=self._run, args=(lane,), daemon=True).start()

    def _run(self, lane: Any) -> None:
        tried, arrived, ends = 0, True, time.monotonic() + TURN_SECONDS
        try:
            # One after the other: a lease covers one attempt, not the attempts of a whole batch.
            while arrived and time.monotonic() < ends:
                messages = self._outbox.lease(1, lane)
                if not messages:
                    break
                tried += 1
                arrived = _attempt(self._outbox, self._handler, messages[0])
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._ended.put(_Turn(lane, tried, arrived, error))
        else:
            self._ended.put(_Turn(lane, tried, arrived))

    def _wait(self) -> None:
        try:
            turn = self._ended.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return
        self.tried += turn.tried
        self._running.discard(turn.lane)
        if turn.tried:
            (self._failing.discard if turn.arrived else self._failing.add)(turn.lane)
        if turn.error:
            raise turn.error


def deliver_due(outbox: Outbox[Any], handler: Handler) -> int:
    """Deliver what is due, until nothing is; return how many attempts that took."""
    turns = _Turns(outbox, handler)
    while turns.go_on():
        pass
    return turns.tried


def deliver_for_ever(
    outbox: Outbox[Any], handler: Handler, stop: threading.Event, pause_seconds: float = 1.0
) -> None:
    """Deliver what is due, and look again after a pause, until told to stop."""
    turns = _Turns(outbox, handler)
    forgotten = outbox.clock.now() - HOUR
    while not stop.is_set():
        try:
            if not turns.go_on():
                stop.wait(pause_seconds)
            if outbox.clock.now() - forgotten >= HOUR:
                outbox.forget()
                forgotten = outbox.clock.now()
        except Exception:
            # The database may be away for a while; what waits in it does not go away.
            log.exception("The outbox stumbled; it goes on.")
            stop.wait(pause_seconds)
    turns.finish()


def _attempt(outbox: Outbox[Any], handler: Handler, message: Message) -> bool:
    """Hand a message over, and note how it went; return whether it arrived."""
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
        return True
    return False
