"""What comes through the Open311 door beyond a report: answers, additions, pictures, and how often who called."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casebook.schema.columns import instant, metadata, request_key
from casebook.schema.sealed import Sealed

open311_reports = Table(
    "open311_reports",
    metadata,
    request_key(primary=True),
    Column("client", Text, nullable=False),
    Column("email", Sealed("open311_reports.email")),
    Column("device_id", Sealed("open311_reports.device_id")),
    Column("account_id", Sealed("open311_reports.account_id")),
    Column("media_urls", ARRAY(Text), nullable=False),
    Column("answers", JSONB, nullable=False),
    comment="Personal data (email, account, device): what a report brought that the register has no column for.",
)


open311_additions = Table(
    "open311_additions",
    metadata,
    Column("addition_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("client", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("status", Text),
    Column("text", Text, nullable=False),
    Column("media_urls", ARRAY(Text), nullable=False),
    instant("received_at", required=True),
    UniqueConstraint("client", "external_id"),
    Index("ix_open311_additions_request_id", "request_id"),
    comment="What a reporter added later, in the reporter's words; never public.",
)


picture_contents = Table(
    "picture_contents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    comment="Each picture once, by its digest.",
)


pictures = Table(
    "pictures",
    metadata,
    Column("picture_id", Text, primary_key=True),
    request_key(),
    Column("sha256", Text, ForeignKey("picture_contents.sha256"), nullable=False),
    Column("position", Integer, nullable=False),
    instant("added_at", required=True),
    UniqueConstraint("request_id", "sha256"),
    comment="Which request shows which picture; `picture_id` is the unguessable part of its address.",
)


door_calls = Table(
    "door_calls",
    metadata,
    Column("client", Text, primary_key=True),
    instant("minute", required=True),
    Column("calls", Integer, nullable=False),
    comment="Calls of a client in the present minute; one row a client.",
)
