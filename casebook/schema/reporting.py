"""Reports of the district (周动态、月通报、实时快报): which were asked for, what was made, what a person decided."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from casebook.schema.columns import instant, metadata

district_reports = Table(
    "district_reports",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("cause", Text),
    Column("cause_key", Text, unique=True),  # a rule, its place and its day: asked for once
    Column("asked_by", Text),
    instant("asked_at", required=True),
    Column("process_instance_key", BigInteger, unique=True),
    instant("sent_at"),
    instant("dropped_at"),
    UniqueConstraint("kind", "period", "serial"),
    Index("ix_district_reports_open", "report_id", postgresql_where=text("sent_at is null and dropped_at is null")),
)


report_versions = Table(
    "report_versions",
    metadata,
    Column("report_id", Text, ForeignKey("district_reports.report_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    instant("as_of", required=True),
    instant("made_at", required=True),
    Column("word", LargeBinary, nullable=False),
    Column("pdf", LargeBinary),  # none: a machine without Chinese letters made it
    Column("word_sha256", Text, nullable=False),
    Column("pdf_sha256", Text),
    Column("decision", Text),
    Column("decided_by", Text),
    instant("decided_at"),
    Column("remark", Text),
    comment="What was put before a person, byte by byte, and what that person decided.",
)
