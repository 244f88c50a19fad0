"""What came in besides requests: supplements, callers' links, refused rows, how far each source was read."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from casebook.schema.columns import instant, metadata, request_key
from casebook.schema.sealed import SealedJson

citizen_links = Table(
    "citizen_links",
    metadata,
    request_key(primary=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    instant("made_at", required=True),
    comment="The link to a caller's own page; of the token only its digest.",
)


supplements = Table(
    "supplements",
    metadata,
    Column("supplement_id", BigInteger, Identity(), primary_key=True),
    request_key(),
    Column("digest", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed", JSONB, nullable=False),
    Column("written_by", Text, nullable=False, server_default="platform"),
    instant("received_at", required=True),
    UniqueConstraint("request_id", "digest", name="uq_supplements_request_id_digest"),
    comment="What a platform sent later about a request it had sent before; each wording once.",
)


rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("rejected_id", BigInteger, Identity(), primary_key=True),
    Column("platform", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("external_id", Text),
    Column("record", SealedJson("rejected_rows.record"), nullable=False),
    instant("rejected_at", required=True),
    instant("settled_at"),
    Column("settled_by", Text),
    UniqueConstraint("platform", "digest", name="uq_rejected_rows_platform_digest"),
    Index("ix_rejected_rows_open", "platform", "rejected_id", postgresql_where=text("settled_at is null")),
    Index("ix_rejected_rows_external_id", "platform", "external_id", postgresql_where=text("settled_at is null")),
    comment="Rows that could not be taken in, as the platform wrote them (personal data), until they are.",
)


intake_cursors = Table(
    "intake_cursors",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    instant("moved_at", required=True),
    instant("finished_at"),
    comment="How far a source was read: of the content with this digest at this position so many rows are in.",
)
