"""The engine: which starts are open. Pure functions of their arguments.

`find_slots` lists them, `check_start` asks about one, `explain_start` and `explain_day` say why.
How it works is told at the head of `slots`.
"""

from widget_server.availability.assign import Assignment, assign
from widget_server.availability.busy import BusyTimes
from widget_server.availability.explain import (
    Explanation,
    Reason,
    Verdict,
    explain_day,
    explain_start,
)
from widget_server.availability.lifetime import valid_until
from widget_server.availability.model import (
    Appointment,
    Business,
    Capacity,
    DayOff,
    Employee,
    EmployeeService,
    Extra,
    Location,
    Period,
    QueryError,
    Rules,
    Service,
    Slot,
    SlotItem,
    SlotQuery,
    SpecialDay,
    WorkingHours,
)
from widget_server.availability.slots import FoundSlots, check_start, find_slots, next_start

__all__ = [
    "Appointment",
    "Assignment",
    "Business",
    "BusyTimes",
    "Capacity",
    "DayOff",
    "Employee",
    "EmployeeService",
    "Explanation",
    "Extra",
    "FoundSlots",
    "Location",
    "Period",
    "QueryError",
    "Reason",
    "Rules",
    "Service",
    "Slot",
    "SlotItem",
    "SlotQuery",
    "SpecialDay",
    "Verdict",
    "WorkingHours",
    "assign",
    "check_start",
    "explain_day",
    "explain_start",
    "find_slots",
    "next_start",
    "valid_until",
]
