"""The first casebook."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "audit_trail",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("work_order_id", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_trail")),
    )
    op.create_index(op.f("ix_audit_trail_request_id"), "audit_trail", ["request_id"], unique=False)
    op.create_table(
        "places",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_places")),
    )
    op.create_table(
        "receipts",
        sa.Column("receipt_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("smsc_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("smsc_id", "status", name=op.f("uq_receipts_smsc_id_status")),
        comment="Every delivery receipt, also one that overtakes the response of its message.",
    )
    op.create_index(op.f("ix_receipts_message_id"), "receipts", ["message_id"], unique=False)
    op.create_table(
        "request_numbers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_request_numbers")),
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("caller_kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("lead_unit", sa.Text(), nullable=True),
        sa.Column("route_reason", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("withdrawal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["requests.request_id"], name=op.f("fk_requests_merged_into")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_requests")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_requests_platform_external_id")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_requests_process_instance_key")),
    )
    op.create_index("ix_requests_category_community", "requests", ["category", "community"], unique=False)
    op.create_table(
        "units",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("superior", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_units")),
    )
    op.create_index("ix_units_role_area", "units", ["role", "area"], unique=False)
    op.create_table(
        "callers",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_callers_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_callers")),
        comment="Personal data of callers; nothing of it ever leaves the casebook for the engine.",
    )
    op.create_index(op.f("ix_callers_phone"), "callers", ["phone"], unique=False)
    op.create_table(
        "fact_outbox",
        sa.Column("fact_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_fact_outbox_request_id")),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_fact_outbox")),
    )
    op.create_index(
        "ix_fact_outbox_unpublished",
        "fact_outbox",
        ["fact_id"],
        unique=False,
        postgresql_where=sa.text("published_at is null"),
    )
    op.create_table(
        "people",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_people_unit")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_people")),
    )
    op.create_index("ix_people_unit_duty", "people", ["unit", "duty"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("rating_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_ratings_request_id")),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("token", name=op.f("uq_ratings_token")),
    )
    op.create_table(
        "reopenings",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_reopenings_request_id")),
        sa.PrimaryKeyConstraint("request_id", "round", name=op.f("pk_reopenings")),
    )
    op.create_table(
        "reworks",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rework", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_reworks_request_id")),
        sa.PrimaryKeyConstraint("request_id", "round", "rework", name=op.f("pk_reworks")),
    )
    op.create_table(
        "scores",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("degrees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("reopen", sa.Boolean(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_scores_request_id")),
        sa.PrimaryKeyConstraint("request_id", "round", name=op.f("pk_scores")),
    )
    op.create_table(
        "supervision_orders",
        sa.Column("supervision_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_supervision_orders_request_id")),
        sa.PrimaryKeyConstraint("supervision_id", name=op.f("pk_supervision_orders")),
    )
    op.create_table(
        "work_orders",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assigned_unit", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_unit"], ["units.code"], name=op.f("fk_work_orders_assigned_unit")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_work_orders_request_id")),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_work_orders_unit")),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_work_orders_process_instance_key")),
    )
    op.create_index(
        "ix_work_orders_open_of_unit",
        "work_orders",
        ["unit"],
        unique=False,
        postgresql_where=sa.text("reported_at is null and closed_at is null"),
    )
    op.create_index("ix_work_orders_request", "work_orders", ["request_id"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("limit_name", sa.Text(), nullable=False),
        sa.Column("limit_hours", sa.Float(), nullable=False),
        sa.Column("inspect_hours", sa.Float(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("extended_hours", sa.Float(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("yellow_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("red_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inspect_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_deadlines_work_order_id")
        ),
        sa.PrimaryKeyConstraint("work_order_id", "version", name=op.f("pk_deadlines")),
    )
    op.create_table(
        "extensions",
        sa.Column("extension_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_extensions_work_order_id")
        ),
        sa.PrimaryKeyConstraint("extension_id", name=op.f("pk_extensions")),
    )
    op.create_table(
        "inspections",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_inspections_request_id")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_inspections_work_order_id")
        ),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("pk_inspections")),
    )
    op.create_table(
        "lights",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("light", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_lights_work_order_id")),
        sa.PrimaryKeyConstraint("work_order_id", "light", "version", name=op.f("pk_lights")),
    )
    op.create_table(
        "messages",
        sa.Column("message_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("work_order_id", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("smsc_id", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_messages_request_id")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_messages_work_order_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_messages_dedupe_key")),
        sa.UniqueConstraint("smsc_id", name=op.f("uq_messages_smsc_id")),
    )
    op.create_index("ix_messages_state", "messages", ["state", "send_after"], unique=False)
    op.create_table(
        "returns",
        sa.Column("work_order_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("arbitration", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_returns_request_id")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.work_order_id"], name=op.f("fk_returns_work_order_id")
        ),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("pk_returns")),
    )


def downgrade() -> None:
    """Take the casebook back to the revision before."""
    op.drop_table("returns")
    op.drop_index("ix_messages_state", table_name="messages")
    op.drop_table("messages")
    op.drop_table("lights")
    op.drop_table("inspections")
    op.drop_table("extensions")
    op.drop_table("deadlines")
    op.drop_index("ix_work_orders_request", table_name="work_orders")
    op.drop_index(
        "ix_work_orders_open_of_unit",
        table_name="work_orders",
        postgresql_where=sa.text("reported_at is null and closed_at is null"),
    )
    op.drop_table("work_orders")
    op.drop_table("supervision_orders")
    op.drop_table("scores")
    op.drop_table("reworks")
    op.drop_table("reopenings")
    op.drop_table("ratings")
    op.drop_index("ix_people_unit_duty", table_name="people")
    op.drop_table("people")
    op.drop_index(
        "ix_fact_outbox_unpublished", table_name="fact_outbox", postgresql_where=sa.text("published_at is null")
    )
    op.drop_table("fact_outbox")
    op.drop_index(op.f("ix_callers_phone"), table_name="callers")
    op.drop_table("callers")
    op.drop_index("ix_units_role_area", table_name="units")
    op.drop_table("units")
    op.drop_index("ix_requests_category_community", table_name="requests")
    op.drop_table("requests")
    op.drop_table("request_numbers")
    op.drop_table("receipts")
    op.drop_table("places")
    op.drop_index(op.f("ix_audit_trail_request_id"), table_name="audit_trail")
    op.drop_table("audit_trail")
