"""Where open slots may come from."""

from widget_server.catalogue.sources import source_named
from widget_server.settings import SOURCES


def test_there_is_a_source_for_each_that_can_be_set():
    assert tuple(source_named(name).name for name in SOURCES) == SOURCES
