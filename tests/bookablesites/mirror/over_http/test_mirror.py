"""The copy over HTTP: a platform that knows no dates, with more appointments than anybody reads."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.bookablesites.mirror.over_http.asking import (
    BERLIN,
    COUNT,
    EMPLOYEES,
    LIVE,
    MIDDLE,
    MIDDLE_PAGE,
    SIZE,
    busy,
    keep_up,
    known,
    look,
)
from tests.simulator.clients import account_of
from tests.simulator.generated import FIRST_ID
from tests.simulator.simulator import ROOT
from widget_server.bookablesites.errors import InvalidAnswer, PlatformError
from widget_server.bookablesites.mirror.mirror import LONGEST_SWEEP_SECONDS
from widget_server.clock import Deadline, SystemTicks
from widget_server.remote import mirror_of


def test_it_tells_the_same_as_reading_everything(client, every):
    whole = every()

    assert len(whole) > COUNT
    assert busy(client) == whole
    assert busy(client, 2) == {key: row for key, row in whole.items() if key[1] == 2}


def test_the_first_load_reads_each_page_once_and_a_look_two(client, every, pages):
    every()
    whole = pages()
    look(client)
    loaded = pages()
    for _ in range(3):
        look(client)

    assert loaded == [*whole, 1]
    # The first one, and the next one on which something is not over.
    assert pages() == [1, 2, 1, 3, 1, 4]


def test_nothing_of_any_customer_is_in_the_file(account, client, tmp_path):
    busy(client)
    written = b"".join(path.read_bytes() for path in tmp_path.glob("appointments*"))

    assert b"employees" in written
    assert [value for value in customers(client) if value in written] == []


def customers(client):
    """Return the names and e-mail addresses that the platform shows with its appointments."""
    last = -(-COUNT // SIZE)
    shown = [
        booking["customer"]
        for page in (1, last + 1, last + 2)
        for wire in client._calls.get("/appointments", {"page": page, "limit": SIZE})["data"]  # noqa: SLF001
        for booking in wire["bookings"]
    ]
    values = {customer[name].encode() for customer in shown for name in ("last_name", "email")}
    assert b"m@k.example" in values
    assert len(values) > 10
    return values - {b"K"}


def test_a_new_row_costs_the_first_page_and_its_neighbour(account, client, every, pages):
    look(client)
    account.appointments(COUNT + 1, EMPLOYEES)
    pages()
    look(client)

    assert pages() == [1, 2]
    assert known(client) == every()


def test_a_new_row_in_the_middle_is_found_by_halving(account, client, every, pages):
    look(client)
    account.edit(inserted={SIZE * (MIDDLE_PAGE - 1) + 7: FIRST_ID + COUNT + 100})
    pages()
    look(client)
    read = pages()

    assert read[0] == 1
    assert len(read) <= 6
    assert known(client) == every()


def test_a_row_that_is_told_of_costs_its_page(account, client, every, pages):
    look(client)
    account.edit(changed={MIDDLE: {"status": "canceled"}})
    client.appointment_changed(MIDDLE)
    pages()
    look(client)

    assert pages() == [1, MIDDLE_PAGE, 2]
    changed = {key: row["status"] for key, row in known(client).items() if key[0] == MIDDLE}
    assert [*changed.values()] == ["canceled"]
    assert known(client) == every()


def test_what_stands_at_the_time_that_is_asked_for_is_read(account, client, every, pages):
    look(client)
    account.edit(changed={MIDDLE: {"status": "canceled"}})
    [(start, employee)] = [
        (datetime.fromisoformat(row["start"]), employee)
        for (id_, employee), row in known(client).items()
        if id_ == MIDDLE
    ]
    pages()
    hour = timedelta(hours=1)
    rows = client.busy_times(start - hour, start + timedelta(minutes=30) + hour, BERLIN, employee)

    assert [row["status"] for row in rows if row["id"] == MIDDLE] == ["canceled"]
    assert pages()[:2] == [1, MIDDLE_PAGE]


def test_a_silent_change_in_the_middle_is_found_by_the_next_sweep(account, client, every, clock):
    look(client)
    account.edit(changed={MIDDLE: {"status": "canceled"}}, gone=[MIDDLE + 7])
    clock.advance(timedelta(seconds=LONGEST_SWEEP_SECONDS))
    keep_up(client)

    assert known(client) == every()


def test_a_clock_that_is_put_back_hides_no_change(account, client, every, pages, clock):
    look(client)
    clock.advance(timedelta(minutes=-90))
    account.edit(inserted={3: FIRST_ID + COUNT + 100})
    pages()
    look(client)

    assert pages()[0] == 1
    assert known(client) == every()


def test_after_a_clock_was_put_back_sweeps_go_on(account, client, every, clock):
    look(client)
    clock.advance(timedelta(days=-30))
    look(client)
    account.edit(changed={MIDDLE: {"status": "canceled"}})
    clock.advance(timedelta(seconds=LONGEST_SWEEP_SECONDS + 1))
    keep_up(client)

    assert known(client) == every()


def test_no_sweep_is_made_before_it_is_due(client, clock, pages):
    look(client)
    pages()
    keep_up(client)
    assert pages() == []

    client.appointment_changed(None)
    clock.advance(timedelta(minutes=6))
    keep_up(client)
    assert len(pages()) > COUNT // SIZE


def test_looks_come_by_every_page_that_is_not_over(account, client, every):
    look(client)
    account.edit(changed={MIDDLE: {"status": "canceled"}})
    for _ in range(MIDDLE_PAGE):
        look(client)

    assert known(client) == every()


LOADER = """
import sys
from pathlib import Path
from tests.bookablesites.mirror.over_http.asking import LIVE, busy
from tests.simulator.clients import account_of, client_of
from tests.simulator.simulator import Simulator
from widget_server.clock import SystemClock
from widget_server.remote import mirror_of
account = Simulator(int(sys.argv[1]), (sys.argv[2], sys.argv[3]))
mirror = mirror_of(account_of(account, **LIVE), 1, Path(sys.argv[4]), SystemClock())
busy(client_of(account, **LIVE).mirrored(mirror))
"""


def test_a_killed_loader_is_followed_by_one_that_goes_on(account, make, every, pages, tmp_path):
    whole = every()
    last = max(pages())
    account.on("GET */appointments", "delay", seconds=0.05)
    arguments = [str(account.port), *account.credentials, str(tmp_path)]
    loader = subprocess.Popen([sys.executable, "-c", LOADER, *arguments], cwd=ROOT)
    read: list[int] = []
    while len(read) < 6:
        assert loader.poll() is None
        read += pages()
    loader.kill()
    loader.wait()
    read += pages()
    found, went_on = busy(make()), pages()

    assert read == list(range(1, len(read) + 1))
    # What was asked for last may not have been kept.
    assert went_on[0] in range(len(read) - 1, len(read) + 1)
    assert went_on[: last + 1 - went_on[0]] == list(range(went_on[0], last + 1))
    assert found == whole


def test_two_workers_load_once(make, every, pages):
    whole = every()
    last = max(pages())
    workers = [make(), make()]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(look, workers))

    assert [known(worker) for worker in workers] == [whole, whole]
    # Both have looked, besides.
    assert len(pages()) <= last + 2 * 2


def test_whoever_cannot_wait_is_told_to_come_again(client, pages):
    hurried = client.within(Deadline.within(30, SystemTicks()))
    with client._mirror._alone() as alone:  # noqa: SLF001
        assert alone
        with pytest.raises(PlatformError) as refusal:
            busy(hurried)

    assert "first time" in refusal.value.detail
    assert pages() == []


def test_a_malformed_page_costs_no_other(account, client, every, pages):
    whole = every()
    account.on("GET */appointments", "malformed", 1, kind="only ids")
    with pytest.raises(InvalidAnswer):
        look(client)
    look(client)

    assert known(client) == whole


def test_what_is_kept_of_another_account_is_not_told(client, make, pages):
    busy(client)
    pages()
    other = busy(make(STATUS_ALIASES="approved:pending"))

    assert {row["status"] for (id_, _), row in other.items() if id_ >= FIRST_ID} == {"pending"}
    assert len(pages()) > COUNT // SIZE


@pytest.mark.parametrize(
    "settings", [{"EXTENSIONS": "on"}, {"APPOINTMENT_FILTERS": "from:date_from,to:date_to"}]
)
def test_an_account_that_knows_dates_has_no_copy(account, tmp_path, clock, settings):
    assert mirror_of(account_of(account, **LIVE | settings), 1, tmp_path, clock) is None


def test_a_look_that_began_after_one_has_asked_is_as_good_as_ones_own(client, pages, clock):
    look(client)
    pages()
    # As another worker notes it.
    client._mirror.file.note(looked=clock.now().timestamp() + 1)  # noqa: SLF001
    look(client)
    assert pages() == []

    clock.advance(timedelta(seconds=1))
    look(client)
    assert pages()[0] == 1


def test_what_is_known_is_told_while_the_account_does_not_answer(account, client, every, clock):
    assert client.known_busy_times(clock.now(), clock.now(), BERLIN) == ([], None)
    look(client)
    now, whole = clock.now(), every()
    account.on("GET */appointments", "malformed", kind="page of the website")
    with pytest.raises(PlatformError):
        look(client)
    around = now - timedelta(days=400), now + timedelta(days=400)
    rows, looked = client.known_busy_times(*around, BERLIN)

    assert {(row["id"], row["employee"]): row for row in rows} == whole
    assert now - timedelta(seconds=1) < looked < now
