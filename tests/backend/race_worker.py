"""One of several processes that book at the same moment, race after race, a line for each.

Prints the statuses that it was answered. With `guard` false nobody checks who gets the employee's
time: the negative control.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from tests.backend_apps import put_before
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.rules.occupancy import find_place
from widget_server.clock import FixedClock
from widget_server.database import open_database


def _anyone(_session: object, _visit: object) -> None:
    return None


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def race(app: Flask, task: dict[str, Any]) -> list[int]:
    database = open_database(task["database"])
    clock = FixedClock(datetime.fromisoformat(task["now"]))
    guard = find_place if task.get("guard", True) else _anyone
    put_before(app, database, clock, guard=guard)
    headers = {"Authorization": f"Bearer {task['token']}"}

    def send(call: list[Any]) -> int:
        while not Path(task["start"]).exists():
            time.sleep(0.001)
        method, path, body = call
        client = app.test_client()
        return client.open(path, method=method, json=body, headers=headers).status_code

    say("ready")
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(send, task["calls"]))
    database.close()
    return statuses


def main() -> None:
    nothing = open_database("sqlite://")
    app = create_backend_app(BackendConfig(), nothing, FixedClock(datetime.min.replace(tzinfo=UTC)))
    for line in sys.stdin:
        say(json.dumps(race(app, json.loads(line))))


main()
