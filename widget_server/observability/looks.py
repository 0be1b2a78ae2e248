"""What takes an unknown time to find out, told to whoever asks within a known one."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
# What was found is told again for so long while it takes longer to look anew.
LAST_WORD_SECONDS = 30.0
log = logging.getLogger(__name__)


class Look(Generic[T]):
    """Looks when asked, in a thread of its own, one at a time, and at most so often.

    `find` does the looking; should it raise, that counts as having found nothing.
    """

    def __init__(self, find: Callable[[], T], every_seconds: float) -> None:
        self._find = find
        self._every = every_seconds
        self._changed = threading.Condition()
        self._is_looking = False
        self._found: tuple[T, float] | None = None

    def begin(self) -> None:
        """Look, unless that is under way, or was done a moment ago."""
        with self._changed:
            if self._is_looking or self._is_younger_than(self._every):
                return
            self._is_looking = True
        # A daemon: no process stays for what never answers.
        threading.Thread(target=self._look, daemon=True).start()

    def result(self, ends: float) -> T | None:
        """Return what is found by the time that time.monotonic() says `ends`.

        If nothing is by then, what was found a while ago; None when that is too long ago, too.
        """
        self.begin()
        with self._changed:
            self._changed.wait_for(
                lambda: not self._is_looking, timeout=max(0.0, ends - time.monotonic())
            )
            if self._found and self._is_younger_than(LAST_WORD_SECONDS):
                return self._found[0]
        return None

    def _look(self) -> None:
        found: tuple[T, float] | None = None
        try:
            found = self._find(), time.monotonic()
        except Exception:
            log.exception("What is asked for cannot be found out.")
        finally:
            with self._changed:
                self._found = found
                self._is_looking = False
                self._changed.notify_all()

    def _is_younger_than(self, seconds: float) -> bool:
        return self._found is not None and time.monotonic() - self._found[1] < seconds
