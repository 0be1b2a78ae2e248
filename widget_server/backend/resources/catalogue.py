"""Services, locations, coupons, custom fields: what the business offers and asks."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session, selectinload

from widget_server.backend.models import Coupon, CustomField, Location, Service
from widget_server.backend.resources.blueprint import Data
from widget_server.backend.resources.collection import Collection
from widget_server.backend.rules import catalogue
from widget_server.backend.rules.coupons import code_key
from widget_server.backend.schemas.business import CouponQuery, CouponSchema, CustomFieldSchema
from widget_server.backend.schemas.catalogue import (
    LocationSchema,
    ServiceQuery,
    ServiceSchema,
)


def _narrow_services(_session: Session, query: Select[Any], asked: Data) -> Select[Any]:
    if "category" in asked:
        query = query.where(Service.category == asked["category"])
    return query


def _narrow_coupons(_session: Session, query: Select[Any], asked: Data) -> Select[Any]:
    if "code" in asked:
        query = query.where(Coupon.code_key == code_key(asked["code"]))
    return query


SERVICES = Collection(
    path="services",
    noun="service",
    model=Service,
    schema=ServiceSchema,
    query=ServiceQuery,
    lock=catalogue.lock_for_buffers,
    write=catalogue.write_service,
    delete=catalogue.hide,
    narrow=_narrow_services,
    options=(selectinload(Service.extras),),
)
LOCATIONS = Collection(
    path="locations",
    noun="location",
    model=Location,
    schema=LocationSchema,
    delete=catalogue.hide,
)
COUPONS = Collection(
    path="coupons",
    noun="coupon",
    model=Coupon,
    schema=CouponSchema,
    query=CouponQuery,
    write=catalogue.write_coupon,
    delete=catalogue.delete_coupon,
    narrow=_narrow_coupons,
)
CUSTOM_FIELDS = Collection(
    path="custom-fields",
    noun="custom_field",
    model=CustomField,
    schema=CustomFieldSchema,
    write=catalogue.write_custom_field,
)
