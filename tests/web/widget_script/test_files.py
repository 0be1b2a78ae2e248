"""Pieces of the widget, those of an earlier build among them."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.web.widget_script.files import KEPT, KEPT_FOLDER, WidgetFiles, keep_pieces

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIRST, SECOND = "chunk-AAAAAAAA.js", "chunk-BBBBBBBB.js"
TEXTS = "i18n/de-CCCCCCCC.js"


@pytest.fixture
def build(tmp_path):
    """Build the widget anew, as an upgrade does."""
    folder = tmp_path / "dist"

    def made(*names):
        for old in folder.rglob("*.js"):
            old.unlink()
        for name in (*names, "v1.js"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"// {name} {names}")
        return folder

    return made


def served(folder, kept, *names):
    files = WidgetFiles(folder, kept)
    return [files.piece(name) is not None for name in names]


def test_after_an_upgrade_earlier_pieces_are_still_there(build, tmp_path):
    kept = tmp_path / KEPT_FOLDER
    keep_pieces(build(FIRST, TEXTS), kept, NOW)
    folder = build(SECOND)
    keep_pieces(folder, kept, NOW)

    assert served(folder, kept, FIRST, TEXTS, SECOND) == [True, True, True]
    assert served(folder, tmp_path / "nowhere", FIRST, TEXTS, SECOND) == [False, False, True]


def test_what_is_long_out_of_use_goes_and_what_is_in_use_stays(build, tmp_path):
    kept = tmp_path / KEPT_FOLDER
    keep_pieces(build(FIRST), kept, NOW - KEPT)
    folder = build(SECOND)
    keep_pieces(folder, kept, NOW - KEPT)
    keep_pieces(folder, kept, NOW)
    assert served(folder, kept, FIRST) == [True]

    keep_pieces(folder, kept, NOW + timedelta(seconds=1))
    assert served(folder, kept, FIRST, SECOND) == [False, True]
    assert (kept / SECOND).exists()


def test_the_loader_is_never_an_earlier_one(build, tmp_path):
    kept = tmp_path / KEPT_FOLDER
    folder = build(FIRST)
    keep_pieces(folder, kept, NOW)
    (folder / "v1.js").unlink()
    assert (WidgetFiles(folder, kept).loader, (kept / "v1.js").exists()) == (None, False)


@pytest.mark.parametrize("name", ["../secret_key", "chunk-AAAAAAAA.css", "i18n/../v1.js", "v1.js"])
def test_nothing_but_pieces_is_served_from_there(build, tmp_path, name):
    kept = tmp_path / KEPT_FOLDER
    kept.mkdir()
    (tmp_path / "secret_key").write_text("secret")
    assert WidgetFiles(build(FIRST), kept).piece(name) is None


def test_a_server_serves_what_an_earlier_build_had(make_site):
    site = make_site()
    old = site.data_dir / KEPT_FOLDER / FIRST
    old.write_text("// earlier")

    answer = site.get(f"/widget/{FIRST}")

    assert (answer.status_code, answer.text) == (200, "// earlier")
    assert "immutable" in answer.headers["Cache-Control"]
