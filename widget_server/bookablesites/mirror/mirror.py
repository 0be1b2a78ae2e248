"""The copy as the client uses it: kept up whenever somebody asks, and behind."""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites.appointments import Appointments
from widget_server.bookablesites.errors import HeldBack, PlatformError
from widget_server.bookablesites.mirror.file import MirrorFile
from widget_server.bookablesites.mirror.looking import Asked, Look, Read, look_around
from widget_server.bookablesites.mirror.rows import busy_times, row_of
from widget_server.bookablesites.mirror.sweeping import sweep
from widget_server.bookablesites.mirror.taking import Page
from widget_server.clock import Clock, Ticks
from widget_server.errors import DomainError

Record = dict[str, Any]
log = logging.getLogger(__name__)

# How long a visitor waits for the very first load, which goes on without them.
PATIENCE_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.1
# All pages are read once more after so many seconds for each of them, within these bounds.
SWEEP_SECONDS_A_PAGE = 6.0
SWEEP_SECONDS, LONGEST_SWEEP_SECONDS = 300.0, 3600.0
# Whoever asks for a sweep does not get one more often than this.
WANTED_SECONDS = 300.0
# Without a sweep for so long too much may have changed unseen: it counts as a first load.
TRUSTED_SECONDS = 86_400.0
# How often a worker looks whether a sweep is due and nobody is at it.
ROUND_SECONDS = 2.0
# A clock that goes back by less is let catch up.
STEP_SECONDS = 5.0
FIRST_LOAD = "The appointments are being read for the first time; please try again in a minute."


@dataclass(frozen=True, slots=True)
class Pacing:
    """What a mirror goes by: the time, and how long a sweep rests after each page."""

    clock: Clock
    ticks: Ticks
    rest_seconds: float


