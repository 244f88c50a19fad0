"""What was filled into which text, by which way a message goes, what stands in for a failed one, WeCom accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
FAILED = "state = 'failed' and followed_at is null"


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("messages", sa.Column("channel", sa.Text(), server_default="sms", nullable=False))
    op.add_column("messages", sa.Column("template", sa.Text()))
    op.add_column("messages", sa.Column("fields", postgresql.JSONB()))
    op.add_column("messages", sa.Column("follows", sa.BigInteger()))
    op.add_column("messages", sa.Column("step", sa.Text()))
    op.add_column("messages", sa.Column("followed_at", sa.DateTime(timezone=True)))
    op.create_index("ix_messages_follows", "messages", ["follows"], postgresql_where=sa.text("follows is not null"))
    op.create_index("ix_messages_failed", "messages", ["message_id"], postgresql_where=sa.text(FAILED))
    op.execute("update messages set followed_at = now() where state = 'failed'")  # what failed before is not told again
    op.add_column("people", sa.Column("wecom", sa.Text()))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("people", "wecom")
    op.drop_index("ix_messages_failed", table_name="messages")
    op.drop_index("ix_messages_follows", table_name="messages")
    op.drop_column("messages", "followed_at")
    op.drop_column("messages", "step")
    op.drop_column("messages", "follows")
    op.drop_column("messages", "fields")
    op.drop_column("messages", "template")
    op.drop_column("messages", "channel")
