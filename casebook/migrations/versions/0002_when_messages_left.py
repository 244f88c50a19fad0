"""The sender counts what left in the last second and minute."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_index("ix_messages_sending", "messages", ["sending_at"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_messages_sending", table_name="messages")
