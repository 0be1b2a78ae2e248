"""Customers and employees."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from widget_server.backend.models import AssignedService, Customer, Employee
from widget_server.backend.resources.blueprint import Data
from widget_server.backend.resources.collection import Collection
from widget_server.backend.rules import catalogue
from widget_server.backend.schemas.people import (
    CustomerQuery,
    CustomerSchema,
    EmployeeQuery,
    EmployeeSchema,
)


def _narrow_customers(query: Select[Any], asked: Data) -> Select[Any]:
    if "email" in asked:
        query = query.where(Customer.email_key == asked["email"].casefold())
    for word in asked.get("search", "").split():
        columns = (Customer.first_name, Customer.last_name, Customer.email, Customer.phone_number)
        query = query.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return query


def _narrow_employees(query: Select[Any], asked: Data) -> Select[Any]:
    if "service" in asked:
        givers = select(AssignedService.employee_id)
        query = query.where(
            Employee.id.in_(givers.where(AssignedService.service_id == asked["service"]))
        )
    if "location" in asked:
        query = query.where(Employee.location_id == asked["location"])
    return query


CUSTOMERS = Collection(
    path="customers",
    noun="customer",
    model=Customer,
    schema=CustomerSchema,
    query=CustomerQuery,
    write=catalogue.write_customer,
    delete=catalogue.delete_customer,
    narrow=_narrow_customers,
    order=(Customer.created_at.desc(), Customer.id.desc()),
)
EMPLOYEES = Collection(
    path="employees",
    noun="employee",
    model=Employee,
    schema=EmployeeSchema,
    query=EmployeeQuery,
    write=catalogue.write_employee,
    delete=catalogue.hide,
    narrow=_narrow_employees,
    options=(selectinload(Employee.services),),
)
