"""What is pushed to inspection has a number, a cause and a process; accountability ends beside the score."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COMMENT = "Once for each work order; by the rule of complexity, which looks at none, once for each round."
NUMBERED = """
    update inspections set inspection_id = numbered.number, cause = 'not_stated', about_unit = numbered.about_unit,
        round = numbered.round, ending = 'no_decision_asked', ended_at = inspections.pushed_at
    from (select pushed.work_order_id, orders.unit as about_unit, orders.round, pushed.request_id || '-DC' || lpad(
              row_number() over (partition by pushed.request_id order by pushed.pushed_at, pushed.work_order_id)::text,
              2, '0') as number
          from inspections pushed join work_orders orders on orders.work_order_id = pushed.work_order_id) numbered
    where numbered.work_order_id = inspections.work_order_id"""


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Bring the casebook to this revision; of what was pushed before nobody asks a decision."""
    for name in ("inspection_id", "cause", "about_unit", "decision", "ending"):
        op.add_column("inspections", sa.Column(name, sa.Text()))
    op.add_column("inspections", sa.Column("round", sa.Integer()))
    op.add_column("inspections", sa.Column("process_instance_key", sa.BigInteger()))
    op.add_column("inspections", _instant("decided_at"))
    op.add_column("inspections", _instant("ended_at"))
    op.execute(NUMBERED)
    for name in ("inspection_id", "cause", "about_unit", "round"):
        op.alter_column("inspections", name, nullable=False)
    op.drop_constraint("pk_inspections", "inspections")
    op.create_primary_key("pk_inspections", "inspections", ["inspection_id"])
    op.alter_column("inspections", "work_order_id", nullable=True)
    op.create_unique_constraint("uq_inspections_work_order_id", "inspections", ["work_order_id"])
    op.create_unique_constraint("uq_inspections_process_instance_key", "inspections", ["process_instance_key"])
    without = sa.text("work_order_id is null")
    op.create_index(
        "ix_inspections_by_rule", "inspections", ["request_id", "round"], unique=True, postgresql_where=without
    )
    op.create_index("ix_inspections_open", "inspections", ["unit"], postgresql_where=sa.text("ended_at is null"))
    op.create_table_comment("inspections", COMMENT)
    _accountabilities()
    _score_adjustments()


def _accountabilities() -> None:
    op.create_table(
        "accountabilities",
        sa.Column("accountability_id", sa.Text(), primary_key=True),
        sa.Column("inspection_id", sa.Text(), sa.ForeignKey("inspections.inspection_id"), nullable=False, unique=True),
        sa.Column("request_id", sa.Text(), sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("unit", sa.Text(), sa.ForeignKey("unit_codes.code"), nullable=False),
        sa.Column("office", sa.Text(), sa.ForeignKey("unit_codes.code"), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False, unique=True),
        _instant("opened_at", nullable=False),
        sa.Column("finding", sa.Text()),
        _instant("found_at"),
        sa.Column("ending", sa.Text()),
        _instant("ended_at"),
    )
    op.create_index("ix_accountabilities_request", "accountabilities", ["request_id"])


def _score_adjustments() -> None:
    op.create_table(
        "score_adjustments",
        sa.Column("adjustment_id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("request_id", sa.Text(), sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), sa.ForeignKey("unit_codes.code"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_number", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(5, 2), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        _instant("adjusted_at", nullable=False),
        sa.UniqueConstraint("source", "source_number", name="uq_score_adjustments_source_source_number"),
        comment="Beside a unit's score, never in it: negative points take off; lasting ones count in later rounds too.",
    )
    op.create_index("ix_score_adjustments_request", "score_adjustments", ["request_id"])


def downgrade() -> None:
    """Take this revision back; what was pushed without a work order goes with it."""
    op.drop_table("score_adjustments")
    op.drop_table("accountabilities")
    op.execute("delete from inspections where work_order_id is null")
    op.drop_table_comment("inspections", existing_comment=COMMENT)
    for index in ("ix_inspections_open", "ix_inspections_by_rule"):
        op.drop_index(index, table_name="inspections")
    for constraint in ("uq_inspections_process_instance_key", "uq_inspections_work_order_id", "pk_inspections"):
        op.drop_constraint(constraint, "inspections")
    op.create_primary_key("pk_inspections", "inspections", ["work_order_id"])
    for column in ("ended_at", "ending", "decided_at", "decision", "process_instance_key", "round", "about_unit"):
        op.drop_column("inspections", column)
    for column in ("cause", "inspection_id"):
        op.drop_column("inspections", column)
