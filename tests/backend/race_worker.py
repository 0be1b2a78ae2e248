"""One of several processes that book at the same moment; prints the statuses it was answered.

With `guard` false nobody checks who gets the employee's time: the negative control.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.changes import tell_nobody
from widget_server.backend.rules.occupancy import find_place
from widget_server.clock import FixedClock
from widget_server.database import open_database


def _anyone(_session: object, _visit: object) -> None:
    return None


def main(task: dict[str, Any]) -> None:
    database = open_database(task["database"])
    clock = FixedClock(datetime.fromisoformat(task["now"]))
    guard = find_place if task.get("guard", True) else _anyone
    app = create_backend_app(BackendConfig(), database, clock, tell_nobody, guard=guard)
    headers = {"Authorization": f"Bearer {task['token']}"}

    def send(call: list[Any]) -> int:
        while not Path(task["start"]).exists():
            time.sleep(0.001)
        method, path, body = call
        client = app.test_client()
        return client.open(path, method=method, json=body, headers=headers).status_code

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(send, task["calls"]))
    sys.stdout.write(json.dumps(statuses))
    database.close()


main(json.loads(sys.argv[1]))
