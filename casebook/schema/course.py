"""What happened on the way: lights, returns, supervision, ratings, scores, the audit trail."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Index, Integer, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casebook.schema.columns import instant, metadata, request_key, work_order_key
from casebook.schema.directory import unit_key

lights = Table(
    "lights",
    metadata,
    work_order_key(primary=True),
    Column("light", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    instant("raised_at", required=True),
)


returns = Table(
    "returns",
    metadata,
    work_order_key(primary=True),
    request_key(),
    Column("outcome", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("arbitration", Boolean, nullable=False),
    instant("recorded_at", required=True),
)


return_reasons = Table(
    "return_reasons",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("outcomes", ARRAY(Text), nullable=False),
    Column("offered", Boolean, nullable=False),
    comment="As config/return_reasons.toml lists them; imported at each start.",
)


reworks = Table(
    "reworks",
    metadata,
    request_key(primary=True),
    Column("round", Integer, primary_key=True),
    Column("rework", Integer, primary_key=True),
    instant("recorded_at", required=True),
)


reopenings = Table(
    "reopenings",
    metadata,
    request_key(primary=True),
    Column("round", Integer, primary_key=True),
    instant("reopened_at", required=True),
)


supervision_orders = Table(
    "supervision_orders",
    metadata,
    Column("supervision_id", Text, primary_key=True),
    request_key(),
    Column("ordered_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("unit", Text),
    instant("ordered_at", required=True),
    instant("issued_at"),
    Column("process_instance_key", BigInteger, unique=True),
    Column("ending", Text),
    instant("ended_at"),
    Index("ix_supervision_orders_open", "request_id", unique=True, postgresql_where=text("ended_at is null")),
)


ratings = Table(
    "ratings",
    metadata,
    Column("rating_id", Text, primary_key=True),
    request_key(),
    Column("round", Integer, nullable=False),
    Column("token", Text, unique=True, comment="In clear, of links sent before there were signed ones."),
    instant("invited_at", required=True),
    instant("due_at", required=True),
    instant("rated_at"),
    Column("resolved", Text),
    Column("satisfaction", Integer),
    Column("comment", Text),
    instant("closed_at"),
    Column("main_id", Text, ForeignKey("requests.request_id"), comment="Whose evaluation a merged reporter answers."),
    Column("awaited", Boolean, nullable=False, server_default=text("true")),
    Column("token_sha256", Text, unique=True),
    Column("way", Text),
    unit_key("unit", required=False),
    Column("reason", Text),
    Column("rated_by", Text),
    Index("ix_ratings_desk", "unit", postgresql_where=text("unit is not null")),
    Index("ix_ratings_main", "main_id", postgresql_where=text("main_id is not null")),
)


scores = Table(
    "scores",
    metadata,
    request_key(primary=True),
    Column("round", Integer, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("score", Numeric(5, 2), nullable=False),
    Column("degrees", JSONB, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("reopen", Boolean, nullable=False),
    instant("scored_at", required=True),
)


score_rules = Table(
    "score_rules",
    metadata,
    Column("version", Text, primary_key=True),
    instant("valid_from", required=True),
    Column("content", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    comment="What a score of a version was made by: weights, rating_outcome.dmn, the rule for co-units; never changed.",
)


unit_scores = Table(
    "unit_scores",
    metadata,
    request_key(primary=True),
    Column("round", Integer, primary_key=True),
    unit_key("unit", primary=True),
    Column("part", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("cooperation", Text, nullable=False),
    Column("completion", Text, nullable=False),
    Column("satisfaction", Text, nullable=False),
    Column("degrees", JSONB, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("grounds", JSONB, nullable=False),
    Column("score", Numeric(5, 2), nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("person", Text),
    instant("scored_at", required=True),
    Index("ix_unit_scores_scored_at", "scored_at"),
    Index("ix_unit_scores_unit_scored_at", "unit", "scored_at"),
    comment="The score of each unit that responded in a round: its own facts, the degrees that counted, the grounds.",
)


audit_trail = Table(
    "audit_trail",
    metadata,
    Column("entry_id", BigInteger, Identity(), primary_key=True),
    instant("at", required=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("request_id", Text, index=True),
    Column("work_order_id", Text),
    Column("details", JSONB, nullable=False),
)
