"""`widget-server demo`: one command, no setting, and the demo business is there."""

from tests.conftest import serving


def test_the_demo_is_served_without_any_setting(tmp_path, monkeypatch):
    # Where it is started from is all it is told, but for a port that is free here.
    monkeypatch.chdir(tmp_path)
    with serving(tmp_path / "data", command="demo") as demo:
        assert demo.get("/v1/services").json()
        assert "<booking-widget" in demo.get("/").text


def test_it_is_the_demo_whatever_the_environment_says(tmp_path):
    with serving(tmp_path, command="demo", DATA_DIR=str(tmp_path), DEMO="off") as demo:
        assert demo.get("/v1/services").json()
