"""Telephones are left alone at night, many texts of a day go as one, and a person may have a second number."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("messages", sa.Column("at_any_hour", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("messages", sa.Column("told_by", sa.BigInteger()))
    op.create_index("ix_messages_phone", "messages", ["phone", "sending_at"])
    told = sa.text("told_by is not null")
    op.create_index("ix_messages_told_by", "messages", ["told_by"], postgresql_where=told)
    op.add_column("people", sa.Column("second_phone", sa.Text()))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("people", "second_phone")
    for index in ("ix_messages_told_by", "ix_messages_phone"):
        op.drop_index(index, "messages")
    for column in ("told_by", "at_any_hour"):
        op.drop_column("messages", column)
