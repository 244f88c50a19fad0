"""Suspensions, speed-ups, deadlines counted anew, who may grant an extension; the ledger says what moved a deadline."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LEDGERS = ("deadlines", "total_deadlines")


def upgrade() -> None:
    """Bring the casebook to this revision."""
    for ledger in LEDGERS:
        op.add_column(ledger, sa.Column("changes", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")))
        op.alter_column(ledger, "changes", server_default=None)
        op.add_column(ledger, sa.Column("unit_hours", sa.Text()))
    approver = sa.Column("approver", sa.Text(), comment="The lowest unit that may decide it.")
    op.add_column("extensions", approver)
    op.create_foreign_key("fk_extensions_approver", "extensions", "unit_codes", ["approver"], ["code"])
    _suspensions()
    _speed_ups()
    _replans()


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        sa.Column("suspension_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_by", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True)),
        sa.Column("resumed_by", sa.Text()),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name="fk_suspensions_work_order_id"),
        sa.PrimaryKeyConstraint("suspension_id", name="pk_suspensions"),
        comment="A clock that stands still; without a resumption it goes on by itself at `until`.",
    )
    op.create_index("ix_suspensions_work_order", "suspensions", ["work_order_id"])
    op.create_index(
        "ix_suspensions_running",
        "suspensions",
        ["work_order_id"],
        unique=True,
        postgresql_where=sa.text("resumed_at is null"),
    )


def _speed_ups() -> None:
    op.create_table(
        "speed_ups",
        sa.Column("speed_up_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name="fk_speed_ups_work_order_id"),
        sa.PrimaryKeyConstraint("speed_up_id", name="pk_speed_ups"),
    )
    op.create_index("ix_speed_ups_work_order", "speed_ups", ["work_order_id"])


def _replans() -> None:
    op.create_table(
        "replans",
        sa.Column("replan_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("work_order_id", sa.Text()),
        sa.Column("replanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replanned_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_replans_request_id"),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name="fk_replans_work_order_id"),
        sa.PrimaryKeyConstraint("replan_id", name="pk_replans"),
        comment="A deadline counted anew because the working calendar changed; without a work order: the total.",
    )
    op.create_index("ix_replans_request", "replans", ["request_id"])


def downgrade() -> None:
    """Take this revision back."""
    for table in ("replans", "speed_ups", "suspensions"):
        op.drop_table(table)
    op.drop_constraint("fk_extensions_approver", "extensions", type_="foreignkey")
    op.drop_column("extensions", "approver")
    for ledger in LEDGERS:
        op.drop_column(ledger, "unit_hours")
        op.drop_column(ledger, "changes")
