"""Settings: read once, refused with a sentence that names the wrong one."""

from dataclasses import astuple
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


def test_who_serves_nobody_needs_nothing_at_all():
    settings = Settings.from_env({}, serving=False)

    assert (settings.demo, settings.public_url, settings.secret_key) == (False, None, None)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://book.example.org"}, "SECRET_KEY"),
        (DEMO | {"PORT": "eighty"}, "PORT"),
        (DEMO | {"PORT": "70000"}, "PORT"),
        (DEMO | {"DEMO": "maybe"}, "DEMO"),
        (DEMO | {"BOT_DEFENCE": "adaptive"}, "BOT_DEFENCE"),
        (DEMO | {"BOT_DEFENSE": "on"}, "BOT_DEFENSE"),
        (DEMO | {"SECRET_KEY": "short"}, "SECRET_KEY"),
        (DEMO | {"ALLOWED_ORIGINS": "https://a.example/path"}, "ALLOWED_ORIGINS"),
        (DEMO | {"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
        (DEMO | {"BUSINESS_TIMEZONE": "Mars/Base"}, "BUSINESS_TIMEZONE"),
        (DEMO | {"BOOKABLESITES_URI": "https://x.example"}, "BOOKABLESITES_URI"),
        (DEMO | {"SMTP_URL": "smtp://mail.example.org"}, "MAIL_FROM"),
        (DEMO | {"SMTP_URL": "mail.example.org", "MAIL_FROM": "a@example.org"}, "SMTP_URL"),
        (DEMO | {"SMTP_URL": "smtp://a:pa/ss@m.example", "MAIL_FROM": "a@b.example"}, "SMTP_URL"),
        (DEMO | {"SMTP_URL": "smtp://a@m.example", "MAIL_FROM": "a@b.example"}, "SMTP_URL"),
        (DEMO | {"MAIL_FROM": "Studio"}, "MAIL_FROM"),
        (DEMO | {"MAIL_FROM": "a@example.org\nBcc: b@example.org"}, "MAIL_FROM"),
        (DEMO | {"MAIL_OWNER": "Studio <a@example.org>"}, "MAIL_OWNER"),
        (DEMO | {"MAIL_REMINDER_HOURS": "-1"}, "MAIL_REMINDER_HOURS"),
        (DEMO | {"MAIL_SENDER": "a@example.org"}, "MAIL_SENDER"),
        (ACCOUNT | {"MAIL_OWNER": "a@example.org"}, "SMTP_URL"),
        (DEMO | {"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        (DEMO | {"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        (DEMO | {"METRICS_TOKENS": "long enough"}, "METRICS_TOKENS"),
        (DEMO | {"REDIS_URL": "http://127.0.0.1"}, "REDIS_URL"),
        (DEMO | {"SCHEDULES_FILE": "schedules.json"}, "SCHEDULES_FILE"),
        (DEMO | {"SCHEDULES_PATH": "schedules.json"}, "SCHEDULES_PATH"),
        (DEMO | {"AVAILABILITY_SOURCE": "both"}, "AVAILABILITY_SOURCE"),
        (DEMO | {"AVAILABILITY_SOURCE": "guess"}, "AVAILABILITY_SOURCE"),
        (ACCOUNT | {"AVAILABILITY_SOURCE": "computed"}, "AVAILABILITY_SOURCE"),
        (ACCOUNT | {"AVAILABILITY_SOURCE": "both"}, "AVAILABILITY_SOURCE"),
        (ACCOUNT | {"BOOKABLESITES_URL": "http://salon.example.org"}, "BOOKABLESITES_URL"),
        (ACCOUNT | {"BUSINESS_NAME": ""}, "BUSINESS_NAME"),
        (DEMO | {"BUSINESS_MAX_ACTIVE_BOOKINGS": "0"}, "BUSINESS_MAX_ACTIVE_BOOKINGS"),
        (DEMO | {"BUSINESS_CANCEL_LIMIT_MINUTES": "-5"}, "BUSINESS_CANCEL_LIMIT_MINUTES"),
        (ACCOUNT | {"BOOKABLESITES_CLIENT_SECRET": ""}, "BOOKABLESITES_CLIENT_SECRET"),
    ],
)
def test_a_wrong_setting_is_named(environ, name):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ)

    assert str(caught.value).startswith(name + " ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN_STYLE", "xml"),
        ("TOKEN_PATH", "token"),
        ("TOKEN_SECONDS", "0"),
        ("TIMEOUT_SECONDS", "ten"),
        ("DEADLINE_SECONDS", "9"),
        ("PARALLEL_CALLS", "0"),
        ("CALLS_PER_MINUTE", "-1"),
        ("APPOINTMENT_FILTERS", "from"),
        ("APPOINTMENT_FILTERS", "since:date_from"),
        ("SORT_PARAMS", "sort=id"),
        ("STATUS_ALIASES", "storniert"),
        ("BOOKING_STATUS", "approved"),
        ("BOOKING_ID_KIND", "customer"),
        ("BOOKING_FIELDS", "note:"),
        ("BOOKING_FIELDS", "colour:colour"),
        ("AVAILABILITY_PARAMS", "service:a b"),
        ("AVAILABILITY_SHAPE", "round"),
        ("TIMEZONE", "Mars/Base"),
        ("DATETIME_FORMATS", "%H:%M"),
        ("DATETIME_FORMATS", "%Y-%m-%d"),
        ("DURATION_UNIT", "hours"),
        ("PHONE_FIELD", "phone number"),
        ("PHONE_FORMAT", "national"),
        ("CUSTOMER_SEARCH_PARAM", "e mail"),
        ("CANCEL_STRATEGY", "hope"),
        ("RESCHEDULE_STRATEGY", "both"),
        ("CONFLICT_STATUSES", "200"),
    ],
)
def test_a_wrong_setting_of_the_account_is_named(name, value):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(ACCOUNT | {f"BOOKABLESITES_{name}": value})

    assert str(caught.value).startswith(f"BOOKABLESITES_{name} ")


