"""What was pushed to inspection, who was called to account, who appealed, and what that did to a score."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casebook.schema.columns import instant, metadata, request_key, work_order_key
from casebook.schema.directory import unit_key

CORRECTED = text("corrected is not null")
OF_CORRECTED = "By aspect: the fact that counts instead of the one the score was made of."

inspections = Table(
    "inspections",
    metadata,
    Column("inspection_id", Text, primary_key=True),
    work_order_key(nullable=True),
    request_key(),
    Column("unit", Text, nullable=False),
    Column("about_unit", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("round", Integer, nullable=False),
    instant("pushed_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    Column("decision", Text),
    instant("decided_at"),
    Column("ending", Text),
    instant("ended_at"),
    UniqueConstraint("work_order_id", name="uq_inspections_work_order_id"),
    Index("ix_inspections_by_rule", "request_id", "round", unique=True, postgresql_where=text("work_order_id is null")),
    Index("ix_inspections_open", "unit", postgresql_where=text("ended_at is null")),
    comment="Once for each work order; by the rule of complexity, which looks at none, once for each round.",
)


accountabilities = Table(
    "accountabilities",
    metadata,
    Column("accountability_id", Text, primary_key=True),
    Column("inspection_id", Text, ForeignKey("inspections.inspection_id"), nullable=False, unique=True),
    request_key(),
    unit_key("unit"),
    unit_key("office"),
    Column("process_instance_key", BigInteger, nullable=False, unique=True),
    instant("opened_at", required=True),
    Column("finding", Text),
    instant("found_at"),
    Column("ending", Text),
    instant("ended_at"),
    Index("ix_accountabilities_request", "request_id"),
)


score_adjustments = Table(
    "score_adjustments",
    metadata,
    Column("adjustment_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    unit_key("unit"),
    Column("source", Text, nullable=False),
    Column("source_number", Text, nullable=False),
    Column("points", Numeric(5, 2), nullable=False),
    Column("lasting", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rules_version", Text, nullable=False),
    instant("adjusted_at", required=True),
    Column("excludes", Boolean, nullable=False, server_default=text("false")),
    Column("corrected", JSONB(none_as_null=True), comment=OF_CORRECTED),
    UniqueConstraint("source", "source_number", name="uq_score_adjustments_source_source_number"),
    Index("ix_score_adjustments_request", "request_id"),
    Index("ix_score_adjustments_corrected", "request_id", "round", "unit", unique=True, postgresql_where=CORRECTED),
    comment="Beside a unit's score, never in it: negative points take off; lasting ones count in later rounds too.",
)


appeals = Table(
    "appeals",
    metadata,
    Column("appeal_id", Text, primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    unit_key("unit"),
    Column("reason_code", Text, nullable=False),
    Column("contested", ARRAY(Text), nullable=False),
    Column("grounds", Text, nullable=False),
    Column("filed_by", Text, nullable=False),
    instant("filed_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    Column("decision", Text),
    Column("corrected", JSONB(none_as_null=True)),
    instant("decided_at"),
    instant("ended_at"),
    UniqueConstraint("request_id", "round", "unit", name="uq_appeals_request_id_round_unit"),
    Index("ix_appeals_filed_at", "filed_at"),
    comment="What a unit says against its score of a round, once; the decision's reason stands with its work order.",
)
