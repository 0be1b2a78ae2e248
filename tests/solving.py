"""What an app does with a challenge, as the documentation tells."""

import base64
import hashlib
import json
from typing import Any


def number_of(challenge: Any) -> int:
    """Return the number that solves a challenge."""
    for number in range(challenge["maxnumber"] + 1):
        tried = hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest()
        if tried == challenge["challenge"]:
            return number
    raise AssertionError("No number solves this challenge.")


def written(solution: Any) -> str:
    """Return a solution as it is sent."""
    return base64.b64encode(json.dumps(solution).encode()).decode()


def solve(challenge: Any) -> str:
    """Return the solution of a challenge, as it is sent."""
    return written(challenge | {"number": number_of(challenge)})
