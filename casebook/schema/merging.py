"""Requests that are one and the same matter: what was merged, by whom, and what a person found to be different."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Table, Text, text

from casebook.schema.columns import instant, metadata, request_key

merges = Table(
    "merges",
    metadata,
    Column("merge_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("main_id", Text, ForeignKey("requests.request_id"), nullable=False),
    instant("merged_at", required=True),
    Column("merged_by", Text, nullable=False),
    instant("taken_back_at"),
    instant("undone_at"),
    Column("undone_by", Text),
    Column("process_instance_key", BigInteger, comment="The process that a merge ended, once it was undone."),
    Index("ix_merges_main", "main_id"),
    Index("ix_merges_in_force", "request_id", unique=True, postgresql_where=text("undone_at is null")),
)


different_matters = Table(
    "different_matters",
    metadata,
    Column("one_id", Text, ForeignKey("requests.request_id"), primary_key=True),
    Column("other_id", Text, ForeignKey("requests.request_id"), primary_key=True),
    instant("judged_at", required=True),
    Column("judged_by", Text, nullable=False),
    comment="Pairs that a person found to be different matters; the lower number stands first.",
)
