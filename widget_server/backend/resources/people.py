"""Customers and employees."""

from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from widget_server.backend.models import AssignedService, Customer, Employee
from widget_server.backend.resources.blueprint import Data
from widget_server.backend.resources.collection import Collection
from widget_server.backend.rules import catalogue, search
from widget_server.backend.schemas.people import (
    CustomerQuery,
    CustomerSchema,
    EmployeeQuery,
    EmployeeSchema,
)


def _narrow_customers(
    session: Session, query: Select[Any], asked: Data, *, many: bool
) -> Select[Any]:
    if "email" in asked:
        query = query.where(Customer.email_key == search.email_key(asked["email"]))
    return query.where(*search.conditions(session, asked.get("search", "").split(), many=many))


def _narrow_employees(_session: Session, query: Select[Any], asked: Data) -> Select[Any]:
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
    narrow=partial(_narrow_customers, many=False),
    narrow_many=partial(_narrow_customers, many=True),
    order=(Customer.id.desc(),),
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
