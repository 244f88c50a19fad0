"""What was learnt from earlier requests about which words go with which category."""

from sqlalchemy import BigInteger, Column, Identity, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB

from casebook.schema.columns import instant, metadata

category_models = Table(
    "category_models",
    metadata,
    Column("model_id", BigInteger, Identity(), primary_key=True),
    instant("trained_at", required=True),
    Column("of_requests", Integer, nullable=False),
    Column("counts", JSONB, nullable=False),
    comment="How often character pairs stand in a category's requests; only pairs of several requests.",
)
