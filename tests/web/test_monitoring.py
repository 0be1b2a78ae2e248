"""Metrics of several workers, some of which are killed."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
import requests

from tests.conftest import Server
from tests.ports import free_port
from tests.samples import samples
from tests.simulator.clients import environ_of
from tests.web.test_platform_faults import BUSINESS
from widget_server.clock import SystemClock

WORKERS, WITHIN_SECONDS = 3, 60


@pytest.fixture
def start(tmp_path: Path):
    """Start servers on data of their own."""
    running = []

    def run(environ):
        port = free_port()
        ours = {"PORT": str(port), "DATA_DIR": str(tmp_path), "WEB_CONCURRENCY": str(WORKERS)}
        path = {"PATH": os.environ["PATH"]}
        server = Server(tmp_path, port, path | {"RATE_LIMITS": "off"} | environ | ours)
        server.start()
        running.append(server)
        return server

    yield run
    for server in running:
        server.kill()


@pytest.fixture
def demo(start):
    return start({"DEMO": "on"})


def told(server):
    return samples(server.get("/metrics").text)


def workers(server: Server) -> list[int]:
    assert server.process
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(happens):
    ends = time.monotonic() + WITHIN_SECONDS
    while not (found := happens()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def slots_path() -> str:
    first = SystemClock().now().date() + timedelta(days=2)
    return f"/v1/slots?service=1&location=1&from={first}&to={first + timedelta(days=20)}"


def crowd(server, path, number):
    """Ask so many times over as many connections; return the answers."""

    def ask(_number):
        return requests.get(server.url + path, headers={"Connection": "close"}, timeout=60)

    with ThreadPoolExecutor(12) as visitors:
        return list(visitors.map(ask, range(number)))


def test_what_the_workers_count_is_one_sum_and_outlives_them(demo):
    assert until(lambda: told(demo).sum("processes") == WORKERS)
    path, expected = slots_path(), 0
    for killed in range(3):
        answers = crowd(demo, path, 60)
        expected += 60
        assert {answer.status_code for answer in answers} == {200}
        # By any of the workers, at once, and to the last one.
        for _ in range(6):
            found = told(demo)
            assert found.sum("http_requests_total", route="/v1/slots") == expected
            assert found.sum("slot_requests_total") == expected
            assert found.sum("cache_reads_total", kind="answer") == expected
            assert found.sum("http_request_duration_seconds_count", route="/v1/slots") == expected
        open_ = sum(len(day["slots"]) for day in answers[0].json()["days"])
        assert found.sum("slots_served_total") == expected * open_
        os.kill(workers(demo)[killed % WORKERS], signal.SIGKILL)
        after = told(demo)
        assert {key for key, value in found.sums().items() if after.numbers[key] < value} == set()
        assert until(lambda: told(demo).sum("processes") == WORKERS)
    # Who came after a worker that was killed goes on where that one ended.
    assert len(list((demo.data_dir / "metrics").iterdir())) == WORKERS


def test_sums_do_not_fall_while_workers_are_killed_in_the_middle_of_it(demo):
    path, before = slots_path(), told(demo)
    with ThreadPoolExecutor(1) as beside:
        for _ in range(4):
            asking = beside.submit(crowd_that_may_fail, demo, path, 60)
            answered = before.sum("http_requests_total", route="/v1/slots")
            assert until(partial(more_than, demo, answered))
            os.kill(workers(demo)[0], signal.SIGKILL)
            for _ in range(10):
                after = told_by_anyone(demo)
                fallen = {key for key, value in before.sums().items() if after.numbers[key] < value}
                assert fallen == set()
                before = after
            asking.result()
    answered = after.sum("http_requests_total", route="/v1/slots")
    assert answered == after.sum("http_request_duration_seconds_count", route="/v1/slots")


def crowd_that_may_fail(server, path, number):
    try:
        crowd(server, path, number)
    except requests.RequestException:
        return


def more_than(server, answered):
    return told_by_anyone(server).sum("http_requests_total", route="/v1/slots") > answered


def told_by_anyone(server):
    """Ask until somebody answers who is not being killed."""
    while True:
        try:
            return told(server)
        except requests.ConnectionError:
            time.sleep(0.01)


def test_a_restart_begins_anew(demo):
    crowd(demo, slots_path(), 10)
    demo.kill()
    demo.start()

    assert told(demo).sum("http_requests_total", route="/v1/slots") == 0
    assert until(lambda: told(demo).sum("processes") == WORKERS)


def test_the_breaker_and_what_it_saves_are_told(simulator, start):
    server = start(BUSINESS | environ_of(simulator) | {"DEMO": "on"})
    assert until(lambda: told(server).sum("processes") == WORKERS)
    assert told(server).sum("upstream_breaker_state", state="closed") == WORKERS
    well = len(simulator.calls())
    simulator.on("* */api/v2/*", "status", status=500)
    weeks = count(1)

    def opened():
        day = SystemClock().now().date() + timedelta(weeks=next(weeks))
        server.get(f"/v1/slots?service=1&from={day}&to={day}")
        return told(server).sum("upstream_breaker_state", state="open")

    assert until(opened)
    found = told(server)
    assert found.sum("upstream_breaker_openings_total") >= 1
    failed = found.sum("upstream_calls_total", outcome="failed")
    assert failed == len(simulator.calls()) - well
    assert until(lambda: server.get("/readyz").status_code == 200)
