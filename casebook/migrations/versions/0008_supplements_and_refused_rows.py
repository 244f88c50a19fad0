"""What platforms send later, rows that were refused, and how far each source was read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    _supplements()
    _rejected_rows()
    op.create_table(
        "intake_cursors",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("platform", "source", name="pk_intake_cursors"),
        comment="How far a source was read: of the content with this digest at this position so many rows are in.",
    )


def _supplements() -> None:
    op.create_table(
        "supplements",
        sa.Column("supplement_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed", JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_supplements_request_id"),
        sa.PrimaryKeyConstraint("supplement_id", name="pk_supplements"),
        sa.UniqueConstraint("request_id", "digest", name="uq_supplements_request_id_digest"),
        comment="What a platform sent later about a request it had sent before; each wording once.",
    )


def _rejected_rows() -> None:
    op.create_table(
        "rejected_rows",
        sa.Column("rejected_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("record", JSONB(), nullable=False),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Text()),
        sa.PrimaryKeyConstraint("rejected_id", name="pk_rejected_rows"),
        sa.UniqueConstraint("platform", "digest", name="uq_rejected_rows_platform_digest"),
        comment="Rows that could not be taken in, as the platform wrote them (personal data), until they are.",
    )
    unsettled = sa.text("settled_at is null")
    op.create_index("ix_rejected_rows_open", "rejected_rows", ["platform", "rejected_id"], postgresql_where=unsettled)
    op.create_index(
        "ix_rejected_rows_external_id", "rejected_rows", ["platform", "external_id"], postgresql_where=unsettled
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("intake_cursors")
    op.drop_table("rejected_rows")
    op.drop_table("supplements")
