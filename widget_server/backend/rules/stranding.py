"""Which appointments ahead no longer lie in their employee's working time.

They are reported, never touched: to move or cancel them is for people.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from widget_server.backend.models import Appointment, Employee
from widget_server.backend.rules.statuses import OPEN
from widget_server.backend.rules.working_time import covers, openings
from widget_server.backend.work import Work

SCHEDULE_FIELDS = {"working_hours", "special_days", "days_off", "timezone", "location_id"}


def outside_hours(work: Work, employee: Employee) -> set[int]:
    """Return the ids of the open appointments ahead that lie outside working time."""
    ahead = select(Appointment).where(
        Appointment.employee_id == employee.id,
        Appointment.status.in_(OPEN),
        Appointment.occupied_to > work.now,
    )
    zone = ZoneInfo(employee.timezone or work.business.timezone)
    with work.session.no_autoflush:
        return {
            appointment.id
            for appointment in work.session.scalars(ahead)
            if not _in_hours(employee, appointment, zone)
        }


def _in_hours(employee: Employee, appointment: Appointment, zone: ZoneInfo) -> bool:
    first = appointment.start.astimezone(zone).date() - timedelta(days=1)
    last = appointment.end.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    fitting = [
        opening
        for opening in openings(employee, days, zone)
        if opening.services is None or appointment.service_id in opening.services
        if None in (opening.location, appointment.location_id)
        or opening.location == appointment.location_id
    ]
    return covers(fitting, appointment.start, appointment.end)
