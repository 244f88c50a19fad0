"""Reports are asked for, made, decided and sent; facts and messages may be about a report instead of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
OPEN = sa.text("sent_at is null and dropped_at is null")
OF_VERSIONS = "What was put before a person, byte by byte, and what that person decided."
ABOUT = ("messages", "fact_outbox")


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "district_reports",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text()),
        sa.Column("cause_key", sa.Text()),
        sa.Column("asked_by", sa.Text()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("report_id", name="pk_district_reports"),
        sa.UniqueConstraint("cause_key", name="uq_district_reports_cause_key"),
        sa.UniqueConstraint("process_instance_key", name="uq_district_reports_process_instance_key"),
        sa.UniqueConstraint("kind", "period", "serial", name="uq_district_reports_kind_period_serial"),
    )
    op.create_index("ix_district_reports_open", "district_reports", ["report_id"], postgresql_where=OPEN)
    op.create_table(
        "report_versions",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary()),
        sa.Column("word_sha256", sa.Text(), nullable=False),
        sa.Column("pdf_sha256", sa.Text()),
        sa.Column("decision", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("remark", sa.Text()),
        sa.ForeignKeyConstraint(
            ["report_id"], ["district_reports.report_id"], name="fk_report_versions_report_id_district_reports"
        ),
        sa.PrimaryKeyConstraint("report_id", "version", name="pk_report_versions"),
        comment=OF_VERSIONS,
    )
    for table in ABOUT:
        op.alter_column(table, "request_id", nullable=True)
    of_reports = sa.text("request_id is null")
    op.create_index("ix_messages_about_reports", "messages", ["dedupe_key"], postgresql_where=of_reports)


def downgrade() -> None:
    """Take this revision back, and with it what is about reports."""
    op.drop_index("ix_messages_about_reports", table_name="messages")
    for table in ABOUT:
        op.execute(sa.delete(sa.table(table, sa.column("request_id"))).where(sa.column("request_id").is_(None)))
        op.alter_column(table, "request_id", nullable=False)
    op.drop_table("report_versions")
    op.drop_table("district_reports")
