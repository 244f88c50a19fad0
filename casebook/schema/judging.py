"""What is said of those who responded besides the caller's rating: by the units of each other, and when called back."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, Numeric, Table, Text, UniqueConstraint

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


callback_samples = Table(
    "callback_samples",
    metadata,
    Column("month", Text, primary_key=True),
    Column("share", Numeric(4, 3), nullable=False),
    Column("closed", Integer, nullable=False),
    Column("callable", Integer, nullable=False),
    instant("drawn_at", required=True),
    comment="The closed requests of a month of which some were drawn to be called back; drawn once.",
)


callbacks = Table(
    "callbacks",
    metadata,
    Column("callback_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    Column("month", Text, ForeignKey("callback_samples.month"), nullable=False),
    Column("stratum", Text, nullable=False),
    unit_key("unit", required=False),
    UniqueConstraint("month", "request_id"),
    comment="The requests drawn from a month whose callers are called back.",
)


callback_calls = Table(
    "callback_calls",
    metadata,
    Column("call_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    Column("callback_id", BigInteger, ForeignKey("callbacks.callback_id")),
    Column("rating_id", Text, ForeignKey("ratings.rating_id")),
    Column("outcome", Text, nullable=False),
    Column("resolved", Text),
    Column("satisfaction", Integer),
    Column("reason", Text),
    Column("comment", Text),
    unit_key("called_by"),
    instant("called_at", required=True),
    Index("ix_callback_calls_request_id", "request_id"),
    comment="What came of each call to a caller; it stands beside the caller's own rating and never replaces it.",
)
