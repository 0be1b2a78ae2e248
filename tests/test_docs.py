"""The documents keep up with the code."""

import re
from pathlib import Path

from widget_server.settings import Settings

ROOT = Path(__file__).parent.parent


class Recorder(dict[str, str]):
    """An environment that remembers which names were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def test_every_setting_is_documented():
    environ = Recorder({"DEMO": "on"})
    Settings.from_env(environ)
    account = {
        "DEMO": "on", "BOOKABLESITES_URL": "https://a.example", "BOOKABLESITES_CLIENT_ID": "a",
        "BOOKABLESITES_CLIENT_SECRET": "b", "BUSINESS_NAME": "c", "BUSINESS_TIMEZONE": "UTC",
        "BUSINESS_CURRENCY": "EUR", "BUSINESS_LANGUAGES": "en",
    }  # fmt: skip
    remote = Recorder(account)
    Settings.from_env(remote)
    asked = environ.asked | remote.asked
    # NAME_FILE belongs to NAME, unless it is a setting of its own.
    names = {name for name in asked if name.removesuffix("_FILE") not in asked - {name}}

    rows = [
        line for line in (ROOT / "docs/settings.md").read_text().splitlines() if line[:3] == "| `"
    ]
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}

    assert names == documented
