"""Numbers that several processes count together, some of which are killed."""

import json
import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest

from widget_server.observability import tally
from widget_server.observability.tally import NAMES_AT, PLACES, SIZE, Tally, forget

HIT, UP = ("hits", "a"), ("up",)
NO_JSON = "no JSON\n" * (SIZE // 8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "metrics"


def sums(counted: Tally) -> dict[tuple[str, ...], float]:
    return {key: sum(values) for key, values in counted.all().items()}


def count_and_wait(folder: Path, times: int, done) -> None:
    counted = Tally(folder, {UP: 1})
    for _ in range(times):
        counted.add((HIT, 1))
    done.set()
    signal.pause()


@pytest.fixture
def other(folder):
    """Start processes that have counted and go on living; end them afterwards."""
    spawn = multiprocessing.get_context("spawn")
    processes = []

    def start(times):
        done = spawn.Event()
        process = spawn.Process(target=count_and_wait, args=(folder, times, done))
        process.start()
        processes.append(process)
        assert done.wait(60)
        return process

    yield start
    for process in processes:
        process.kill()
        process.join()


def killed(process) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_processes_count_is_added_up(folder, other):
    mine = Tally(folder, {UP: 1})
    mine.add((HIT, 1), (HIT, 2))
    other(4)

    assert sums(mine) == {HIT: 7, UP: 2}


def test_a_killed_process_is_gone_and_what_it_counted_is_not(folder, other):
    mine = Tally(folder, {UP: 1})
    killed(other(4))

    assert sums(mine) == {HIT: 4, UP: 1}


def test_who_comes_after_it_goes_on_with_its_file(folder, other):
    mine = Tally(folder, {UP: 1})
    mine.add((HIT, 1))
    for _ in range(3):
        killed(other(4))
    other(4)

    assert (sums(mine), files(folder)) == ({HIT: 17, UP: 2}, ["0.tally", "1.tally"])


def test_a_server_that_starts_begins_anew(folder, other):
    mine = Tally(folder, {})
    mine.add((HIT, 1))
    killed(other(4))

    forget(folder)

    assert (sums(mine), files(folder)) == ({HIT: 1}, ["0.tally"])


def test_a_standing_number_is_what_it_was_put_to_last(folder):
    mine = Tally(folder, {UP: 1})
    mine.put(UP, 5)
    mine.put(UP, 3)

    assert mine.all() == {UP: [3]}


def test_nobody_opens_a_file_before_something_is_counted(folder):
    mine = Tally(folder, {UP: 1})
    before = folder.exists()
    mine.add()

    assert (before, files(folder)) == (False, ["0.tally"])


def test_threads_lose_nothing(folder):
    mine = Tally(folder, {})

    def count():
        for number in range(2000):
            mine.add((("hits", str(number % 7)), 1))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sums(mine).values()) == 16_000


def test_more_names_than_there_are_places_for_are_not_counted(folder):
    mine = Tally(folder, {UP: 1})
    mine.add(*((("hits", str(number)), 1.0) for number in range(PLACES + 10)))
    mine.add((("hits", "0"), 1))

    found = sums(mine)
    assert (len(found), found["hits", "0"], found[UP]) == (PLACES - 1, 2, 1)


def test_a_name_that_is_too_long_is_not_counted(folder):
    mine = Tally(folder, {UP: 1})
    mine.add((("x" * SIZE,), 1), (HIT, 1))

    assert sums(mine) == {UP: 1, HIT: 1}


@pytest.mark.parametrize("rest", [b"", b'["half'])
def test_a_name_whose_writer_was_killed_is_left_out(folder, rest):
    folder.mkdir()
    written = json.dumps(HIT).encode() + b"\n" + rest
    (folder / "0.tally").write_bytes(bytes(NAMES_AT) + written.ljust(SIZE - NAMES_AT, b"\0"))
    mine = Tally(folder, {})
    mine.add((("new",), 1), (HIT, 1))

    assert sums(mine) == {HIT: 1, ("new",): 1}


@pytest.mark.parametrize("content", ["", "short", "\xff" * SIZE, NO_JSON], ids=range(4))
def test_a_file_that_makes_no_sense_is_begun_anew(folder, content):
    folder.mkdir()
    (folder / "0.tally").write_bytes(content.encode("latin-1"))
    mine = Tally(folder, {})
    mine.add((HIT, 1))

    assert sums(mine) == {HIT: 1}


def test_a_file_of_somebody_elses_that_makes_no_sense_is_left_out(folder):
    mine = Tally(folder, {})
    mine.add((HIT, 1))
    (folder / "1.tally").write_bytes(NO_JSON.encode())
    (folder / "2.tally").write_bytes(b"")

    assert sums(mine) == {HIT: 1}


def test_where_nothing_can_be_written_a_process_counts_for_itself(tmp_path, caplog):
    (tmp_path / "metrics").write_text("a file, no folder")
    mine = Tally(tmp_path / "metrics", {UP: 1})
    mine.add((HIT, 2))

    assert sums(mine) == {HIT: 2, UP: 1}
    assert [record.name for record in caplog.records] == [tally.__name__]
