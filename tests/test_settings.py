"""Settings: read once, refused with a sentence that names the wrong one."""

from pathlib import Path

import pytest

from widget_server.settings import Settings, SettingsError

DEMO = {"DEMO": "on"}
ACCOUNT = {
    "DEMO": "on",
    "BOOKABLESITES_URL": "https://salon.admin.example.org",
    "BOOKABLESITES_CLIENT_ID": "id",
    "BOOKABLESITES_CLIENT_SECRET": "canary-secret",
    "BUSINESS_NAME": "Salon",
    "BUSINESS_TIMEZONE": "Europe/Berlin",
    "BUSINESS_CURRENCY": "eur",
    "BUSINESS_LANGUAGES": "en,de",
}


def test_demo_needs_nothing_else():
    settings = Settings.from_env(DEMO)

    assert (settings.host, settings.port, settings.web_concurrency) == ("127.0.0.1", 8000, 2)
    assert settings.account is None


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://book.example.org"}, "SECRET_KEY"),
        (DEMO | {"PORT": "eighty"}, "PORT"),
        (DEMO | {"PORT": "70000"}, "PORT"),
        (DEMO | {"DEMO": "maybe"}, "DEMO"),
        (DEMO | {"SECRET_KEY": "short"}, "SECRET_KEY"),
        (DEMO | {"ALLOWED_ORIGINS": "https://a.example/path"}, "ALLOWED_ORIGINS"),
        (DEMO | {"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
        (DEMO | {"BUSINESS_TIMEZONE": "Mars/Base"}, "BUSINESS_TIMEZONE"),
        (DEMO | {"BOOKABLESITES_URI": "https://x.example"}, "BOOKABLESITES_URI"),
        (DEMO | {"REDIS_URL": "redis://127.0.0.1"}, "REDIS_URL"),
        (ACCOUNT | {"BOOKABLESITES_URL": "http://salon.example.org"}, "BOOKABLESITES_URL"),
        (ACCOUNT | {"BUSINESS_NAME": ""}, "BUSINESS_NAME"),
        (ACCOUNT | {"BOOKABLESITES_CLIENT_SECRET": ""}, "BOOKABLESITES_CLIENT_SECRET"),
    ],
)
def test_a_wrong_setting_is_named(environ, name):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ)

    assert str(caught.value).startswith(name + " ")


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("k" * 40 + "\n")

    settings = Settings.from_env(DEMO | {"SECRET_KEY_FILE": str(secret)})

    assert settings.secret_key == "k" * 40


def test_a_secret_given_twice_is_refused(tmp_path: Path):
    environ = DEMO | {"SECRET_KEY": "k" * 40, "SECRET_KEY_FILE": str(tmp_path / "secret")}

    with pytest.raises(SettingsError, match="both set"):
        Settings.from_env(environ)


def test_no_secret_shows_in_the_settings_text():
    text = repr(Settings.from_env(ACCOUNT | {"SECRET_KEY": "another-canary" * 4}))

    assert "canary" not in text
    assert "salon.admin.example.org" in text
