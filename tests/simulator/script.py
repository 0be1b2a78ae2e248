"""What happens to which calls, told by a test as it goes along."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

HELD_AT_MOST_SECONDS = 60
# Whoever sends this header is staff: what they do always succeeds, and is not written down.
STAFF = "X-Staff"


@dataclass
class Rule:
    """One fault: which calls it befalls, how many of them (None: all) and by what chance."""

    on: str
    fault: str
    times: int | None = None
    chance: float = 1.0
    details: dict[str, Any] = field(default_factory=dict)

    def befalls(self, call: str, dice: random.Random) -> bool:
        if self.times == 0 or not fnmatchcase(call, self.on):
            return False
        return self.chance >= 1 or dice.random() < self.chance


@dataclass
class Script:
    """The rules, the first that fits counts; what was called; who is held back."""

    rules: list[Rule] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    held: int = 0
    under_way: int = 0
    _gate: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Condition = field(default_factory=threading.Condition)
    _dice: random.Random = field(default_factory=lambda: random.Random(11))

    def reset(self) -> None:
        with self._lock:
            self.rules, self.calls, self.settings = [], [], {}
            self._gate.set()
            self._gate = threading.Event()

    def add(self, rule: Rule) -> None:
        with self._lock:
            self.rules.append(rule)

    def note(self, call: dict[str, Any]) -> Rule | None:
        """Write a call down; return what befalls it."""
        with self._lock:
            self.calls.append(call)
            name = f"{call['method']} {call['path']}"
            found = next((rule for rule in self.rules if rule.befalls(name, self._dice)), None)
            if found and found.times:
                found.times -= 1
            return found

    @contextmanager
    def carried_out(self) -> Iterator[None]:
        """Count a call while something is done for it, whether or not anybody waits."""
        with self._lock:
            self.under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self.under_way -= 1
                self._lock.notify_all()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Begin when the test lets go; it can see when this is over."""
        with self._lock:
            gate = self._gate
            self.held += 1
            self._lock.notify_all()
        try:
            gate.wait(HELD_AT_MOST_SECONDS)
            yield
        finally:
            with self._lock:
                self.held -= 1
                self._lock.notify_all()

    def release(self) -> None:
        """Let go of all that are held, and hold nothing any more."""
        with self._lock:
            self.rules = [rule for rule in self.rules if rule.fault != "hold"]
            self._gate.set()
            self._gate = threading.Event()

    def await_idle(self) -> bool:
        """Wait until nothing is done for any call."""
        with self._lock:
            return self._lock.wait_for(lambda: self.under_way == 0, HELD_AT_MOST_SECONDS)

    def await_held(self, number: int) -> bool:
        """Wait until so many calls are held or being carried out after that."""
        with self._lock:
            return self._lock.wait_for(lambda: self.held == number, HELD_AT_MOST_SECONDS)
