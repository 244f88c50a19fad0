"""A running deadline may be counted anew by a changed limit, when somebody asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
BEFORE = "A deadline counted anew because the working calendar changed; without a work order: the total."
NOW = "A deadline counted anew by a changed calendar or the limit given here; without a work order: the total."


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.add_column("replans", sa.Column("limit_hours", sa.Float()))
    op.add_column("replans", sa.Column("inspect_hours", sa.Float()))
    op.add_column("replans", sa.Column("basis", sa.Text()))
    op.create_table_comment("replans", NOW, existing_comment=BEFORE)


def downgrade() -> None:
    """Take this revision back."""
    op.create_table_comment("replans", BEFORE, existing_comment=NOW)
    for column in ("basis", "inspect_hours", "limit_hours"):
        op.drop_column("replans", column)
