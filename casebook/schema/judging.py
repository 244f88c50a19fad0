"""What is said of those who responded besides the caller's rating: by the units of each other, and when called back."""

from sqlalchemy import Column, Index, Integer, Table, Text

from casebook.schema.columns import instant, metadata, request_key, work_order_key
from casebook.schema.directory import unit_key

mutual_ratings = Table(
    "mutual_ratings",
    metadata,
    work_order_key(primary=True),
    unit_key("about_unit", primary=True),
    request_key(),
    Column("round", Integer, nullable=False),
    unit_key("by_unit"),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    instant("rated_at", required=True),
    Index("ix_mutual_ratings_request_id", "request_id"),
    comment="How a lead and its co-units judge each other's cooperation, given with a report; a round's last counts.",
)
