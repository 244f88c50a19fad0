"""The Open311 door: what reports bring beyond the register, pictures, calls of clients; lists by time of reception."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_index("ix_requests_received_at", "requests", ["received_at"])
    _reports()
    _pictures()
    op.create_table(
        "door_calls",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", name="pk_door_calls"),
        comment="Calls of a client in the present minute; one row a client.",
    )


def _reports() -> None:
    op.create_table(
        "open311_reports",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("device_id", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("media_urls", ARRAY(sa.Text()), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_open311_reports_request_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_open311_reports"),
        comment="Personal data (email, account, device): what a report brought that the register has no column for.",
    )
    op.create_table(
        "open311_additions",
        sa.Column("addition_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_urls", ARRAY(sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_open311_additions_request_id"),
        sa.PrimaryKeyConstraint("addition_id", name="pk_open311_additions"),
        sa.UniqueConstraint("client", "external_id", name="uq_open311_additions_client_external_id"),
        comment="What a reporter added later, in the reporter's words; never public.",
    )
    op.create_index("ix_open311_additions_request_id", "open311_additions", ["request_id"])


def _pictures() -> None:
    op.create_table(
        "picture_contents",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_picture_contents"),
        comment="Each picture once, by its digest.",
    )
    op.execute("alter table picture_contents alter column content set storage external")
    op.create_table(
        "pictures",
        sa.Column("picture_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_pictures_request_id"),
        sa.ForeignKeyConstraint(["sha256"], ["picture_contents.sha256"], name="fk_pictures_sha256"),
        sa.PrimaryKeyConstraint("picture_id", name="pk_pictures"),
        sa.UniqueConstraint("request_id", "sha256", name="uq_pictures_request_id_sha256"),
        comment="Which request shows which picture; `picture_id` is the unguessable part of its address.",
    )


def downgrade() -> None:
    """Take this revision back."""
    for table in ("door_calls", "pictures", "picture_contents", "open311_additions", "open311_reports"):
        op.drop_table(table)
    op.drop_index("ix_requests_received_at", table_name="requests")
