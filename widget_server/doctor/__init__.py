"""Looks at settings, machine, databases, Redis and the account, and says what to do.

Each check is a function that yields findings (`findings.py`); `running.py` sees to it that none
hides the others. Nothing is changed anywhere, but that the account gives a token.
"""

from widget_server.doctor.examination import examine
from widget_server.doctor.findings import Report, Status
from widget_server.doctor.report import as_json, as_text

__all__ = ["Report", "Status", "as_json", "as_text", "examine"]
