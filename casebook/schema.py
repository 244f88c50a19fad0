"""The tables of the casebook. Only facts stand here; the order of work belongs to the engine."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _instant(name: str, *, required: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _request(*, primary: bool = False) -> Column[object]:
    return Column("request_id", Text, ForeignKey("requests.request_id"), nullable=False, primary_key=primary)


def _work_order(*, primary: bool = False, nullable: bool = False) -> Column[object]:
    key = ForeignKey("work_orders.work_order_id")
    return Column("work_order_id", Text, key, nullable=nullable, primary_key=primary)


units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("superior", Text),
    _instant("valid_from", required=True),
    _instant("valid_to"),
    Index("ix_units_role_area", "role", "area"),
)

people = Table(
    "people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", Text, ForeignKey("units.code"), nullable=False),
    Column("duty", Text, nullable=False),
    Column("phone", Text, nullable=False),
    _instant("valid_from", required=True),
    _instant("valid_to"),
    Index("ix_people_unit_duty", "unit", "duty"),
)

places = Table(
    "places",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("street", Text, nullable=False),
)

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
    _instant("received_at", required=True),
    _instant("taken_in_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    _instant("registered_at"),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("level", Text),
    Column("lead_unit", Text),
    Column("route_reason", Text),
    Column("merged_into", Text, ForeignKey("requests.request_id")),
    _instant("withdrawal_asked_at"),
    _instant("withdrawn_at"),
    _instant("closed_at"),
    UniqueConstraint("platform", "external_id"),
    Index("ix_requests_category_community", "category", "community"),
)

callers = Table(
    "callers",
    metadata,
    _request(primary=True),
    Column("name", Text),
    Column("phone", Text, index=True),
    Column("address", Text),
    comment="Personal data of callers; nothing of it ever leaves the casebook for the engine.",
)

work_orders = Table(
    "work_orders",
    metadata,
    Column("work_order_id", Text, primary_key=True),
    _request(),
    Column("process_instance_key", BigInteger, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, ForeignKey("units.code"), nullable=False),
    Column("level", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("round", Integer, nullable=False),
    _instant("issued_at", required=True),
    _instant("reported_at"),
    Column("outcome", Text),
    Column("reason_code", Text),
    Column("note", Text),
    Column("assigned_unit", Text, ForeignKey("units.code")),
    Column("person", Text),
    _instant("closed_at"),
    Index("ix_work_orders_request", "request_id"),
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
    _work_order(),
    Column("hours", Float, nullable=False),
    Column("reason", Text, nullable=False),
    _instant("requested_at", required=True),
    Column("granted", Boolean),
    _instant("decided_at"),
    Column("decided_by", Text),
)

deadlines = Table(
    "deadlines",
    metadata,
    _work_order(primary=True),
    Column("version", Integer, primary_key=True),
    Column("limit_name", Text, nullable=False),
    Column("limit_hours", Float, nullable=False),
    Column("inspect_hours", Float, nullable=False),
    Column("basis", Text, nullable=False),
    Column("extended_hours", Float, nullable=False),
    _instant("started_at", required=True),
    _instant("yellow_at", required=True),
    _instant("red_at", required=True),
    _instant("inspect_at", required=True),
    Column("skipped", JSONB, nullable=False),
    Column("provisional", Boolean, nullable=False),
    _instant("planned_at", required=True),
)

lights = Table(
    "lights",
    metadata,
    _work_order(primary=True),
    Column("light", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    _instant("raised_at", required=True),
)

returns = Table(
    "returns",
    metadata,
    _work_order(primary=True),
    _request(),
    Column("outcome", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("arbitration", Boolean, nullable=False),
    _instant("recorded_at", required=True),
)

reworks = Table(
    "reworks",
    metadata,
    _request(primary=True),
    Column("round", Integer, primary_key=True),
    Column("rework", Integer, primary_key=True),
    _instant("recorded_at", required=True),
)

reopenings = Table(
    "reopenings",
    metadata,
    _request(primary=True),
    Column("round", Integer, primary_key=True),
    _instant("reopened_at", required=True),
)

inspections = Table(
    "inspections",
    metadata,
    _work_order(primary=True),
    _request(),
    Column("unit", Text, nullable=False),
    _instant("pushed_at", required=True),
)

supervision_orders = Table(
    "supervision_orders",
    metadata,
    Column("supervision_id", Text, primary_key=True),
    _request(),
    Column("ordered_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("unit", Text),
    _instant("ordered_at", required=True),
    _instant("issued_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("message_id", BigInteger, Identity(), primary_key=True),
    Column("dedupe_key", Text, nullable=False, unique=True),
    _request(),
    _work_order(nullable=True),
    Column("event", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("smsc_id", Text, unique=True),
    _instant("queued_at", required=True),
    _instant("send_after", required=True),
    _instant("sending_at"),
    _instant("sent_at"),
    _instant("settled_at"),
    Index("ix_messages_state", "state", "send_after"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("receipt_id", BigInteger, Identity(), primary_key=True),
    Column("smsc_id", Text, nullable=False),
    Column("message_id", BigInteger, index=True),
    Column("status", Text, nullable=False),
    _instant("received_at", required=True),
    UniqueConstraint("smsc_id", "status"),
    comment="Every delivery receipt, also one that overtakes the response of its message.",
)

ratings = Table(
    "ratings",
    metadata,
    Column("rating_id", Text, primary_key=True),
    _request(),
    Column("round", Integer, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    _instant("invited_at", required=True),
    _instant("due_at", required=True),
    _instant("rated_at"),
    Column("resolved", Text),
    Column("satisfaction", Integer),
    Column("comment", Text),
    _instant("closed_at"),
)

scores = Table(
    "scores",
    metadata,
    _request(primary=True),
    Column("round", Integer, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("score", Numeric(5, 2), nullable=False),
    Column("degrees", JSONB, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("reopen", Boolean, nullable=False),
    _instant("scored_at", required=True),
)

fact_outbox = Table(
    "fact_outbox",
    metadata,
    Column("fact_id", BigInteger, Identity(), primary_key=True),
    _request(),
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("variables", JSONB, nullable=False),
    _instant("written_at", required=True),
    _instant("published_at"),
    Index("ix_fact_outbox_unpublished", "fact_id", postgresql_where=text("published_at is null")),
)

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("entry_id", BigInteger, Identity(), primary_key=True),
    _instant("at", required=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("request_id", Text, index=True),
    Column("work_order_id", Text),
    Column("details", JSONB, nullable=False),
)
