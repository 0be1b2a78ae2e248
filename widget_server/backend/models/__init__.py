"""The tables: importing this room loads them all, so that the metadata is whole."""

from widget_server.backend.models.access import Client, Token
from widget_server.backend.models.appointments import Appointment, Booking
from widget_server.backend.models.base import Base, Numbered
from widget_server.backend.models.business import Business, CustomField
from widget_server.backend.models.catalogue import Extra, Location, Service
from widget_server.backend.models.coupons import Coupon
from widget_server.backend.models.events import Event
from widget_server.backend.models.people import AssignedService, Customer, Employee
from widget_server.backend.models.webhooks import Delivery, Webhook

__all__ = [
    "Appointment",
    "AssignedService",
    "Base",
    "Booking",
    "Business",
    "Client",
    "Coupon",
    "CustomField",
    "Customer",
    "Delivery",
    "Employee",
    "Event",
    "Extra",
    "Location",
    "Numbered",
    "Service",
    "Token",
    "Webhook",
]
