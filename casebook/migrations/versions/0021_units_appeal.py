"""Units appeal against their scores; what is decided corrects facts or excludes a score, and stands beside it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
COMMENT = "What a unit says against its score of a round, once; the decision's reason stands with its work order."
OF_CORRECTED = "By aspect: the fact that counts instead of the one the score was made of."


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "appeals",
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("unit", "reason_code")),
        sa.Column("contested", ARRAY(sa.Text()), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("grounds", "filed_by")),
        _instant("filed_at", nullable=False),
        sa.Column("process_instance_key", sa.BigInteger()),
        sa.Column("decision", sa.Text()),
        sa.Column("corrected", JSONB()),
        _instant("decided_at"),
        _instant("ended_at"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_appeals_request_id"),
        sa.ForeignKeyConstraint(["unit"], ["unit_codes.code"], name="fk_appeals_unit"),
        sa.PrimaryKeyConstraint("appeal_id", name="pk_appeals"),
        sa.UniqueConstraint("process_instance_key", name="uq_appeals_process_instance_key"),
        sa.UniqueConstraint("request_id", "round", "unit", name="uq_appeals_request_id_round_unit"),
        comment=COMMENT,
    )
    op.create_index("ix_appeals_filed_at", "appeals", ["filed_at"])
    op.add_column(
        "score_adjustments", sa.Column("excludes", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("score_adjustments", sa.Column("corrected", JSONB(), comment=OF_CORRECTED))
    op.create_index(
        "ix_score_adjustments_corrected",
        "score_adjustments",
        ["request_id", "round", "unit"],
        unique=True,
        postgresql_where=sa.text("corrected is not null"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_score_adjustments_corrected", table_name="score_adjustments")
    op.drop_column("score_adjustments", "corrected")
    op.drop_column("score_adjustments", "excludes")
    op.drop_table("appeals")
