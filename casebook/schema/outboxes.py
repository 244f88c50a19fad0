"""What waits to be told: facts for the engine, messages for telephones and their receipts."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from casebook.schema.columns import instant, metadata, request_key, work_order_key
from casebook.schema.sealed import Sealed, blind_index

messages = Table(
    "messages",
    metadata,
    Column("message_id", BigInteger, Identity(), primary_key=True),
    Column("dedupe_key", Text, nullable=False, unique=True),
    request_key(nullable=True),  # none: about a report of the district
    work_order_key(nullable=True),
    Column("event", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("phone", Sealed("messages.phone"), nullable=False),
    blind_index("phone_index", of="phone"),
    Column("text", Text, nullable=False),
    Column("template", Text),
    Column("fields", JSONB),
    Column("channel", Text, nullable=False, server_default="sms"),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("smsc_id", Text, unique=True),
    instant("queued_at", required=True),
    instant("send_after", required=True),
    instant("sending_at"),
    instant("sent_at"),
    instant("settled_at"),
    Column("follows", BigInteger),  # the failed message in whose place this one goes
    Column("step", Text),
    instant("followed_at"),
    Column("at_any_hour", Boolean, nullable=False, server_default=text("false")),
    Column("told_by", BigInteger),  # the digest in which this one went
    Index("ix_messages_follows", "follows", postgresql_where=text("follows is not null")),
    Index("ix_messages_failed", "message_id", postgresql_where=text("state = 'failed' and followed_at is null")),
    Index("ix_messages_about_reports", "dedupe_key", postgresql_where=text("request_id is null")),
    Index("ix_messages_state", "state", "send_after"),
    Index("ix_messages_sending", "sending_at"),
    Index("ix_messages_phone_index", "phone_index", "sending_at"),
    Index("ix_messages_told_by", "told_by", postgresql_where=text("told_by is not null")),
)


receipts = Table(
    "receipts",
    metadata,
    Column("receipt_id", BigInteger, Identity(), primary_key=True),
    Column("smsc_id", Text, nullable=False),
    Column("message_id", BigInteger, index=True),
    Column("status", Text, nullable=False),
    instant("received_at", required=True),
    UniqueConstraint("smsc_id", "status"),
    comment="Every delivery receipt, also one that overtakes the response of its message.",
)


fact_outbox = Table(
    "fact_outbox",
    metadata,
    Column("fact_id", BigInteger, Identity(), primary_key=True),
    request_key(nullable=True),
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("variables", JSONB, nullable=False),
    instant("written_at", required=True),
    instant("published_at"),
    Index("ix_fact_outbox_unpublished", "fact_id", postgresql_where=text("published_at is null")),
)