@pytest.mark.parametrize(
    ("environ", "source"),
    [
        (DEMO, "computed"),
        (DEMO | {"AVAILABILITY_SOURCE": "platform"}, "platform"),
        (ACCOUNT, "platform"),
        (ACCOUNT | {"SCHEDULES_FILE": "schedules.json"}, "platform"),
        (ACCOUNT | {"SCHEDULES_FILE": "s.json", "AVAILABILITY_SOURCE": "both"}, "both"),
        (ACCOUNT | {"SCHEDULES_FILE": "s.json", "AVAILABILITY_SOURCE": "computed"}, "computed"),
        (ACCOUNT | {"BOOKABLESITES_EXTENSIONS": "on"}, "computed"),
        (ACCOUNT | {"BOOKABLESITES_EXTENSIONS": "on", "AVAILABILITY_SOURCE": "both"}, "both"),
    ],
)
def test_slots_come_from_where_they_can_be_known(environ, source):
    assert Settings.from_env(environ).availability_source == source


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, "starttls", None, None)),
        ("smtps://mail.example.org", ("mail.example.org", 465, "tls", None, None)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "none", None, None)),
        ("smtp://a%40b:p%2Fs@m.example:25", ("m.example", 25, "starttls", "a@b", "p/s")),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, server):
    mails = Settings.from_env(DEMO | {"SMTP_URL": url, "MAIL_FROM": "a@example.org"}).mails

    assert mails
    assert mails.server
    assert server == astuple(mails.server)


def test_a_mail_servers_password_may_come_from_a_file_and_shows_nowhere(tmp_path: Path):
    secret = tmp_path / "smtp"
    secret.write_text("smtp://studio:canary@mail.example.org\n")

    environ = DEMO | {"SMTP_URL_FILE": str(secret), "MAIL_FROM": "Studio <a@example.org>"}
    settings = Settings.from_env(environ)

    assert settings.mails
    assert settings.mails.server
    assert settings.mails.server.password == "canary"
    assert settings.mails.sender == "Studio <a@example.org>"
    assert "canary" not in repr(settings) + repr(settings.mails)


def test_no_mails_are_sent_where_a_platform_sends_them_unless_asked_for():
    server = {"SMTP_URL": "smtp://127.0.0.1", "MAIL_FROM": "a@example.org"}

    asked_for = [bool(Settings.from_env(env).mails) for env in (ACCOUNT, ACCOUNT | server, DEMO)]

    assert asked_for == [False, True, True]


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("k" * 40 + "\n")

    settings = Settings.from_env(DEMO | {"SECRET_KEY_FILE": str(secret)})

    assert settings.secret_key == "k" * 40


SECRETS = (
    "BOOKABLESITES_CLIENT_ID", "BOOKABLESITES_CLIENT_SECRET", "DATABASE_URL", "METRICS_TOKEN",
    "REDIS_URL", "SECRET_KEY", "SECRET_KEY_PREVIOUS", "SMTP_URL", "WEBHOOK_TOKEN",
)  # fmt: skip


@pytest.mark.parametrize("mode", [DEMO, ACCOUNT], ids=["demo", "account"])
@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    ("content", "told"),
    [(b" \n", "is empty"), (b"\xff", "cannot be read"), (None, "cannot be read")],
    ids=["empty", "no-text", "missing"],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, mode, name, content, told):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    environ = {key: value for key, value in mode.items() if key != name}

    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ | {f"{name}_FILE": str(secret)})

    assert str(refused.value) == f"{name}_FILE names a file that {told}."


def test_a_secret_given_twice_is_refused(tmp_path: Path):
    environ = DEMO | {"SECRET_KEY": "k" * 40, "SECRET_KEY_FILE": str(tmp_path / "secret")}

    with pytest.raises(SettingsError, match="both set"):
        Settings.from_env(environ)


def test_no_secret_shows_in_the_settings_text():
    text = repr(Settings.from_env(ACCOUNT | {"SECRET_KEY": "another-canary" * 4}))

    assert "canary" not in text
    assert "salon.admin.example.org" in text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ALLOWED_ORIGIN", "ALLOWED_ORIGINS"),
        ("DATADIR", "DATA_DIR"),
        ("WEB_CONCURENCY", "WEB_CONCURRENCY"),
        ("PUBLIC_URI", "PUBLIC_URL"),
        ("REDIS_URI", "REDIS_URL"),
        ("DATABSE_URL_FILE", "DATABASE_URL_FILE"),
    ],
)
def test_a_misspelt_name_is_told_with_what_was_meant(name, meant):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"DEMO": "on", name: "x"})

    assert str(caught.value) == f"{name} is no setting; {meant} is."


@pytest.mark.parametrize(
    "name",
    ["HOSTNAME", "PORTS", "XDG_DATA_DIRS", "SECRET_KEY_BASE", "REDIS_TLS_URL", "HOME", "PYTHONPATH",
     "DATABASE_HOST", "DATA_DIR_2", "DATA_DIRS", "POSTGRES_URL", "TEST_DATABASE_URL",
     "TEST_REDIS_URL", "PUBLIC_IP", "GHOST", "LANG", "MAKEFLAGS"],
)  # fmt: skip
def test_names_of_others_are_left_alone(name):
    assert Settings.from_env({"DEMO": "on", name: "x"}).demo
