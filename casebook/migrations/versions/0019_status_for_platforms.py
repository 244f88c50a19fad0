"""Platforms read on what became of the requests that they sent; what happened before this revision is not told."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
COMMENT = "Changes of requests as coded facts, in the order in which their platforms read them."
OF_SEQUENCE = "Given after the change was committed: no change can be passed over."


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "platform_status",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), comment=OF_SEQUENCE),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("main_id", sa.Text()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_platform_status_request_id"),
        sa.ForeignKeyConstraint(["main_id"], ["requests.request_id"], name="fk_platform_status_main_id"),
        sa.PrimaryKeyConstraint("change_id", name="pk_platform_status"),
        comment=COMMENT,
    )
    unnumbered = sa.text("sequence is null")
    op.create_index("ix_platform_status_read", "platform_status", ["platform", "sequence"], unique=True)
    op.create_index(
        "ix_platform_status_unnumbered", "platform_status", ["platform", "change_id"], postgresql_where=unnumbered
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("platform_status")
