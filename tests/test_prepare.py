"""What is made before the first worker serves."""

import stat

from tests.web.conftest import start_site


def test_nobody_else_on_the_machine_can_read_the_data(tmp_path):
    start_site(tmp_path / "data").get("/v1/business")
    files = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "data").iterdir()
        if path.name.startswith(("backend.sqlite", "ledger.sqlite", "credentials", "secret_key"))
    }
    assert {"backend.sqlite", "ledger.sqlite", "credentials.json", "secret_key"} <= set(files)
    assert set(files.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
