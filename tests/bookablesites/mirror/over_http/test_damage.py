"""A copy whose file is damaged or taken away."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from tests.bookablesites.mirror.over_http.asking import (
    COUNT,
    known,
    look,
)
from tests.simulator.generated import FIRST_ID
from widget_server.bookablesites.errors import PlatformError


@pytest.mark.parametrize("kept", [1, 2], ids=["all but the first page", "half"])
def test_a_file_that_is_damaged_is_begun_anew(client, every, tmp_path, kept):
    look(client)
    damage(tmp_path, kept)
    with suppress(PlatformError):
        look(client)
    look(client)

    assert known(client) == every()


def damage(folder, kept):
    """Overwrite the pages of the file, but for as many at its beginning, or its second half."""
    [file] = folder.glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    begin = 4096 if kept == 1 else size // 2
    with file.open("r+b") as raw:
        raw.seek(begin)
        raw.write(b"\xa5" * (size - begin))


@pytest.mark.parametrize("which", ["*.sqlite", "*.sqlite-*", "*.sqlite*"])
def test_a_file_that_is_removed_is_begun_anew(client, make, every, account, tmp_path, which):
    another = make()
    look(client)
    look(another)
    for file in tmp_path.glob(which):
        file.unlink()
    account.edit(inserted={3: FIRST_ID + COUNT + 100})
    with ThreadPoolExecutor(1) as somebody_else:
        somebody_else.submit(look, another).result()
    look(client)
    look(another)

    assert known(client) == known(another) == every()
