"""A caller's own page by a link, and supplements that callers write there."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the casebook to this revision."""
    op.create_table(
        "citizen_links",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_citizen_links_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_citizen_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_citizen_links_token_sha256")),
        comment="The link to a caller's own page; of the token only its digest.",
    )
    op.add_column("supplements", sa.Column("written_by", sa.Text(), nullable=False, server_default="platform"))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("supplements", "written_by")
    op.drop_table("citizen_links")
