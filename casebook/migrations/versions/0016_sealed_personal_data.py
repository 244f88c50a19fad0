"""Callers' data is sealed: found by a keyed digest beside it, and erased after its term.

The columns keep their type. What stands in them already is sealed by the step that follows each migration
(`casebook.resealing`), because a migration knows no key; until then nothing is found by its digest.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.drop_index("ix_callers_phone", "callers")
    op.add_column("callers", sa.Column("phone_index", sa.Text()))
    op.create_index("ix_callers_phone_index", "callers", ["phone_index"])
    op.drop_index("ix_messages_phone", "messages")
    op.add_column("messages", sa.Column("phone_index", sa.Text()))
    op.create_index("ix_messages_phone_index", "messages", ["phone_index", "sending_at"])
    op.add_column("requests", sa.Column("erased_at", sa.DateTime(timezone=True)))
    comment = "Personal data of callers, sealed; nothing of it ever leaves the casebook for the engine."
    op.create_table_comment("callers", comment)


def downgrade() -> None:
    """Take this revision back; what is sealed stays sealed and must be opened with its key first."""
    op.drop_column("requests", "erased_at")
    op.drop_index("ix_messages_phone_index", "messages")
    op.drop_column("messages", "phone_index")
    op.create_index("ix_messages_phone", "messages", ["phone", "sending_at"])
    op.drop_index("ix_callers_phone_index", "callers")
    op.drop_column("callers", "phone_index")
    op.create_index("ix_callers_phone", "callers", ["phone"])
