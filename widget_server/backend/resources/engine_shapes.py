"""The rows as the engine's JSON shapes: what it needs to list open starts."""

from collections.abc import Container
from typing import Any

from widget_server.backend.models import Appointment, Business, Employee, Extra, Service
from widget_server.backend.rules.statuses import OPEN

Data = dict[str, Any]


def settings_shape(business: Business) -> Data:
    """Return the business's settings."""
    return {
        "timezone": business.timezone,
        "slot_step_minutes": business.slot_step,
        "slot_alignment": business.slot_alignment,
        "minimum_notice_minutes": business.minimum_notice,
        "booking_window_days": business.booking_window_days,
        "buffers_within_hours": business.buffers_within_hours,
        "use_service_duration_as_step": business.use_service_duration_as_step,
        "step_includes_buffers": business.step_includes_buffers,
    }


def service_shape(service: Service) -> Data:
    """Return a service."""
    return {
        "id": service.id,
        "name": service.name,
        "duration_minutes": service.duration,
        "buffer_before_minutes": service.buffer_time_before,
        "buffer_after_minutes": service.buffer_time_after,
        "slot_step_minutes": service.slot_step,
        "minimum_notice_minutes": service.minimum_notice,
        "booking_window_days": service.booking_window_days,
        "capacity": {
            "min": service.min_capacity,
            "max": service.max_capacity,
            "allow_below_min": service.allow_below_min,
        },
        "extras": [_extra(extra) for extra in service.extras],
    }


def employee_shape(employee: Employee, services: Container[int]) -> Data:
    """Return an employee with the services that there still are."""
    return {
        "id": employee.id,
        "first_name": employee.first_name,
        "last_name": employee.last_name,
        "timezone": employee.timezone,
        "location": employee.location_id,
        "services": [
            {
                "id": own.service_id,
                "duration_minutes": own.duration,
                "price": None,
                "capacity": own.capacity,
            }
            for own in employee.services
            if own.service_id in services
        ],
        "working_hours": employee.working_hours,
        "special_days": employee.special_days,
        "days_off": employee.days_off,
    }


def appointment_shape(appointment: Appointment) -> Data:
    """Return an appointment with the buffers that were written down with it."""
    persons = sum(booking.persons for booking in appointment.bookings if booking.status in OPEN)
    return {
        "id": appointment.id,
        "service": appointment.service_id,
        "employee": appointment.employee_id,
        "location": appointment.location_id,
        "start": appointment.start.isoformat(),
        "end": appointment.end.isoformat(),
        "status": appointment.status,
        "persons": max(1, persons),
        "buffer_before_minutes": appointment.buffer_before,
        "buffer_after_minutes": appointment.buffer_after,
    }


def _extra(extra: Extra) -> Data:
    return {
        "id": extra.id,
        "name": extra.name,
        "duration_minutes": extra.duration,
        "price": str(extra.price),
        "max_quantity": extra.max_quantity,
    }
