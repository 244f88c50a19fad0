"""Supervision orders are replied to: their process, how they ended; orders of before want no reply any more."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("supervision_orders", sa.Column("process_instance_key", sa.BigInteger()))
    op.add_column("supervision_orders", sa.Column("ending", sa.Text()))
    op.add_column("supervision_orders", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.create_unique_constraint(
        "uq_supervision_orders_process_instance_key", "supervision_orders", ["process_instance_key"]
    )
    op.execute("update supervision_orders set ending = 'no_reply_asked', ended_at = coalesce(issued_at, ordered_at)")
    op.create_index(
        "ix_supervision_orders_open",
        "supervision_orders",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_supervision_orders_open", table_name="supervision_orders")
    for column in ("ended_at", "ending", "process_instance_key"):
        op.drop_column("supervision_orders", column)
