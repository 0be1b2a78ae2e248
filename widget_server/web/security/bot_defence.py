"""Whether whoever books is to show first that it is no program that books by the hundred."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from widget_server.errors import NotFound
from widget_server.site import Site
from widget_server.web.security.challenge import ChallengeFailed, ChallengeRequired, Challenges
from widget_server.web.security.form_stamps import LONGEST, FormStamps


class Spent(Protocol):
    """Remembers which challenges were spent, for all workers of all machines."""

    def spend(self, challenge: str, key: str, ends: datetime, now: datetime) -> bool:
        """Spend a challenge on a visitor's key; tell whether it is that key's."""
        ...


class BotDefence:
    """The challenges of the API and the stamps of the page's form; with `on=False` neither."""

    def __init__(self, keys: Sequence[str], site: Site, spent: Spent, *, on: bool) -> None:
        self.is_on = on
        self._challenges = Challenges(keys, site)
        self._stamps = FormStamps(keys, site)
        self._spent = spent

    def challenge(self, now: datetime) -> dict[str, Any]:
        """Return a fresh challenge; raise NotFound where none is asked for."""
        if not self.is_on:
            raise NotFound("This business asks for no challenge.")
        return self._challenges.issue(now)

    def admit(self, solution: str | None, key: str, now: datetime) -> None:
        """Spend the solution on a visitor's key; raise ChallengeRequired or ChallengeFailed.

        Without the defence a solution is left aside: a page that was open when it was turned off
        sends one, and its visitor could not take it out.
        """
        if not self.is_on:
            return
        if not solution:
            raise ChallengeRequired
        solved = self._challenges.verify(solution, now)
        if not self._spent.spend(solved.id, key, solved.ends, now):
            raise ChallengeFailed("The challenge was solved for another booking.")

    def stamp(self, form: str, typed: Mapping[str, str], now: datetime) -> str:
        """Return the stamp of a form that is shown with what was typed; "" where it needs none."""
        if not self.is_on:
            return ""
        # Who mends a mistake has read the form already.
        before = self._stamps.shown(typed.get("key", ""), typed)
        if before is None or now - before >= LONGEST:
            before = now
        return self._stamps.stamp(form, before)

    def check_form(self, form: str, typed: Mapping[str, str], now: datetime) -> None:
        """Raise FormRefused for a form that no person has sent."""
        if self.is_on:
            self._stamps.check(form, typed, now)