class Mirror:
    """The busy times of one account, in the file at `path`; `of` tells accounts apart.

    Every question comes with the way to ask the account, which has the asker's deadline.
    """

    def __init__(self, path: Path, of: str, pacing: Pacing) -> None:
        self.file = MirrorFile(path)
        self._of = of
        self._pacing = pacing
        self._turn = threading.Lock()
        # When the last look that failed began, and how it failed.
        self._failure: tuple[float, DomainError] | None = None

    def busy_times(
        self, appointments: Appointments, start: datetime, end: datetime, zone: ZoneInfo,
        employee: int | None,
    ) -> list[Record]:  # fmt: skip
        """Return what touches [start, end) as it is now, as far as a look tells.

        Raises PlatformError: also while the first load is going on.
        """
        self._look(appointments, zone, Asked.between(start, end), employee)
        return self.known(start, end, employee)

    def known(self, start: datetime, end: datetime, employee: int | None) -> list[Record]:
        """Return what touches [start, end) by what is known, without asking the account."""
        asked = Asked.between(start, end)
        rows = self.file.between(asked.start, asked.end, employee)
        return [busy for row in rows for busy in busy_times(row)]

    def looked(self, zone: ZoneInfo) -> datetime | None:
        """Return since when what is known is known to be so; None when that cannot be told."""
        looked = self.file.noted("looked")
        if looked is None or not self._is_loaded(zone):
            return None
        return datetime.fromtimestamp(looked, UTC)

    def starting(
        self, appointments: Appointments, start: datetime, zone: ZoneInfo, employee: int
    ) -> list[Record] | None:
        """Return an employee's appointments at exactly this start, as they come over the wire.

        None when there is none that is known, and others may be there.
        """
        asked = Asked.between(start, start + timedelta(minutes=1))
        self._look(appointments, zone, asked, employee)
        look = Look(self.file, self._read(appointments, zone))
        there = self.file.between(asked.start, asked.end, employee)
        found = [look.find(row.id) for row in there if row.starts == asked.start]
        wires = [wire for wire in found if wire]
        if wires:
            return wires
        # What was sent a moment ago should be there by now.
        self.file.note(sweep_wanted=1)
        return [] if self.file.noted("certain") else None

    def find(self, appointments: Appointments, appointment: int) -> Record | None:
        """Return one appointment as it comes over the wire; None when it is not where it was."""
        zone = self.file.noted("zone")
        if zone is None or not self._is_loaded(ZoneInfo(zone)):
            return None
        return Look(self.file, self._read(appointments, ZoneInfo(zone))).find(appointment)

    def changed(self, appointment: int | None) -> None:
        """Have an appointment looked at before anybody is answered; None: who knows which."""
        # Whoever tells has done something that is not undone because the file is away.
        with suppress(PlatformError):
            if appointment is None:
                self.file.note(sweep_wanted=1)
            else:
                self.file.owe([appointment])

    def keep_up(self, appointments: Appointments, zone: ZoneInfo) -> None:
        """Read all pages if that is due and nobody else does."""
        self._mind_the_clock()
        if self._is_due(zone):
            with self._alone() as alone:
                if alone and self._is_due(zone):
                    self._sweep(appointments, zone, lambda: True)

    def keep_up_for_ever(
        self, appointments: Appointments, zone: Callable[[], ZoneInfo], stop: threading.Event
    ) -> None:
        """Read all pages whenever that is due, until told to stop."""
        while not stop.wait(ROUND_SECONDS):
            try:
                self.keep_up(appointments, zone())
            except DomainError as error:
                log.info("The appointments could not be read whole: %s", error.detail)
            except Exception:
                log.exception("Reading all appointments stumbled; it goes on.")

    # A look

    def _look(
        self, appointments: Appointments, zone: ZoneInfo, asked: Asked, employee: int | None
    ) -> None:
        """Look at the account, unless somebody has begun to since this was called."""
        self._mind_the_clock()
        called = self._now()
        self._ensure_loaded(appointments, zone)
        with self._my_turn(appointments):
            if (self.file.noted("looked") or 0.0) > called:
                return
            if self._failure and self._failure[0] > called:
                raise self._failure[1]
            began = self._now()
            try:
                look = Look(self.file, self._read(appointments, zone))
                look_around(look, asked, employee, int(began), ends=appointments.are_sorted)
            except DomainError as error:
                self._failure = began, error
                raise
            self.file.note(looked=began, certain=int(look.is_certain))

    @contextmanager
    def _my_turn(self, appointments: Appointments) -> Iterator[None]:
        deadline = appointments.deadline
        if not self._turn.acquire(timeout=deadline.left() if deadline else -1):
            raise HeldBack("The booking system is slow, and somebody else waits for it.")
        try:
            yield
        finally:
            self._turn.release()

    def _read(self, appointments: Appointments, zone: ZoneInfo) -> Read:
        """Return what asks for a page."""

        def read(number: int) -> tuple[Page, list[Record]]:
            asked = self._now()
            listed = appointments.page(number)
            rows = {wire["id"]: row_of(appointments.read(wire, zone)) for wire in listed.records}
            if number == 1 and listed.pages and listed.pages > 1:
                # The account may give fewer at a time than it is asked for.
                self.file.note(size=len(listed.records))
            size = int(self.file.noted("size") or appointments.page_size)
            page = Page(number, size, [*rows.values()], listed.pages, listed.total, asked)
            return page, listed.records

        return read

    # All pages

    def _ensure_loaded(self, appointments: Appointments, zone: ZoneInfo) -> None:
        """Wait for the first load, or do it; raise PlatformError when that takes too long."""
        ticks = self._pacing.ticks
        ends = ticks.seconds() + PATIENCE_SECONDS if appointments.deadline else float("inf")
        while not self._is_loaded(zone):
            with self._alone() as alone:
                # Another one may have done it since this was asked.
                if alone and not self._is_loaded(zone):
                    self._sweep(appointments, zone, lambda: ticks.seconds() < ends)
            if self._is_loaded(zone):
                return
            if ticks.seconds() >= ends:
                raise PlatformError(FIRST_LOAD)
            ticks.sleep(LOOK_EVERY_SECONDS)

    def _sweep(self, appointments: Appointments, zone: ZoneInfo, go_on: Callable[[], bool]) -> None:
        if self.file.noted("of") != self._named(zone):
            self.file.begin_anew(self._named(zone))
            self.file.note(zone=zone.key)
        rests = self._is_loaded(zone) and self._age() < 2 * LONGEST_SWEEP_SECONDS

        def go_on_slowly() -> bool:
            if rests:
                self._pacing.ticks.sleep(self._pacing.rest_seconds)
            return go_on()

        sweep(self.file, self._read(appointments, zone), self._now, go_on_slowly)

    def _is_loaded(self, zone: ZoneInfo) -> bool:
        return self.file.noted("of") == self._named(zone) and self._age() < TRUSTED_SECONDS

    def _is_due(self, zone: ZoneInfo) -> bool:
        age = self._age() if self._is_loaded(zone) else float("inf")
        if age > WANTED_SECONDS and (
            self.file.noted("sweep_wanted") or self.file.noted("sweep_page")
        ):
            return True
        size = self.file.noted("size")
        pages = self.file.known() / size if size else 1
        return age > min(max(pages * SWEEP_SECONDS_A_PAGE, SWEEP_SECONDS), LONGEST_SWEEP_SECONDS)

    def _age(self) -> float:
        """Return how many seconds ago the last whole sweep began."""
        swept = self.file.noted("swept")
        return float("inf") if swept is None else self._now() - swept

    def _mind_the_clock(self) -> None:
        """Let what was done later than now, by a clock that was put back since, be done by now.

        Else nobody would look again before the clock is there once more.
        """
        latest = self.file.latest()
        now = self._now()
        if latest > now + STEP_SECONDS:
            self.file.put_back(now)
        if self._failure and self._failure[0] > now:
            self._failure = None

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Yield whether no other thread or worker of this machine reads all pages."""
        with self.file.lock(".lock") as lock:
            try:
                # Given back by the system, should its holder be killed.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _named(self, zone: ZoneInfo) -> str:
        return sha256(f"{self._of} {zone.key}".encode()).hexdigest()

    def _now(self) -> float:
        return self._pacing.clock.now().timestamp()
