"""Who called rates in the fitting way, a link is known by its digest, units judge each other, callers are rung."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
OF_MUTUAL = "How a lead and its co-units judge each other's cooperation, given with a report; a round's last counts."
OF_SAMPLES = "The closed requests of a month of which some were drawn to be called back; drawn once."
OF_CALLBACKS = "The requests drawn from a month whose callers are called back."
OF_CALLS = "What came of each call to a caller; it stands beside the caller's own rating and never replaces it."
IN_CLEAR = "In clear, of links sent before there were signed ones."


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=not required)


def upgrade() -> None:
    """Bring the casebook to this revision; links sent before go on working until their limit."""
    op.alter_column("ratings", "token", nullable=True, comment=IN_CLEAR)
    for name in ("token_sha256", "way", "unit", "reason", "rated_by"):
        op.add_column("ratings", sa.Column(name, sa.Text()))
    op.create_unique_constraint("uq_ratings_token_sha256", "ratings", ["token_sha256"])
    op.create_foreign_key("fk_ratings_unit", "ratings", "unit_codes", ["unit"], ["code"])
    op.create_index("ix_ratings_desk", "ratings", ["unit"], postgresql_where=sa.text("unit is not null"))
    _mutual_ratings()
    _callbacks()


def _mutual_ratings() -> None:
    op.create_table(
        "mutual_ratings",
        _text("work_order_id"),
        _text("about_unit"),
        _text("request_id"),
        sa.Column("round", sa.Integer(), nullable=False),
        _text("by_unit"),
        _text("outcome"),
        _text("reason", required=False),
        _instant("rated_at"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_mutual_ratings_request_id"),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.work_order_id"], name="fk_mutual_ratings_order"),
        sa.ForeignKeyConstraint(["about_unit"], ["unit_codes.code"], name="fk_mutual_ratings_about_unit"),
        sa.ForeignKeyConstraint(["by_unit"], ["unit_codes.code"], name="fk_mutual_ratings_by_unit"),
        sa.PrimaryKeyConstraint("work_order_id", "about_unit", name="pk_mutual_ratings"),
        comment=OF_MUTUAL,
    )
    op.create_index("ix_mutual_ratings_request_id", "mutual_ratings", ["request_id"])


def _callbacks() -> None:
    op.create_table(
        "callback_samples",
        _text("month"),
        sa.Column("share", sa.Numeric(4, 3), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("callable", sa.Integer(), nullable=False),
        _instant("drawn_at"),
        sa.PrimaryKeyConstraint("month", name="pk_callback_samples"),
        comment=OF_SAMPLES,
    )
    op.create_table(
        "callbacks",
        sa.Column("callback_id", sa.BigInteger(), sa.Identity(), nullable=False),
        _text("request_id"),
        sa.Column("round", sa.Integer(), nullable=False),
        _text("month"),
        _text("stratum"),
        _text("unit", required=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_callbacks_request_id"),
        sa.ForeignKeyConstraint(["month"], ["callback_samples.month"], name="fk_callbacks_month"),
        sa.ForeignKeyConstraint(["unit"], ["unit_codes.code"], name="fk_callbacks_unit"),
        sa.PrimaryKeyConstraint("callback_id", name="pk_callbacks"),
        sa.UniqueConstraint("month", "request_id", name="uq_callbacks_month_request_id"),
        comment=OF_CALLBACKS,
    )
    op.create_table(
        "callback_calls",
        sa.Column("call_id", sa.BigInteger(), sa.Identity(), nullable=False),
        _text("request_id"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.BigInteger()),
        _text("rating_id", required=False),
        _text("outcome"),
        _text("resolved", required=False),
        sa.Column("satisfaction", sa.Integer()),
        _text("reason", required=False),
        _text("comment", required=False),
        _text("called_by"),
        _instant("called_at"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_callback_calls_request_id"),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.callback_id"], name="fk_callback_calls_callback_id"),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.rating_id"], name="fk_callback_calls_rating_id"),
        sa.ForeignKeyConstraint(["called_by"], ["unit_codes.code"], name="fk_callback_calls_called_by"),
        sa.PrimaryKeyConstraint("call_id", name="pk_callback_calls"),
        comment=OF_CALLS,
    )
    op.create_index("ix_callback_calls_request_id", "callback_calls", ["request_id"])


def downgrade() -> None:
    """Take this revision back; invitations without a link in clear go with it."""
    for table in ("callback_calls", "callbacks", "callback_samples", "mutual_ratings"):
        op.drop_table(table)
    op.drop_index("ix_ratings_desk", "ratings")
    op.drop_constraint("fk_ratings_unit", "ratings", type_="foreignkey")
    op.drop_constraint("uq_ratings_token_sha256", "ratings", type_="unique")
    for name in ("token_sha256", "way", "unit", "reason", "rated_by"):
        op.drop_column("ratings", name)
    op.execute("update ratings set token = md5(rating_id || clock_timestamp()) where token is null")
    op.alter_column("ratings", "token", nullable=False, comment=None)
