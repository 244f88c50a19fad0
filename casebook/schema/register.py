"""Requests with their callers, and the work orders with their deadlines."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from casebook.schema.columns import instant, metadata, request_key, work_order_key
from casebook.schema.sealed import Sealed, blind_index

request_numbers = Table(
    "request_numbers",
    metadata,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)


requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("caller_kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("datum", Text),
    instant("received_at", required=True),
    instant("taken_in_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    instant("registered_at"),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("level", Text),
    Column("lead_unit", Text),
    Column("route_reason", Text),
    Column("first_receiver", Text, ForeignKey("unit_codes.code")),
    Column("responsible_unit", Text, ForeignKey("unit_codes.code"), nullable=False),
    Column("merged_into", Text, ForeignKey("requests.request_id")),
    instant("withdrawal_asked_at"),
    instant("withdrawn_at"),
    instant("closed_at"),
    instant("erased_at"),
    UniqueConstraint("platform", "external_id"),
    Index("ix_requests_category_community", "category", "community"),
    Index("ix_requests_same_matter", "category", "community", "received_at"),
    Index("ix_requests_place", "category", "lat", postgresql_where=text("lat is not null")),
    Index("ix_requests_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
    Index("ix_requests_received_at", "received_at"),
    Index(
        "ix_requests_open_of_unit",
        "responsible_unit",
        postgresql_where=text("closed_at is null and withdrawn_at is null and merged_into is null"),
    ),
)


callers = Table(
    "callers",
    metadata,
    request_key(primary=True),
    Column("name", Sealed("callers.name")),
    Column("phone", Sealed("callers.phone")),
    blind_index("phone_index", of="phone"),
    Column("address", Sealed("callers.address")),
    Index("ix_callers_phone_index", "phone_index"),
    comment="Personal data of callers, sealed; nothing of it ever leaves the casebook for the engine.",
)


work_orders = Table(
    "work_orders",
    metadata,
    Column("work_order_id", Text, primary_key=True),
    request_key(),
    Column("process_instance_key", BigInteger, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, ForeignKey("unit_codes.code"), nullable=False),
    Column("level", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("about", Text),
    Column("round", Integer, nullable=False),
    instant("issued_at", required=True),
    instant("reported_at"),
    Column("outcome", Text),
    Column("reason_code", Text),
    Column("note", Text),
    Column("assigned_unit", Text, ForeignKey("unit_codes.code")),
    Column("person", Text),
    instant("closed_at"),
    Index("ix_work_orders_request", "request_id"),
    Index("ix_work_orders_about", "about", postgresql_where=text("about is not null")),
    Index(
        "ix_work_orders_open_of_unit",
        "unit",
        postgresql_where=text("reported_at is null and closed_at is null"),
    ),
)


extensions = Table(
    "extensions",
    metadata,
    Column("extension_id", BigInteger, Identity(), primary_key=True),
    work_order_key(),
    Column("hours", Float, nullable=False),
    Column("reason", Text, nullable=False),
    instant("requested_at", required=True),
    Column("approver", Text, ForeignKey("unit_codes.code"), comment="The lowest unit that may decide it."),
    Column("granted", Boolean),
    instant("decided_at"),
    Column("decided_by", Text),
)


suspensions = Table(
    "suspensions",
    metadata,
    Column("suspension_id", BigInteger, Identity(), primary_key=True),
    work_order_key(),
    Column("reason_code", Text, nullable=False),
    Column("note", Text, nullable=False),
    instant("suspended_at", required=True),
    Column("suspended_by", Text, nullable=False),
    instant("until", required=True),
    instant("resumed_at"),
    Column("resumed_by", Text),
    Index("ix_suspensions_work_order", "work_order_id"),
    Index(
        "ix_suspensions_running",
        "work_order_id",
        unique=True,
        postgresql_where=text("resumed_at is null"),
    ),
    comment="A clock that stands still; without a resumption it goes on by itself at `until`.",
)


speed_ups = Table(
    "speed_ups",
    metadata,
    Column("speed_up_id", BigInteger, Identity(), primary_key=True),
    work_order_key(),
    Column("hours", Float, nullable=False),
    Column("reason", Text, nullable=False),
    instant("ordered_at", required=True),
    Column("ordered_by", Text, nullable=False),
    Index("ix_speed_ups_work_order", "work_order_id"),
)


replans = Table(
    "replans",
    metadata,
    Column("replan_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    work_order_key(nullable=True),
    instant("replanned_at", required=True),
    Column("replanned_by", Text, nullable=False),
    Column("limit_hours", Float),
    Column("inspect_hours", Float),
    Column("basis", Text),
    Index("ix_replans_request", "request_id"),
    comment="A deadline counted anew by a changed calendar or the limit given here; without a work order: the total.",
)


def _ledger_columns() -> list[Column[Any]]:
    return [
        Column("version", Integer, primary_key=True),
        Column("limit_name", Text, nullable=False),
        Column("limit_hours", Float, nullable=False),
        Column("inspect_hours", Float, nullable=False),
        Column("basis", Text, nullable=False),
        Column("extended_hours", Float, nullable=False),
        instant("started_at", required=True),
        instant("yellow_at", required=True),
        instant("red_at", required=True),
        instant("inspect_at", required=True),
        Column("skipped", JSONB, nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("changes", JSONB, nullable=False),
        Column("unit_hours", Text),
        instant("planned_at", required=True),
    ]


deadlines = Table("deadlines", metadata, work_order_key(primary=True), *_ledger_columns())
total_deadlines = Table("total_deadlines", metadata, request_key(primary=True), *_ledger_columns())
