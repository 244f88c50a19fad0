"""Requests about one matter are merged and parted by a person, every reporter may rate, and a place has its datum."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NOTES = {
    "model": "How often character pairs stand in a category's requests; only pairs of several requests.",
    "process": "The process that a merge ended, once it was undone.",
    "main": "Whose evaluation a merged reporter answers.",
    "pairs": "Pairs that a person found to be different matters; the lower number stands first.",
}


def upgrade() -> None:
    """Bring the casebook to this revision."""
    _create_tables()
    op.execute("""
        insert into merges (request_id, main_id, merged_at, merged_by, taken_back_at)
        select request_id, merged_into, taken_in_at, 'intake', taken_in_at from requests where merged_into is not null
    """)
    op.add_column("requests", sa.Column("datum", sa.Text()))
    op.execute("update requests set datum = 'wgs84' where lat is not null")
    op.create_index("ix_requests_same_matter", "requests", ["category", "community", "received_at"])
    placed, merged = sa.text("lat is not null"), sa.text("merged_into is not null")
    op.create_index("ix_requests_place", "requests", ["category", "lat"], postgresql_where=placed)
    op.create_index("ix_requests_merged_into", "requests", ["merged_into"], postgresql_where=merged)
    main = sa.ForeignKey("requests.request_id", name=op.f("fk_ratings_main_id"))
    op.add_column("ratings", sa.Column("main_id", sa.Text(), main, comment=NOTES["main"]))
    op.add_column("ratings", sa.Column("awaited", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.create_index("ix_ratings_main", "ratings", ["main_id"], postgresql_where=sa.text("main_id is not null"))


def _create_tables() -> None:
    op.create_table(
        "merges",
        sa.Column("merge_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("main_id", sa.Text(), nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("taken_back_at", INSTANT),
        sa.Column("undone_at", INSTANT),
        sa.Column("undone_by", sa.Text()),
        sa.Column("process_instance_key", sa.BigInteger(), comment=NOTES["process"]),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name=op.f("fk_merges_request_id")),
        sa.ForeignKeyConstraint(["main_id"], ["requests.request_id"], name=op.f("fk_merges_main_id")),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_main", "merges", ["main_id"])
    in_force = sa.text("undone_at is null")
    op.create_index("ix_merges_in_force", "merges", ["request_id"], unique=True, postgresql_where=in_force)
    op.create_table(
        "different_matters",
        sa.Column("one_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["requests.request_id"], name=op.f("fk_different_matters_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["requests.request_id"], name=op.f("fk_different_matters_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_different_matters")),
        comment=NOTES["pairs"],
    )
    op.create_table(
        "category_models",
        sa.Column("model_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("trained_at", INSTANT, nullable=False),
        sa.Column("of_requests", sa.Integer(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_category_models")),
        comment=NOTES["model"],
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_ratings_main", "ratings")
    for column in ("awaited", "main_id"):
        op.drop_column("ratings", column)
    for index in ("ix_requests_merged_into", "ix_requests_place", "ix_requests_same_matter"):
        op.drop_index(index, "requests")
    op.drop_column("requests", "datum")
    for table in ("category_models", "different_matters"):
        op.drop_table(table)
    op.drop_table("merges")
