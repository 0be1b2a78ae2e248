"""`widget-server demo`: one command, no setting, and the demo business is there."""

import os

from tests.conftest import Server
from tests.ports import free_port


def test_the_demo_is_served_without_any_setting(tmp_path, monkeypatch):
    # Where it is started from is all it is told, but for a port that is free here.
    monkeypatch.chdir(tmp_path)
    port = free_port()
    environ = {"PATH": os.environ["PATH"], "PORT": str(port)}
    demo = Server(tmp_path / "data", port, environ, command="demo")
    demo.start()
    try:
        assert demo.get("/v1/services").json()
        assert "<booking-widget" in demo.get("/").text
    finally:
        demo.kill()


def test_it_is_the_demo_whatever_the_environment_says(tmp_path):
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"], "PORT": str(port), "DATA_DIR": str(tmp_path), "DEMO": "off",
    }  # fmt: skip
    demo = Server(tmp_path, port, environ, command="demo")
    demo.start()
    try:
        assert demo.get("/v1/services").json()
    finally:
        demo.kill()
