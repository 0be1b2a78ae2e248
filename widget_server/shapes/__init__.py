"""The JSON shapes of services, schedules and appointments, to and from engine values."""
