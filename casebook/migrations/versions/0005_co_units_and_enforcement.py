"""Co-units' tasks, calls of posted forces, and what a work order is about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("work_orders", sa.Column("about", sa.Text()))
    op.create_index("ix_work_orders_about", "work_orders", ["about"], postgresql_where=sa.text("about is not null"))
    _co_tasks()
    _enforcement_calls()


def _co_tasks() -> None:
    op.create_table(
        "co_tasks",
        sa.Column("co_task_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("called_by", sa.Text()),
        sa.Column("call_reason", sa.Text()),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger()),
        sa.Column("disagreement", sa.Text()),
        sa.Column("disagreed_at", sa.DateTime(timezone=True)),
        sa.Column("ruling", sa.Text()),
        sa.Column("ruled_at", sa.DateTime(timezone=True)),
        sa.Column("ending", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_co_tasks_request_id"),
        sa.ForeignKeyConstraint(["unit"], ["unit_codes.code"], name="fk_co_tasks_unit"),
        sa.ForeignKeyConstraint(["team"], ["unit_codes.code"], name="fk_co_tasks_team"),
        sa.ForeignKeyConstraint(["called_by"], ["unit_codes.code"], name="fk_co_tasks_called_by"),
        sa.PrimaryKeyConstraint("co_task_id", name="pk_co_tasks"),
        sa.UniqueConstraint("process_instance_key", name="uq_co_tasks_process_instance_key"),
        comment="What one co-unit owes a request, from being called to its report, release or replacement.",
    )
    op.create_index("ix_co_tasks_request", "co_tasks", ["request_id"])
    op.create_index(
        "ix_co_tasks_open",
        "co_tasks",
        ["request_id", "unit"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _enforcement_calls() -> None:
    op.create_table(
        "enforcement_calls",
        sa.Column("enforcement_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("force", sa.Text(), nullable=False),
        sa.Column("called_by", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text()),
        sa.Column("refused_at", sa.DateTime(timezone=True)),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("arrived_lat", sa.Float()),
        sa.Column("arrived_lon", sa.Float()),
        sa.Column("arrived_place", sa.Text()),
        sa.Column("arrived_metres", sa.Float()),
        sa.Column("far", sa.Boolean()),
        sa.Column("ending", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_enforcement_calls_request_id"),
        sa.ForeignKeyConstraint(["force"], ["unit_codes.code"], name="fk_enforcement_calls_force"),
        sa.ForeignKeyConstraint(["called_by"], ["unit_codes.code"], name="fk_enforcement_calls_called_by"),
        sa.PrimaryKeyConstraint("enforcement_id", name="pk_enforcement_calls"),
        sa.UniqueConstraint("process_instance_key", name="uq_enforcement_calls_process_instance_key"),
        comment="One call of one posted force by a street; where it arrived never leaves the casebook.",
    )
    op.create_index("ix_enforcement_calls_request", "enforcement_calls", ["request_id"])
    op.create_index("ix_enforcement_calls_force", "enforcement_calls", ["force"])
    op.create_index(
        "ix_enforcement_calls_open",
        "enforcement_calls",
        ["request_id", "force"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("enforcement_calls")
    op.drop_table("co_tasks")
    op.drop_index("ix_work_orders_about", table_name="work_orders")
    op.drop_column("work_orders", "about")
