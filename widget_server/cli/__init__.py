"""The command line: widget-server."""
