"""Every request has a unit that answers for it, returns have listed reasons, and decisions are remembered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ANSWERS_FOR_OLD_REQUESTS = """
update requests set first_receiver = lead_unit, responsible_unit = coalesce(
    lead_unit, (select code from units where role = 'district_centre' and valid_to is null order by code limit 1))
"""
INSTANTS = ("started_at", "yellow_at", "red_at", "inspect_at")
ONE_ROW = "One row for each work order that is reported to the city; the work order's number is the idempotency key."
OPEN = "closed_at is null and withdrawn_at is null and merged_into is null"


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "return_reasons",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outcomes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_return_reasons")),
        comment="As config/return_reasons.toml lists them; imported at each start.",
    )
    for name in ("first_receiver", "responsible_unit"):
        op.add_column("requests", sa.Column(name, sa.Text(), nullable=True))
        op.create_foreign_key(op.f(f"fk_requests_{name}"), "requests", "unit_codes", [name], ["code"])
    op.execute(ANSWERS_FOR_OLD_REQUESTS)
    op.alter_column("requests", "responsible_unit", nullable=False)
    op.create_index("ix_requests_open_of_unit", "requests", ["responsible_unit"], postgresql_where=sa.text(OPEN))
    _make_memory()
    _make_way_to_the_city()
    op.create_table(
        "total_deadlines",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("limit_name", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("limit_hours", "inspect_hours")),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("extended_hours", sa.Float(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in INSTANTS),
        sa.Column("skipped", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_total_deadlines_request_id")),
        sa.PrimaryKeyConstraint("request_id", "version", name=op.f("pk_total_deadlines")),
    )


def _make_memory() -> None:
    op.create_table(
        "routing_decisions",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_routing_decisions_work_order_id")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_routing_decisions_request_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit_codes.code"], name=op.f("fk_routing_decisions_unit")),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("pk_routing_decisions")),
    )
    op.create_index("ix_routing_decisions_category", "routing_decisions", ["category", "role"])
    op.create_table(
        "routing_verdicts",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("category", "role", name=op.f("pk_routing_verdicts")),
    )


def _make_way_to_the_city() -> None:
    op.create_table(
        "city_hand_overs",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("city_number", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        _of_work_order("city_hand_overs"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_city_hand_overs_request_id")),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("pk_city_hand_overs")),
        comment=ONE_ROW,
    )
    undelivered = sa.text("delivered_at is null")
    op.create_index("ix_city_hand_overs_undelivered", "city_hand_overs", ["send_after"], postgresql_where=undelivered)
    op.create_table(
        "city_replies",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("city_number", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        _of_work_order("city_replies"),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_city_replies")),
    )


def _of_work_order(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_work_order_id")
    return sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name=name)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("city_replies")
    op.drop_table("city_hand_overs")
    op.drop_table("total_deadlines")
    op.drop_table("routing_verdicts")
    op.drop_table("routing_decisions")
    op.drop_index("ix_requests_open_of_unit", table_name="requests")
    op.drop_column("requests", "responsible_unit")
    op.drop_column("requests", "first_receiver")
    op.drop_table("return_reasons")
