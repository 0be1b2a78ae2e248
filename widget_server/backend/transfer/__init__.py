"""The whole business as one file, out of one database and into another."""

from widget_server.backend.transfer.exporting import export_lines
from widget_server.backend.transfer.importing import NotEmpty, import_lines
from widget_server.backend.transfer.lines import BrokenFile, read_lines

__all__ = ["BrokenFile", "NotEmpty", "export_lines", "import_lines", "read_lines"]
