"""What centres decided where the rules did not help, and what a person said about making it a rule."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from casebook.schema.columns import instant, metadata, request_key, work_order_key

routing_decisions = Table(
    "routing_decisions",
    metadata,
    work_order_key(primary=True),
    request_key(),
    Column("kind", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("situation", Text, nullable=False),
    Column("unit", Text, ForeignKey("unit_codes.code"), nullable=False),
    Column("role", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    instant("decided_at", required=True),
    Index("ix_routing_decisions_category", "category", "role"),
)


routing_verdicts = Table(
    "routing_verdicts",
    metadata,
    Column("category", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    instant("said_at", required=True),
    instant("written_at"),
)
