"""Proof of work: who books spends some of a machine's time first, a second of a slow telephone's.

A challenge is a hash of a salt and a number; whoever tries the numbers one after the other has the
right one after 100,000 on average. Issued challenges are kept nowhere: the salt tells when they
end, a signature that they are ours. What has been spent is kept in the ledger.

The JSON is that of ALTCHA's first version, so that its libraries solve ours. The server does
without: its library reads the clock itself and signs neither the site nor what a challenge is for.
"""

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from widget_server.errors import DomainError
from widget_server.site import Site
from widget_server.web.security.signing import Signer

ALGORITHM = "SHA-256"
# Numbers there are to try; half of them on average.
MOST_TRIES = 200_000
# Longer than a visitor types; who takes longer is given another one.
LIFETIME = timedelta(minutes=30)
SALT_BYTES = 12
# The sign at the end keeps digits of the number from being taken for some of the moment.
SALT = re.compile(r"[0-9a-f]{24}\?expires=[0-9]{1,12}&", re.ASCII)
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
FORMS = {"challenge": HASH, "salt": SALT, "signature": HASH}

WHERE = "Fetch /v1/challenge, solve it and send the solution as `challenge`."
ANOTHER = (
    "Fetch another one from /v1/challenge, solve it and send the same booking with the same key."
)


class ChallengeRequired(DomainError):
    """A booking came without a solution."""

    code = "challenge_required"

    def __init__(self) -> None:
        detail = f"A challenge must be solved first. {WHERE}"
        super().__init__(detail, errors={"challenge": [WHERE]})


class ChallengeFailed(DomainError):
    """The solution is wrong, forged, too old or spent: `reason` is a sentence that says which."""

    code = "challenge_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} {ANOTHER}", errors={"challenge": [reason]})


@dataclass(frozen=True, slots=True)
class Solved:
    """A challenge that was solved: its name, and when it is worth nothing any more."""

    id: str
    ends: datetime


class Challenges:
    """Issues challenges and verifies solutions."""

    def __init__(self, keys: Sequence[str], site: Site) -> None:
        self._signer = Signer(keys, site, "challenge")

    def issue(self, now: datetime) -> dict[str, Any]:
        """Return a fresh challenge, as it is sent."""
        ends = int((now + LIFETIME).timestamp())
        salt = f"{secrets.token_hex(SALT_BYTES)}?expires={ends}&"
        challenge = _hash(salt, secrets.randbelow(MOST_TRIES + 1))
        return {
            "algorithm": ALGORITHM,
            "challenge": challenge,
            "maxnumber": MOST_TRIES,
            "salt": salt,
            "signature": self._signer.sign(ALGORITHM, salt, challenge),
        }

    def verify(self, solution: str, now: datetime) -> Solved:
        """Return what was solved; raise ChallengeFailed."""
        told = _read(solution)
        salt, challenge, number = told["salt"], told["challenge"], told["number"]
        if not self._signer.has_signed(told["signature"], ALGORITHM, salt, challenge):
            raise ChallengeFailed("This is no challenge of this server.")
        if type(number) is not int or _hash(salt, number) != challenge:
            raise ChallengeFailed("The challenge is not solved by this number.")
        solved = _solved(salt)
        if solved.ends <= now:
            raise ChallengeFailed("The challenge is too old.")
        return solved


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _solved(salt: str) -> Solved:
    name, ends = re.split(r"\?expires=|&", salt)[:2]
    return Solved(name, datetime.fromtimestamp(int(ends), UTC))


def _read(solution: str) -> dict[str, Any]:
    """Return what a solution says: texts of the right form, and whatever is told as the number."""
    try:
        told = json.loads(base64.b64decode(solution, validate=True))
        if all(form.fullmatch(told[name]) for name, form in FORMS.items()):
            return {name: told[name] for name in (*FORMS, "number")}
    except (binascii.Error, ValueError, RecursionError, LookupError, TypeError):
        pass
    raise ChallengeFailed("The solution cannot be read.")
