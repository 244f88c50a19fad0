"""What is handed over to the city's platform, and what the city answered."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from casebook.schema.columns import instant, metadata, request_key, work_order_key

city_hand_overs = Table(
    "city_hand_overs",
    metadata,
    work_order_key(primary=True),
    request_key(),
    instant("written_at", required=True),
    instant("send_after", required=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("delivered_at"),
    Column("answer", Text),
    Column("city_number", Text),
    instant("answered_at"),
    instant("done_at"),
    Index("ix_city_hand_overs_undelivered", "send_after", postgresql_where=text("delivered_at is null")),
    comment="One row for each work order that is reported to the city; the work order's number is the idempotency key.",
)


city_replies = Table(
    "city_replies",
    metadata,
    Column("nonce", Text, primary_key=True),
    work_order_key(),
    Column("kind", Text, nullable=False),
    Column("city_number", Text),
    Column("note", Text),
    Column("effect", Text, nullable=False),
    instant("received_at", required=True),
)
