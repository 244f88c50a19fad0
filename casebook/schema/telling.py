"""What is told to the platforms about the requests that they sent."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Table, Text, text

from casebook.schema.columns import instant, metadata, request_key

platform_status = Table(
    "platform_status",
    metadata,
    Column("change_id", BigInteger, Identity(), primary_key=True),
    Column("platform", Text, nullable=False),
    Column("sequence", BigInteger, comment="Given after the change was committed: no change can be passed over."),
    request_key(),
    Column("state", Text, nullable=False),
    Column("unit", Text),
    Column("outcome", Text),
    Column("main_id", Text, ForeignKey("requests.request_id")),
    instant("changed_at", required=True),
    Index("ix_platform_status_read", "platform", "sequence", unique=True),
    Index("ix_platform_status_unnumbered", "platform", "change_id", postgresql_where=text("sequence is null")),
    comment="Changes of requests as coded facts, in the order in which their platforms read them.",
)
