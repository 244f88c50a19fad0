"""What was filled into which text, by which way a message goes, and who has a WeCom account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("messages", sa.Column("channel", sa.Text(), server_default="sms", nullable=False))
    op.add_column("messages", sa.Column("template", sa.Text()))
    op.add_column("messages", sa.Column("fields", postgresql.JSONB()))
    op.add_column("people", sa.Column("wecom", sa.Text()))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("people", "wecom")
    op.drop_column("messages", "fields")
    op.drop_column("messages", "template")
    op.drop_column("messages", "channel")
