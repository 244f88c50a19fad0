"""Work done together: co-units' tasks and calls of posted forces."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text, text

from casebook.schema.columns import instant, metadata, request_key
from casebook.schema.directory import unit_key

co_tasks = Table(
    "co_tasks",
    metadata,
    Column("co_task_id", Text, primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    unit_key("unit"),
    Column("origin", Text, nullable=False),
    unit_key("team", required=False),
    unit_key("called_by", required=False),
    Column("call_reason", Text),
    instant("called_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    Column("disagreement", Text),
    instant("disagreed_at"),
    Column("ruling", Text),
    instant("ruled_at"),
    Column("ending", Text),
    Column("end_reason", Text),
    instant("ended_at"),
    Index("ix_co_tasks_request", "request_id"),
    Index("ix_co_tasks_open", "request_id", "unit", unique=True, postgresql_where=text("ended_at is null")),
    comment="What one co-unit owes a request, from being called to its report, release or replacement.",
)


enforcement_calls = Table(
    "enforcement_calls",
    metadata,
    Column("enforcement_id", Text, primary_key=True),
    request_key(),
    unit_key("force"),
    unit_key("called_by"),
    Column("urgency", Text, nullable=False),
    Column("note", Text, nullable=False),
    instant("called_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    instant("confirmed_at"),
    Column("refusal", Text),
    instant("refused_at"),
    instant("arrived_at"),
    Column("arrived_lat", Float),
    Column("arrived_lon", Float),
    Column("arrived_place", Text),
    Column("arrived_metres", Float),
    Column("far", Boolean),
    Column("ending", Text),
    instant("ended_at"),
    Index("ix_enforcement_calls_request", "request_id"),
    Index("ix_enforcement_calls_force", "force"),
    Index("ix_enforcement_calls_open", "request_id", "force", unique=True, postgresql_where=text("ended_at is null")),
    comment="One call of one posted force by a street; where it arrived never leaves the casebook.",
)
